// A request of somebody else for bitcoins, as this wallet understands it.
import Bitcoin
import Bytes
import Coins
import Cryptography
import DirectPayment
import Documents
import Headers
import Network

/// What is to be paid in bitcoins.
public struct CoinBill: Sendable {
    /// The outputs that a transaction has to have.
    public let outputs: [TransactionOutput]
    /// What the payee wants miners to get.
    public let fees: FeeQuote
    /// The terms.
    public let terms: PaymentTerms
    /// Where the payment goes.
    public let url: WebURL
    /// Who has signed the terms, a compressed key; nil for nobody.
    public let signer: [UInt8]?

    /// Satoshis, all in all.
    public var satoshis: UInt64 { outputs.reduce(0) { $0 + $1.satoshis } }

    /// What terms of payment ask for.
    /// - Parameters:
    ///   - network: whose coins this wallet has.
    ///   - usual: what miners get here.
    /// - Throws: `RequestError.noWayToPay`.
    public init(
        _ offer: PaymentOffer, _ network: ChainNetwork, usual: FeeQuote
    ) throws {
        terms = offer.terms
        url = offer.paymentURL
        if case .signed(let key) = offer.signature { signer = key } else { signer = nil }
        guard terms.network == network.rawValue else {
            throw RequestError.noWayToPay(
                reason: "it asks for coins of '\(terms.network)', this wallet's are of "
                    + "'\(network.rawValue)' (coin.network)")
        }
        outputs = try terms.outputs.map { output in
            guard output.amount >= 0, let script = Script(hexadecimal: output.script) else {
                throw RequestError.noWayToPay(reason: "an output has no script")
            }
            return TransactionOutput(satoshis: UInt64(output.amount), script: script)
        }
        guard let sum = TransactionOutput.sum(outputs), sum > 0 else {
            throw RequestError.noWayToPay(reason: "its outputs are no sum of bitcoins")
        }
        let asked = terms.fees.map {
            FeeQuote(standard: FeeRate($0.standard), data: FeeRate($0.data))
        }
        guard let asked else {
            fees = usual
            return
        }
        guard !asked.isDear(usual) else {
            throw RequestError.noWayToPay(
                reason: "it asks for a fee of \(asked.standard.satoshis) satoshis for "
                    + "\(asked.standard.bytes) bytes; 'coin.fee' says what is usual")
        }
        fees =
            asked.standard.fee(bytes: 1000) > usual.standard.fee(bytes: 1000) ? asked : usual
    }

    /// What makes the same bill give the same transaction.
    var label: String {
        let place = url.description
        return place.contains(terms.party.reference)
            ? "pay \(place)" : "pay \(place) \(terms.party.reference)"
    }
}

extension FeeQuote {
    /// How many times the fee that is usual here others may ask for: what payd asks for is ten.
    private static let dearFactor: UInt64 = 20

    /// Whether it asks for so much that somebody means harm, or has mistaken the unit.
    func isDear(_ usual: FeeQuote) -> Bool {
        let limit = max(1_000, Self.dearFactor * usual.standard.fee(bytes: 1000))
        return [standard, data].contains { $0.fee(bytes: 1000) > limit }
    }
}

extension FeeRate {
    fileprivate init(_ rate: PaymentFees.Rate) {
        self.init(satoshis: UInt64(max(0, rate.satoshis)), bytes: UInt64(max(1, rate.bytes)))
    }
}

extension Wallet {
    /// Chooses coins and signs; the same bill has the same transaction. Nothing leaves this
    /// machine.
    /// - Throws: as `draftCoins`; `RequestError.expired`.
    public func draftPayment(of bill: CoinBill) throws -> CoinTransactionRow {
        if let expiry = bill.terms.expires, expiry <= surroundings.now() {
            throw RequestError.expired(id: bill.terms.party.reference, expiry: expiry)
        }
        return try draftCoins(paying: bill.outputs, label: bill.label, fees: bill.fees)
    }

    /// Bytes of ancestors that are sent without having been asked for: the frames of payd hold
    /// 10,000.
    private static let unaskedAncestry = 6_000

    /// The payment, handed out: its coins are spent from now on.
    /// - Throws: as `handOutCoins`; `RequestError.noWayToPay` where ancestors are asked for, and
    ///   there are no headers to tell their blocks.
    public func payment(of bill: CoinBill, _ id: Digest256) throws -> Payment {
        let chain = try coinChain()
        let isRequired = bill.terms.isAncestryRequired
        guard chain != nil || !isRequired else {
            throw HeaderError.noStore(path: try coinHeaders())
        }
        let handed = try handOutCoins(id)
        var ancestry: String?
        if let chain {
            let text = try TransactionAncestry(handed.evidence, chain).hexadecimal
            if isRequired || text.utf8.count <= Self.unaskedAncestry { ancestry = text }
        }
        try keep(bill, id)
        return Payment(
            means: .transactions([handed.transaction.hexadecimal], ancestry: ancestry),
            reference: bill.terms.party.reference, party: bill.terms.party)
    }

    private func paymentName(_ bill: CoinBill) -> String {
        let reference = bill.terms.party.reference
        if RequestStore.isIdentifier(reference), reference.utf8.count >= 6 { return reference }
        return Invoice.identifier(Hash.sha256(Array(bill.label.utf8)))
    }

    private func keep(_ bill: CoinBill, _ id: Digest256) throws {
        let name = paymentName(bill)
        try holding(paymentStore) {
            let request = CoinRequest(
                id: name, network: try coinNetwork(), outputs: bill.outputs,
                memo: bill.terms.memo, issued: bill.terms.created,
                expiry: bill.terms.expires ?? .latest, relay: nil)
            try paymentStore.write(name, .coins, request.document + [UInt8(ascii: "\n")])
            try paymentStore.write(name, .payment, Array((id.displayed + "\n").utf8))
        }
    }

    /// Notes what the payee has answered.
    /// - Returns: the name under which the payment is kept.
    /// - Throws: failures of storage.
    public func settleCoins(
        _ bill: CoinBill, _ id: Digest256, _ acknowledgement: PaymentAcknowledgement
    ) throws -> String {
        let name = paymentName(bill)
        if let channel = acknowledgement.channel,
            let place = ProofPlace(channel, beside: bill.url)
        {
            try paymentStore.write(name, .channel, place.bytes)
        }
        return name
    }
}
