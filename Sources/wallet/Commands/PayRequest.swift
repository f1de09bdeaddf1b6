// wallet pay REQUEST: what others ask for is shown, confirmed, paid, and its receipt verified.
import CommandKit
import DirectPayment
import Documents
import Files
import Glibc
import Network
import Paymail
import WalletKit

enum PayRequest {
    /// Pays what `word` leads to.
    static func pay(_ word: String, _ invocation: Invocation, _ context: Context) throws {
        let isHandle = PayToURI.isMeant(by: word)
        for name in ["to", "domain", "expires", "active", "note", "id", "hashlock", "credit"]
        where !(isHandle && ["note", "id"].contains(name)) && invocation.value(name) != nil {
            throw invocation.usageError(
                .invalidValue, "'--\(name)' has no place here: the request says what is paid")
        }
        if isHandle {
            return try PayHandle.pay(uri: word, invocation, context)
        }
        let wallet = try context.wallet()
        let client = try context.payerClient()
        let isLink = PaymentLink.isLink(word)
        guard try isLink || word == "-" || FileSystem.status(word) != nil else {
            throw invocation.usageError(
                .missingArgument,
                "argument 'UNIT' is missing: '\(word)' is no request either, there is no such file")
        }
        var bill: Bill
        var offer: PaymentOffer?
        if isLink {
            let found = try client.terms(at: try PaymentLink(word).url)
            if found.terms.promises.isEmpty, !found.terms.outputs.isEmpty {
                return try PayCoins.pay(found, client, invocation, context)
            }
            (bill, offer) = (try Bill(found.terms), found)
        } else {
            bill = try Bill(lines: try DocumentFile.lines(word))
            if let url = bill.invoice.paymentURL {
                let found = try client.terms(at: try PaymentLink(url).url)
                let told = try Bill(found.terms)
                guard told.invoice.hash == bill.invoice.hash else {
                    throw RequestError.falseTerms(
                        reason: "the relay tells another invoice than the file")
                }
                (bill, offer) = (told, found)
            }
        }
        try agree(to: bill, wallet, invocation, context)
        let payment = try wallet.pay(bill, from: invocation.value("from"))
        guard let offer else { return try handOver(payment, invocation, context) }
        try send(payment, for: bill, to: offer, client, wallet, context)
    }

    // MARK: - Agreeing

    private static func agree(
        to bill: Bill, _ wallet: Wallet, _ invocation: Invocation, _ context: Context
    ) throws {
        let known = try wallet.inspect(bill)
        let terms = bill.invoice.terms
        let amount = "\(bill.unit.grouped(terms.amount)) \(DisplayText.neutralised(terms.code))"
        let payee = known.name.map { "'\($0)'" } ?? "\(terms.target), whom you do not know"
        let domain =
            known.isOwnDomain
            ? "this wallet's own domain"
            : known.peer.map { "the peer '\($0)'" }
                ?? "'\(DisplayText.neutralised(terms.domain))'"
        context.say("\(amount) to \(payee)")
        if let memo = terms.memo { context.say("  for: \(DisplayText.neutralised(memo))") }
        context.say("  request \(bill.invoice.identifier), until \(terms.expiry.text)")
        context.say("  unit \(terms.symbol), cleared by \(domain)")
        if known.isPaid { return context.say("  it has been paid: here is the receipt again") }
        guard !invocation.flag("yes") else { return }
        try context.confirm("Pay \(amount)?")
    }

    // MARK: - Paying

    /// At no relay: the promise is handed over in some other way.
    private static func handOver(
        _ payment: SignedPromise, _ invocation: Invocation, _ context: Context
    ) throws {
        let document = payment.iou.document
        try context.console.write(document + [UInt8(ascii: "\n")])
        if invocation.flag("clear") { try ClearCommand.clearOwn(document, context) }
    }

    private static func send(
        _ payment: SignedPromise, for bill: Bill, to offer: PaymentOffer, _ client: PayerClient,
        _ wallet: Wallet, _ context: Context
    ) throws {
        let means = Payment(
            means: .promises([payment.iou.document]), reference: bill.invoice.identifier,
            party: PaymentParty(reference: bill.invoice.identifier))
        let outcome = try outcome(of: means, offer, client)
        guard case .acknowledged(let acknowledgement) = outcome else {
            throw RequestError.unanswered(
                url: offer.paymentURL.description,
                reason: "the payee's wallet is not there; the relay keeps the payment for it")
        }
        guard let receipt = acknowledgement.receipts.first else {
            throw RequestError.falseReceipt(reason: "there is none")
        }
        let report = try wallet.settle(bill, payment, receipt: receipt)
        if let channel = acknowledgement.channel { try wallet.keep(channel, of: bill) }
        try context.console.write(receipt + [UInt8(ascii: "\n")])
        context.say(
            "paid: transaction \(report.transaction?.hexadecimal.prefix(12) ?? "")"
                + (acknowledgement.channel == nil
                    ? ""
                    : ", 'wallet requests proof \(bill.invoice.identifier.prefix(6))' reads its "
                        + "proof once it is sealed"))
    }

    /// For so long a wallet that has just been woken may come to its relay.
    private static let patienceNanoseconds: UInt64 = 3_000_000_000
    private static let pauseMicroseconds: UInt32 = 200_000

    /// What became of a payment. One that a relay keeps is asked for again for a while: the same
    /// payment again pays once.
    static func outcome(
        of means: Payment, _ offer: PaymentOffer, _ client: PayerClient
    ) throws -> PaymentOutcome {
        do {
            var outcome = try client.pay(means, offer)
            let begin = Live.nanoseconds()
            while case .stored = outcome, Live.nanoseconds() &- begin < patienceNanoseconds {
                usleep(pauseMicroseconds)
                outcome = try client.pay(means, offer)
            }
            return outcome
        } catch let error as NetworkError {
            throw RequestError.unanswered(
                url: offer.paymentURL.description, reason: PeerError.sentence(for: error))
        } catch let error as PayerError where error.isTemporary {
            throw RequestError.unanswered(
                url: offer.paymentURL.description, reason: error.message)
        }
    }
}
