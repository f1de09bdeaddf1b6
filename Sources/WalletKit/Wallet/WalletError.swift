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
        }
    }
}
