// A payment that was promised outputs: what may pay it, and what may not.
import Bitcoin
import Bytes
import Cryptography
import Documents

/// What a reference is bound to.
public struct PeerReference: Sendable, Hashable {
    /// Whose.
    public let alias: String
    /// What was promised.
    public let destination: PeerDestination
    /// How much that is together.
    public let satoshis: UInt64
    /// When.
    public let created: Timestamp
    /// When it begins to be too late.
    public let expires: Timestamp

    /// A binding.
    public init(
        alias: String, destination: PeerDestination, satoshis: UInt64, created: Timestamp,
        expires: Timestamp
    ) {
        self.alias = alias
        self.destination = destination
        self.satoshis = satoshis
        self.created = created
        self.expires = expires
    }

    /// What a transaction is for a reference.
    public enum Verdict: Sendable, Hashable {
        /// It may pay it.
        case pays
        /// It has paid it already.
        case hasPaid
    }

    /// Judges a transaction; says nothing about whether it is valid by itself.
    /// - Parameter paid: the transaction that has paid the reference, or is about to; nil for none.
    /// - Throws: `PaymailRefusal.conflict`, `.expired`, `.underpaid`.
    public func judge(
        _ transaction: BitcoinTransaction, paid: Digest256?, at now: Timestamp
    ) throws(PaymailRefusal) -> Verdict {
        if let paid {
            guard paid == transaction.id else { throw .conflict(transaction: paid.displayed) }
            return .hasPaid
        }
        guard now < expires else { throw .expired }
        guard isPaid(by: transaction) else { throw .underpaid(satoshis: satoshis) }
        return .pays
    }

    /// Whether every promised output has one of its own in the transaction, with the same script
    /// and at least as much.
    private func isPaid(by transaction: BitcoinTransaction) -> Bool {
        var left: [Script: [UInt64]] = [:]
        for output in transaction.outputs {
            left[output.script, default: []].append(output.satoshis)
        }
        var wanted: [Script: [UInt64]] = [:]
        for output in destination.outputs {
            wanted[output.script, default: []].append(output.satoshis)
        }
        return wanted.allSatisfy { script, amounts in
            let there = left[script, default: []].sorted(by: >)
            return there.count >= amounts.count
                && zip(amounts.sorted(by: >), there).allSatisfy { $0 <= $1 }
        }
    }

    /// For files.
    public var json: ForeignJSON {
        [
            "alias": .string(alias), "reference": .string(destination.reference),
            "outputs": .array(destination.outputs.map(\.json)), "satoshis": satoshis.json,
            "created": .string(created.text), "expires": .string(expires.text),
        ]
    }

    /// Reads what `json` has written; nil for anything else.
    public init?(_ bytes: [UInt8]) {
        guard let value = try? ForeignJSON(bytes), let alias = value["alias"]?.string,
            let satoshis = value["satoshis"]?.satoshis,
            let destination = try? PeerDestination(bytes, satoshis: satoshis),
            let created = value["created"]?.string.flatMap({ Timestamp(internet: $0) }),
            let expires = value["expires"]?.string.flatMap({ Timestamp(internet: $0) })
        else { return nil }
        self.init(
            alias: alias, destination: destination, satoshis: satoshis, created: created,
            expires: expires)
    }
}
