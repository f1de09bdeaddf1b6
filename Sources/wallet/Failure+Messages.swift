// Failures of messages, as people see them.
import WalletKit

extension Failure {
    /// What is wrong with a message, or with its way.
    static func message(_ error: MessageError) -> Failure {
        Failure(
            status(of: error), error.code, "\(error)", hint: hint(for: error),
            details: error.details)
    }

    private static func status(of error: MessageError) -> ExitStatus {
        switch error {
        case .invalidDestination: .usage
        case .unreached(_, let obstacle), .undelivered(_, _, let obstacle):
            obstacle.isFinal ? .refused : .network
        case .damaged: .storage
        default: .refused
        }
    }

    private static func hint(for error: MessageError) -> String? {
        switch error {
        case .undelivered(let message, _, let obstacle):
            obstacle.isFinal
                ? "'wallet send --forget \(message.hexadecimal.prefix(12))' gives it up"
                : "the message is kept: 'wallet send --retry' tries again, and it is taken once"
        case .noWay: "'wallet peer add' says where it does"
        case .unreached: "'wallet peer add' names a wallet, so that messages can wait for it"
        case .full("inbox", _): "'wallet inbox delete' makes room"
        case .full: "'wallet send --forget' makes room"
        default: nil
        }
    }
}
