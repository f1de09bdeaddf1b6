// Hooks that are not run, in words.
import WalletKit

extension Failure {
    static func hook(_ error: HookError) -> Failure {
        let status: ExitStatus =
            switch error {
            case .unknown: .usage
            case .damaged: .storage
            default: .refused
            }
        return Failure(status, error.code, error.message, hint: error.hint)
    }
}
