// wallet channel serve: a server of channels.
import Channels
import CommandKit
import Files
import Glibc
import Network
import WalletKit

enum ChannelServeCommand {
    static let store = CommandOption(
        "store", value: "DIR", completion: .directory,
        summary: "where messages are kept, instead of the wallet's 'channel-server'")

    static let command = Command<Context>(
        "serve", summary: "keep channels for others",
        details: [
            "Answers the API of SPV Channels 1.1: accounts make channels and tokens "
                + "(`/api/v1/account/…`, HTTP Basic), tokens write, read and follow "
                + "(`/api/v1/channel/…`, Bearer). What is answered is durable. Tokens and passwords "
                + "are kept as digests; the file `secret`, from which tokens are shown again to "
                + "their account, belongs into the backup.",
            "With `--headers`, miners' callbacks are taken at `/api/v1/proofs/TXID`, and kept if "
                + "the proof leads to a block of the longest chain; whoever asks `GET` there gets "
                + "it. With `--verify-proofs` a channel takes no callback whose proof is false.",
            "Everything lies in `.wallet/channel-server`, or in the directory that `--store` names: "
                + "then no wallet is needed. SIGTERM lets running requests end.",
        ],
        options: [
            CommandOption(
                "listen", value: "HOST:PORT",
                summary: "where to listen; `unix:PATH` for a socket (127.0.0.1:5010)",
                isRepeating: true),
            store,
            CommandOption(
                "account", value: "NAME",
                summary: "make this account if it is not there, and print its password",
                isRepeating: true),
            CommandOption(
                "public-url", value: "URL", summary: "what addresses of channels begin with"),
            CommandOption(
                "tls-cert", value: "FILE", completion: .file,
                summary: "serve HTTPS with this certificate chain"),
            CommandOption(
                "tls-key", value: "FILE", completion: .file, summary: "the certificate's key"),
            CommandOption(
                "rate", value: "N", summary: "requests of a token in a minute; 0: any (6000)"),
            CommandOption(
                "plain-notify", summary: "tell followers a text, as the first server did"),
            CommandOption(
                "headers", value: "DIR", completion: .directory,
                summary: "the block headers that proofs are verified by"),
            HeadersCommand.storeOptions[1],
            CommandOption(
                "verify-proofs", summary: "take no callbacks whose proof is false"),
        ],
        examples: [
            CommandExample(
                "wallet channel serve --store channels --account shop", "on this machine, to try it"
            ),
            CommandExample(
                "wallet channel serve --listen 0.0.0.0:443 --tls-cert c.pem --tls-key k.pem "
                    + "--public-url https://channels.example --store /srv/channels",
                "for the world"),
        ], needsWallet: false
    ) { invocation, context in
        try ChannelFailure.mending {
            let directory = try directory(invocation, context, makes: true)
            let lock = try directory.lock()
            for name in invocation.values("account")
            where try !directory.store().accounts().contains(where: { $0.name == name }) {
                try ChannelAccountCommand.add(name, account: name, to: directory, context)
            }
            try withExtendedLifetime(lock) {
                try run(try ChannelServing(invocation, context).server(directory), context)
            }
        }
    }

    /// - Parameter makes: whether it is made where it is not there.
    static func directory(
        _ invocation: Invocation, _ context: Context, makes: Bool
    ) throws -> ChannelDirectory {
        let path: String
        if let named = invocation.value("store") {
            path = named.hasPrefix("/") ? named : try context.workingDirectory() + "/" + named
        } else {
            do { path = try context.wallet().directory + ChannelDirectory.usual } catch let error
                as WalletError
            {
                var failure = Failure(error)
                failure.hint = "'--store DIR' says where messages are kept"
                throw failure
            }
        }
        // Messages are nobody else's, whatever the directory's mode.
        umask(0o077)
        return try ChannelDirectory(path, context.surroundings.random, makes: makes)
    }

    private static func run(_ server: ChannelServer, _ context: Context) throws {
        try SignalWatch.stopping(by: { server.requestStop() }) {
            try context.listening(at: try server.start())
            server.wait()
        }
        context.say("stopped")
    }
}
