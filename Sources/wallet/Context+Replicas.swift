// How commands reach other replicas.
import CommandKit
import Files
import Network
import Programs
import WalletKit

extension Context {
    /// Whether a path is a directory; nil where nothing is.
    static func isDirectory(_ path: String) throws -> Bool? {
        try FileSystem.status(path).map(\.isDirectory)
    }

    /// The program `ssh.program`; a clone has no wallet yet.
    private func configuredSSH() throws -> String {
        let own = try? wallet().configuration
        let configuration = try own ?? Configuration(configurationSources())
        return try configuration.text(Settings.sshProgram) ?? "ssh"
    }

    /// What a meeting needs of the world.
    func reach() -> SyncReach {
        let surroundings = surroundings
        return SyncReach(
            sender: { [self] in try sender(nil) },
            ssh: { [self] words in
                let name = try configuredSSH()
                guard let path = Self.programPath(name, environment) else {
                    throw Failure(.network, "ssh", "there is no program '\(name)'")
                }
                return Program(path: path, arguments: words, environment: environment)
            },
            open: { [self] directory in
                let inner =
                    try FileSystem.status(directory + "/" + WalletLocation.name) == nil
                    ? directory : directory + "/" + WalletLocation.name
                return try Wallet(
                    directory: inner, sources: configurationSources(),
                    surroundings: surroundings, opener: opener())
            }, program: "wallet \(CommandTable.version)",
            onProgress: { progress in
                let documents = progress.received.total + progress.sent.total
                guard documents > 0, progress.expected > 0 else { return }
                surroundings.onProgress(
                    "syncing", Double(documents) / Double(documents + progress.expected))
            },
            onFailure: { [self] error in
                _ = Failure(error).report(to: console, isJSON: isJSON)
            })
    }
}
