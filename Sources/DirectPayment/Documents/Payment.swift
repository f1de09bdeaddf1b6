// What is paid, and what is answered.
import Bytes
import Documents

/// A payment, whichever dialect it is written in.
public struct Payment: Sendable, Equatable {
    /// What it pays with.
    public enum Means: Sendable, Equatable {
        /// Raw Bitcoin transactions and, where they were asked for, their ancestors; hexadecimal.
        case transactions([String], ancestry: String?)
        /// Signed IOUs, a line of canonical JSON each.
        case promises([[UInt8]])
    }

    /// What it pays with.
    public var means: Means
    /// The invoice.
    public var reference: String
    /// Which of the choices of the terms.
    public var option: String
    /// Who pays, as far as he tells; in dialects A and C the payee's own data, copied back.
    public var party: PaymentParty
    /// What the payer has to say.
    public var memo: String
    /// Where money is sent back to.
    public var refundTo: String?
    /// Where proofs are to be delivered: URLs and their tokens.
    public var proofCallbacks: [(url: String, token: String)] = []

    /// A payment.
    public init(
        means: Means, reference: String, option: String = PaymentTerms.nativeChoice,
        party: PaymentParty = PaymentParty(), memo: String = "", refundTo: String? = nil
    ) {
        self.means = means
        self.reference = reference
        self.option = option
        self.party = party
        self.memo = memo
        self.refundTo = refundTo
    }

    /// Whether both say the same.
    public static func == (left: Payment, right: Payment) -> Bool {
        left.json(.classic) == right.json(.classic) && left.option == right.option
    }

    private static func malformed(_ reason: String) -> DirectPaymentError {
        .malformed(document: "payment", reason: reason)
    }

    /// Reads a payment.
    /// - Throws: `DirectPaymentError.malformed`, `.requirement`.
    public static func read(
        _ value: ForeignJSON
    ) throws(DirectPaymentError) -> (payment: Payment, dialect: PaymentDialect) {
        guard value.members != nil else { throw malformed("it is no object") }
        try PaymentTerms.checkRequirements(value)
        if let mode = value["modeId"]?.string { return (try enveloped(value, mode), .enveloped) }
        let data = value["merchantData"] ?? value["beneficiary"] ?? .null
        let party = try PaymentParty(classic: data)
        var payment = Payment(
            means: try means(value), reference: party.reference, party: party,
            memo: value["memo"]?.string ?? "", refundTo: value["refundTo"]?.string)
        for callback in value["proofCallbacks"]?.members ?? [] {
            payment.proofCallbacks.append((callback.name, callback.value["token"]?.string ?? ""))
        }
        let dialect: PaymentDialect =
            value["transaction"] != nil && data.string != nil
            ? .bip270 : value["beneficiary"] != nil ? .beneficiary : .classic
        return (payment, dialect)
    }

    private static func means(_ value: ForeignJSON) throws(DirectPaymentError) -> Means {
        if let promises = value["promises"] ?? value["mode"]?["promises"] {
            return .promises(try lines(promises))
        }
        // An older dialect has it in an envelope of its own.
        let transaction =
            value["rawTx"]?.string ?? value["spvEnvelope"]?["rawTx"]?.string
            ?? value["transaction"]?.string
        guard let transaction else { throw malformed("'rawTx' is missing") }
        return .transactions([try hexadecimal(transaction)], ancestry: value["ancestry"]?.string)
    }

    private static func enveloped(
        _ value: ForeignJSON, _ id: String
    ) throws(DirectPaymentError) -> Payment {
        let mode = value["mode"]
        let means: Means
        switch id {
        case PaymentMode.promise:
            means = .promises(try lines(mode?["promises"] ?? .null))
        case PaymentMode.native:
            var transactions: [String] = []
            for element in mode?["transactions"]?.elements ?? value["transaction"].map({ [$0] })
                ?? []
            {
                transactions.append(try hexadecimal(element.string ?? ""))
            }
            guard !transactions.isEmpty else { throw malformed("'transactions' is missing") }
            means = .transactions(transactions, ancestry: mode?["ancestors"]?.string)
        default: throw malformed("the mode '\(id)' is not known")
        }
        let originator = try PaymentParty(enveloped: value["originator"] ?? .null)
        return Payment(
            means: means, reference: originator.reference,
            option: mode?["optionId"]?.string ?? PaymentTerms.nativeChoice, party: originator,
            memo: value["memo"]?.string ?? "")
    }

    private static func lines(_ value: ForeignJSON) throws(DirectPaymentError) -> [[UInt8]] {
        guard let elements = value.elements, !elements.isEmpty,
            elements.count <= Limits.paymentOutputs
        else { throw malformed("'promises' must be 1 to \(Limits.paymentOutputs) documents") }
        return elements.map(\.bytes)
    }

    private static func hexadecimal(_ text: String) throws(DirectPaymentError) -> String {
        let text = text.lowercased()
        guard !text.isEmpty, Hexadecimal.decode(text) != nil else {
            throw malformed("a transaction must be hexadecimal")
        }
        return text
    }

    /// The payment in a dialect.
    public func json(_ dialect: PaymentDialect) -> ForeignJSON {
        dialect == .enveloped ? enveloped : classic(dialect)
    }

    private var documents: ForeignJSON? {
        guard case .promises(let lines) = means else { return nil }
        // They were read, or made, as JSON.
        return .array(lines.map { (try? ForeignJSON($0)) ?? .null })
    }

    private var enveloped: ForeignJSON {
        var mode: [ForeignJSON.Member] = [.init("optionId", .string(option))]
        let id: String
        switch means {
        case .promises:
            id = PaymentMode.promise
            mode.append(.init("promises", documents ?? []))
        case .transactions(let transactions, let ancestry):
            id = PaymentMode.native
            mode.append(.init("transactions", .array(transactions.map { .string($0) })))
            if let ancestry { mode.append(.init("ancestors", .string(ancestry))) }
        }
        var party = party
        party.reference = reference
        return [
            "modeId": .string(id), "mode": .object(mode), "originator": party.enveloped,
            "memo": .string(memo),
        ]
    }

    private func classic(_ dialect: PaymentDialect) -> ForeignJSON {
        var members: [ForeignJSON.Member] = []
        if dialect == .bip270 {
            members.append(.init("merchantData", .string(reference)))
        } else {
            var party = party
            party.reference = reference
            members.append(
                .init(dialect == .beneficiary ? "beneficiary" : "merchantData", party.classic))
        }
        members.append(.init("refundTo", ForeignJSON(refundTo)))
        members.append(.init("memo", .string(memo)))
        switch means {
        case .promises: members.append(.init("promises", documents ?? []))
        case .transactions(let transactions, let ancestry):
            let transaction = ForeignJSON.string(transactions.first ?? "")
            if dialect == .bip270 {
                members.append(.init("transaction", transaction))
            } else {
                members.append(.init("ancestry", ForeignJSON(ancestry)))
                members.append(.init("rawTx", transaction))
            }
        }
        if dialect != .bip270 {
            members.append(
                .init(
                    "proofCallbacks",
                    .object(
                        proofCallbacks.map { .init($0.url, ["token": .string($0.token)]) })))
        }
        return .object(members)
    }
}
