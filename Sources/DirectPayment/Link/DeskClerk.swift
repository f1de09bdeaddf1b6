// One question to a wallet, one answer: frames in, frames out, without a socket.
import Bytes
import Documents

/// Reads what a proxy asks, has the desk decide, and writes the answer in the dialect of the
/// question.
struct DeskClerk: Sendable {
    let desk: any PaymentDesk
    /// Where payers reach an invoice; nil where the proxy alone knows it.
    let paymentURL: @Sendable (String) -> String?
    /// What went wrong here, not to be told to others.
    let onFailure: @Sendable (String, any Error) -> Void

    /// The member of unsigned terms that holds the same, signed. Others ignore what they do not
    /// know.
    static let signedMember = "signedTerms"

    /// The answer to a message; nil where it asks for nothing.
    /// - Parameters:
    ///   - tellsProofs: whether the proxy understands answers to proofs.
    ///   - identifier: random: names the answer.
    func answer(
        _ message: SocketMessage, for invoice: String, tellsProofs: Bool, identifier: String,
        timestamp: String
    ) -> SocketMessage? {
        var reply = SocketMessage(
            type: "", channel: invoice, correlation: message.correlation, application: "wallet",
            id: identifier, timestamp: timestamp)
        if let words = SocketMessage.TermsKind.allCases.first(where: { $0.create == message.type })
        {
            answerTerms(words, invoice, &reply)
            return reply
        }
        switch message.type {
        case SocketMessage.Kind.payment: answerPayment(message.body, invoice, &reply)
        case SocketMessage.Kind.proof:
            answerProof(message, invoice, &reply)
            if !tellsProofs { return nil }
        default: return nil
        }
        return reply
    }

    private func refuse(
        _ error: any Error, _ type: String, _ invoice: String, _ reply: inout SocketMessage
    ) {
        reply.type = type
        if let refusal = error as? PaymentRefusal {
            reply.body = refusal.json(id: reply.id)
        } else if let error = error as? DirectPaymentError {
            reply.body = PaymentRefusal(.invalid, error.message).json(id: reply.id)
        } else {
            onFailure(invoice, error)
            reply.body = PaymentRefusal(.unavailable, "the wallet cannot answer now").json(
                id: reply.id)
        }
    }

    // MARK: - Terms

    private func answerTerms(
        _ words: SocketMessage.TermsKind, _ invoice: String, _ reply: inout SocketMessage
    ) {
        do {
            let dialect: PaymentDialect = words == .terms ? .enveloped : .classic
            var terms = try desk.terms(for: invoice, dialect: dialect)
            if let url = paymentURL(invoice) { terms.paymentURL = url }
            let payload = String(decoding: terms.enveloped.bytes, as: UTF8.self)
            let signed = try desk.sign(payload, for: invoice)
            reply.type = words.response
            reply.expiration = terms.expires?.text
            if dialect == .enveloped {
                reply.body = signed.json
            } else {
                reply.body = terms.classic(dialect)
                if signed.signature != nil {
                    reply.body = reply.body.setting(Self.signedMember, signed.json)
                }
            }
        } catch {
            refuse(error, words.error, invoice, &reply)
        }
    }

    // MARK: - Payments

    private func answerPayment(
        _ body: ForeignJSON, _ invoice: String, _ reply: inout SocketMessage
    ) {
        do {
            let (payment, dialect) = try Payment.read(body)
            reply.type = SocketMessage.Kind.acknowledgement
            reply.body = try verdict(payment, invoice).json(dialect, to: body)
        } catch {
            refuse(error, SocketMessage.Kind.paymentError, invoice, &reply)
        }
    }

    private func verdict(_ payment: Payment, _ invoice: String) throws -> PaymentAcknowledgement {
        // Whoever pays one invoice at the address of another has mixed something up.
        let reference = payment.reference
        do {
            guard reference.isEmpty || reference == invoice else {
                throw PaymentRefusal(.invalid, "the payment is for another invoice")
            }
            return try desk.receive(payment, for: invoice)
        } catch let refusal as PaymentRefusal where refusal.isVerdict {
            return PaymentAcknowledgement(
                reference: invoice, transactions: [],
                memo: refusal.reason == .alreadyPaid
                    ? "\(refusal.title): \(refusal.message)" : refusal.message,
                error: 1, mode: payment.mode)
        }
    }

    // MARK: - Proofs

    private func answerProof(
        _ message: SocketMessage, _ invoice: String, _ reply: inout SocketMessage
    ) {
        let transaction = (message.header("X-Tx-Id") ?? message.correlation).lowercased()
        do {
            guard transaction.utf8.count == 64, Hexadecimal.decode(transaction) != nil else {
                throw PaymentRefusal(.falseProof, "no transaction is named")
            }
            try desk.proof(transaction, message.body, for: invoice)
            reply.type = SocketMessage.Kind.proofTaken
        } catch {
            refuse(error, SocketMessage.Kind.proofError, invoice, &reply)
        }
    }
}

extension Payment {
    /// The id of the mode that it pays in.
    public var mode: String {
        if case .promises = means { PaymentMode.promise } else { PaymentMode.native }
    }
}
