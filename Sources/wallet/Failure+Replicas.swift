// What replicas cannot do, as a person sees it.
import Cryptography
import Programs
import Sync
import WalletKit

extension Failure {
    static func sync(_ error: SyncError) -> Failure {
        let isOurs = [.invalidBundle, .wrongDomain].contains(error.code)
        return Failure(
            isOurs ? .refused : .network, error.code.rawValue, error.message,
            details: error.details)
    }

    static func program(_ error: ProgramError) -> Failure {
        Failure(.network, "program", "'\(error.path)' could not be run: \(error.reason)")
    }

    static func age(_ error: AgeError) -> Failure {
        Failure(
            .key, "age", "\(error)", hint: "'--identity FILE' names the age key that decrypts it")
    }

    static func replica(_ error: ReplicaError) -> Failure {
        let (status, message, hint) = text(error)
        return Failure(status, error.code, message, hint: hint)
    }

    private static func text(_ error: ReplicaError) -> (ExitStatus, String, String?) {
        switch error {
        case .notHolder(let holder):
            (
                .refused, "the device \(holder) holds the lease",
                "'wallet lease' shows it, 'wallet lease take' takes it"
            )
        case .unmerged:
            (.refused, "what is not sealed has to be merged first", "'wallet sync' merges")
        case .otherDomain(let ours, let theirs):
            (.refused, "it is a replica of the domain '\(theirs)', this is '\(ours)'", nil)
        case .noSource(let text, let reason):
            (.network, "there is no replica at '\(text)': \(reason)", nil)
        case .disconnected(let source):
            (
                .network, "'\(source)' ended in the middle of an answer",
                "run it again: what came is kept"
            )
        case .leaseHeld(let holder, let until):
            (
                .refused, "the device \(holder) holds the lease until \(until)",
                "it lets it go with 'wallet lease release'; '--force' takes it from a lost one"
            )
        case .unknownDevice(let text):
            (.refused, "no device or several begin with '\(text)'", "'wallet device' lists them")
        case .notWaiting(let text):
            (
                .refused, "nothing that waits, or several, begin with '\(text)'",
                "'wallet retry --list' shows what waits"
            )
        case .notCertified(let reason): (.network, "no certificate: \(reason)", nil)
        case .badRecipient(let text): (.usage, "'\(text)' is no age recipient", nil)
        case .noKeys: (.network, "the other replica gave no keys", nil)
        }
    }
}
