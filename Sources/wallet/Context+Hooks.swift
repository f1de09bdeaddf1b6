// Hooks, as commands deal with them.
import CommandKit
import WalletKit

extension Context {
    /// Runs what hooks have not been told yet, when everything has been answered. What goes wrong
    /// is said, and changes nothing of what the command has done.
    func runHooks() {
        do {
            let wallet = try wallet()
            let results = try wallet.runHooks()
            for trouble in wallet.hooks.takeTroubles() { complain(trouble) }
            for result in results where !result.isSuccess { complain(result.complaint) }
        } catch {
            complain(error)
        }
    }

    private func complain(_ error: any Error) {
        let failure = Failure(error)
        guard failure.code != Failure.silent else { return }
        complain("\(failure.code): \(failure.message)")
        if let hint = failure.hint { self.hint(hint) }
    }

    private func complain(_ text: String) {
        console.say(console.errorStyle.red("wallet: ") + DisplayText.neutralised(text))
    }
}
