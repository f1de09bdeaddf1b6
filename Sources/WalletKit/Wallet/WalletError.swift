// What a wallet cannot do, beside what the clearing rules refuse.
import Bytes
import Documents

/// A failure with a stable code and the values that explain it.
public enum WalletError: Error, Sendable, Equatable {
    /// No `.wallet` here or above, none in the environment, none at home.
    case noWallet(searched: String)
    /// `init` and `restore` make no wallet where one is.
    case walletExists(path: String)
    /// The writer's lock was not free in time.
    case busy(seconds: Int)
    /// The log does not hold what it must.
    case corruptLog(path: String, offset: Int, reason: String)
    /// The index has seen more of the log than is there, or another log.
    case logReplaced(path: String)
    /// No such name, address, unit or document.
    case unknown(what: String, name: String, suggestions: [String])
    /// A name or the beginning of a hash that fits several.
    case ambiguous(what: String, name: String, candidates: [String])
    /// A name that is taken.
    case nameTaken(name: String, holder: String)
    /// A name that cannot be one.
    case invalidName(name: String, reason: String)
    /// This wallet has no key for an address.
    case noKey(address: Address)
    /// An argument that is no amount, time or duration.
    case invalidArgument(what: String, value: String, reason: String)
    /// The same `--id` with other terms.
    case idReused(id: String)
    /// An atomic batch above its limit.
    case batchTooLarge(limit: String)
    /// A document of the open block has no proof yet.
    case notSealed(hash: Digest256)
    /// Nothing has been sealed yet.
    case noBlocks
    /// A block that is in no stack yet.
    case notStacked(height: Int)
    /// A document that is claimed to be absent is there.
    case isPresent(hash: Digest256, height: Int?)
    /// A proof that would go through more blocks than one proof may.
    case proofTooLong(blocks: Int, limit: Int)
    /// An earlier state of the log that is not earlier.
    case notEarlier(from: Int, to: Int)
    /// A checkpoint that this domain's log has never had.
    case foreignCheckpoint(origin: String, size: Int)
    /// The key that is called the domain's is another than the one that certified the devices.
    case foreignDomainKey(expected: Address, got: Address)

    /// The stable code.
    public var code: String {
        switch self {
        case .noWallet: "no-wallet"
        case .walletExists: "wallet-exists"
        case .busy: "busy"
        case .corruptLog: "corrupt-log"
        case .logReplaced: "log-replaced"
        case .unknown: "unknown-name"
        case .ambiguous: "ambiguous-name"
        case .nameTaken: "name-taken"
        case .invalidName: "invalid-name"
        case .noKey: "no-key"
        case .invalidArgument: "invalid-argument"
        case .idReused: "id-reused"
        case .batchTooLarge: "batch-too-large"
        case .notSealed: "not-sealed"
        case .noBlocks: "no-blocks"
        case .notStacked: "not-stacked"
        case .isPresent: "is-present"
        case .proofTooLong: "proof-too-long"
        case .notEarlier: "not-earlier"
        case .foreignCheckpoint: "foreign-checkpoint"
        case .foreignDomainKey: "foreign-domain-key"
        }
    }
}
