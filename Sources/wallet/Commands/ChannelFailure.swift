// Failures of channels, as people see them.
import Channels
import CommandKit
import Network
import WalletKit

enum ChannelFailure {
    /// Runs `body`; what channels refuse becomes a failure of its own code.
    static func mending<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as ChannelClientError {
            throw failure(error)
        } catch let error as ChannelError {
            throw failure(error)
        } catch {
            guard let reason = ChannelError.storageReason(error) else { throw error }
            throw Failure(.storage, "channel-store", "the store cannot be used: \(reason)")
        }
    }

    private static func failure(_ error: ChannelClientError) -> Failure {
        switch error {
        case .network(let error): return Failure.network(error)
        case .unreadable(let what, let reason):
            return Failure(.network, error.code, "\(what): \(reason)")
        case .ended(let code):
            return Failure(.network, error.code, "the server has ended the connection (\(code))")
        case .refused(let refusal):
            let hint =
                switch refusal.status {
                case 401: "is it the right token, and may it do this?"
                case 409: "'wallet channel read --mark' reads first what others wrote"
                default: nil as String?
                }
            var details = ["status": String(refusal.status)]
            if let seconds = refusal.retryAfterSeconds { details["retry-after"] = "\(seconds)" }
            return Failure(
                refusal.isTemporary ? .network : .refused, refusal.code,
                "the server says: \(refusal.message)", hint: hint, details: details)
        }
    }

    private static func failure(_ error: ChannelError) -> Failure {
        switch error {
        case .unknownSchema(let version):
            Failure(
                .storage, "unknown-schema",
                "the store has version \(version), which this program does not know")
        case .malformed(let name, let reason):
            Failure(.usage, "invalid-argument", "\(name) \(reason)")
        case .taken(let what, let name):
            Failure(.refused, "name-taken", "the \(what) '\(name)' is there already")
        default: Failure(.bug, "bug", "no words for \(error)")
        }
    }
}
