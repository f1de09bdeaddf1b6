// Whether two replicas with the same records have come to the same.
import Bytes
import Cryptography
import Documents

/// Digests of what a fold has come to. Equal heads and unequal digests are a disagreement of
/// programs, and nothing may be sealed.
public struct ViewDigest: Sendable, Hashable {
    /// SHA-256 of a line `<record hash> <class>\n` for each record that counts, in order.
    public let statuses: Digest256
    /// SHA-256 of the hashes of the derived transactions, 32 bytes each, in order.
    public let transactions: Digest256

    /// The digests of a fold's steps.
    public init(_ steps: [MergeStep]) {
        var lines: [UInt8] = []
        var hashes: [UInt8] = []
        lines.reserveCapacity(steps.count * 84)
        hashes.reserveCapacity(steps.count * Digest256.byteCount)
        for step in steps {
            lines += Hexadecimal.encodedBytes(step.record.hash.bytes)
            lines += " \(step.outcome.resultClass.rawValue)\n".utf8
            if let transaction = step.outcome.transaction { hashes += transaction.hash.bytes }
        }
        statuses = Hash.sha256(lines)
        transactions = Hash.sha256(hashes)
    }

    /// Both digests over a sealed block: what replicas compare.
    /// - Parameter block: the hash of the last block; zeros before the first.
    public func combined(over block: Digest256) -> Digest256 {
        Hash.sha256(block.bytes + statuses.bytes + transactions.bytes)
    }
}
