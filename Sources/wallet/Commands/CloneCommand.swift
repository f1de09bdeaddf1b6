// wallet clone, wallet sync-serve: another replica of the same wallet.
import CommandKit
import Files
import Sync
import WalletKit

enum CloneCommand {
    static let command = Command<Context>(
        "clone", summary: "make another replica of a wallet, on another device",
        details: [
            "Makes `.wallet` in DIR, or here: the same domain, the same documents, and a device "
                + "key of its own, which the wallet at SOURCE certifies. Both clear from then on; "
                + "`wallet sync` merges them.",
            "SOURCE is the directory of the other wallet, or `ssh://HOST/PATH`: the host runs "
                + "`wallet sync-serve` there. Certifying needs the domain key of the source, and "
                + "so its passphrase.",
            "The keys stay where they are, unless `--with-keys` is said: then they come encrypted "
                + "to this copy, and stay protected by their passphrase. Without keys a replica "
                + "clears, keeps and forwards, but signs no promises.",
        ],
        options: [CommandOption("with-keys", summary: "copy the keys too")]
            + InitCommand.protection,
        arguments: [
            CommandArgument("SOURCE", summary: "the other wallet", completion: .directory),
            CommandArgument(
                "DIR", summary: "where '.wallet' is made", completion: .directory,
                isOptional: true),
        ],
        examples: [
            CommandExample("wallet clone ../laptop phone", "a replica without keys"),
            CommandExample(
                "wallet clone --with-keys --no-passphrase ssh://home.example/home/ann",
                "one that can pay"),
        ], group: CommandTable.Group.share, seeAlso: ["sync", "device", "init"]
    ) { invocation, context in
        let text = invocation.argument(0)
        let isPath = !text.contains("://") && !text.hasPrefix("unix:")
        let url = isPath ? try Context.absolute(text) : text
        let source = try SyncSource(url, isDirectory: { try Context.isDirectory($0) })
        let parent = invocation.optionalArgument(1) ?? "."
        if try FileSystem.status(parent) == nil { try FileSystem.makeDirectory(parent) }
        let place = try Context.absolute(parent) + "/" + WalletLocation.name
        guard try FileSystem.status(place) == nil else {
            throw WalletError.walletExists(path: place)
        }
        let clone = ClonedWallet(
            parent: try Context.absolute(parent), source: url,
            withKeys: invocation.flag("with-keys"),
            protection: try InitCommand.protection(invocation, context))
        let reach = context.reach()
        let directory = try clone.make(
            try Wallet.transport(to: source, reach, as: nil), context.surroundings)
        let wallet = try reach.open(directory)
        let report = try wallet.sync(with: source, name: "origin", SyncOptions(), reach)
        context.say("\(report.summary.incoming.total) documents came")
        try context.console.write(directory + "\n")
    }
}

enum SyncServeCommand {
    private static let pieceBytes = 65_536

    static let command = Command<Context>(
        "sync-serve", summary: "answer another replica over standard input and output",
        details: [
            "What `wallet sync ssh://HOST/PATH` runs on the host. Whoever may start it is the "
                + "wallet's owner: it also certifies new devices for `wallet clone`. Frames of "
                + "the protocol wsync/1 come in and go out; what is said to people goes to "
                + "standard error.",
            "Over ssh, `command=\"wallet -C PATH sync-serve\"` in `authorized_keys` lets a key do "
                + "this and nothing else.",
        ],
        examples: [
            CommandExample("wallet sync-serve", "as ssh starts it, with -C before it")
        ], group: CommandTable.Group.share, seeAlso: ["sync", "clone", "serve"]
    ) { _, context in
        let server = try context.wallet().replicaServer(
            program: "wallet \(CommandTable.version)", certifies: true
        ) { error in
            _ = Failure(error).report(to: context.console, isJSON: false)
        }
        let input = InputStream(descriptor: 0)
        try server.serve(
            read: { try input.read(pieceBytes) },
            write: {
                try context.console.write($0)
                try context.console.flush()
            })
    }
}
