// What a store of coins refuses.
import Bitcoin
import Bytes
import Headers

/// A failure with a stable code.
public enum CoinError: Error, Sendable, Equatable {
    /// The database was written by a later version of this program.
    case unknownSchema(version: Int)
    /// There is no such transaction.
    case unknownTransaction(Digest256)
    /// The transaction neither pays this wallet nor spends what is its own.
    case notOurs(Digest256)
    /// The transaction does not pay what was promised.
    case underpaid(transaction: Digest256, expected: UInt64, got: UInt64)
    /// Another transaction has spent what this one spends.
    case doubleSpent(transaction: Digest256, by: Digest256)
    /// It is known already that this transaction will never count.
    case dropped(Digest256)
    /// A proof of nothing that is known here.
    case nothingProved
    /// The account's path cannot be used.
    case invalidPath(path: String, reason: String)
    /// As many as may be are there.
    case tooMany(what: String, limit: Int)
    /// No branch of ancestors leads to mined transactions.
    case unsupported(Digest256)

    /// The stable code.
    public var code: String {
        switch self {
        case .unknownSchema: "coins-newer"
        case .unknownTransaction: "unknown-transaction"
        case .notOurs: "not-ours"
        case .underpaid: "underpaid"
        case .doubleSpent: "double-spent"
        case .dropped: "dropped"
        case .nothingProved: "nothing-proved"
        case .invalidPath: "invalid-path"
        case .tooMany: "too-many"
        case .unsupported: "unverified"
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .unknownSchema(let version):
            "the coins were written by a later version of this program (schema \(version))"
        case .unknownTransaction(let id): "nothing is known of the transaction '\(id.displayed)'"
        case .notOurs(let id):
            "the transaction '\(id.displayed)' neither pays this wallet nor spends its coins"
        case .underpaid(let id, let expected, let got):
            "the transaction '\(id.displayed)' pays \(got) of \(expected) satoshis"
        case .doubleSpent(let id, let other):
            "what the transaction '\(id.displayed)' spends is spent by '\(other.displayed)'"
        case .dropped(let id): "the transaction '\(id.displayed)' was given up"
        case .nothingProved: "the proof is of no transaction that is known here"
        case .invalidPath(let path, let reason): "the path '\(path)' cannot be used: \(reason)"
        case .tooMany(let what, let limit): "there are \(limit) \(what) already"
        case .unsupported(let id):
            "nothing shows that what the transaction '\(id.displayed)' spends was ever mined"
        }
    }
}
