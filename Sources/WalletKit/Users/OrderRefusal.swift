// Why a custodial user's order is not carried out.
import Documents

/// A refusal with a stable code, for whoever has sent the order: no name of the address book that
/// was not in the order stands in it.
public struct OrderRefusal: Error, Sendable, Equatable {
    /// `allowance-exceeded`, `id-reused`, `unknown-name`, `ambiguous-name`, `invalid-argument`,
    /// `invalid-address`, or a clearing rule's.
    public let code: String
    /// A sentence for people: no capital, no full stop.
    public let message: String
    /// Values for programs, by name.
    public let details: [String: String]

    /// A refusal.
    init(_ code: String, _ message: String, _ details: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// What is wrong with the order itself; nil for errors that are not the orderer's.
    init?(_ error: any Error) {
        switch error {
        case let refusal as OrderRefusal: self = refusal
        case let refusal as Refusal:
            self.init(refusal.code.rawValue, refusal.message, refusal.details)
        case let error as WalletError:
            guard let message = Self.message(error) else { return nil }
            self.init(error.code, message)
        default: return nil
        }
    }

    private static func message(_ error: WalletError) -> String? {
        switch error {
        case .unknown(let what, let name, _): "no \(what) '\(name)'"
        case .ambiguous(let what, let name, _): "'\(name)' names more than one \(what)"
        case .invalidArgument(let what, let value, let reason): "\(what) '\(value)': \(reason)"
        case .idReused(let id): "the id '\(id)' has been used for a promise with other terms"
        default: nil
        }
    }
}
