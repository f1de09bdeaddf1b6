// wallet peer: other domains by name.
import CommandKit
import WalletKit

enum PeerCommand {
    static let command = Command<Context>(
        "peer", summary: "name other domains, and deal with them",
        details: [
            "A peer is a processor on the Web, a wallet that is served with `wallet serve`. Its "
                + "name can stand wherever a domain is: `wallet pay 5 BEER --to bob --domain shop "
                + "--send` has a payment cleared there.",
            "The key of the peer's domain is pinned when it is added. Nothing that it answers is "
                + "believed: a transaction must hold what was sent, its receipt be signed by a "
                + "device that the key has certified, and your counters go on from where they "
                + "were. Receipts are kept in `.wallet/peers/`.",
            "A domain that is named after the address of its key proves itself. Of any other, "
                + "`--key` says which key it must have; without it the key is taken that is shown "
                + "the first time.",
        ],
        subcommands: [list, add, remove, resend, show], defaultSubcommand: "list",
        group: CommandTable.Group.share, seeAlso: ["pay", "issue", "clear", "balance"])

    private static let nameArgument = CommandArgument(
        "NAME", summary: "the peer's name", completion: .dynamic("peers"))

    private static let list = Command<Context>(
        "list", summary: "list peers", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet peer", "names, URLs and domains")]
    ) { invocation, context in
        var report = try Report(
            context,
            [
                .init("name", "NAME"), .init("url", "URL", isElastic: true),
                .init("domain", "DOMAIN", isElastic: true),
                .init("receipts", "RECEIPTS", .right), .init("unsent", "UNSENT", .right),
            ], fields: PeerReport.fields, format: invocation.value("format"))
        let wallet = try context.wallet()
        for peer in try wallet.knownPeers() { try report.add(try wallet.report(on: peer).row) }
        try report.flush()
    }

    private static let add = Command<Context>(
        "add", summary: "name a processor, and pin its key",
        details: [
            "Asks the server at URL who it is. URL is `https://HOST`, `http://HOST` or "
                + "`unix:PATH`; over plain http everybody on the way can read, though not change, "
                + "what is said."
        ],
        options: [
            CommandOption(
                "key", value: "VKEY",
                summary: "the verifier key that it must have, from 'wallet checkpoint --key'"),
            CommandOption(
                "ca", value: "FILE", completion: .file,
                summary: "certificates (PEM) that its TLS certificate must lead to"),
        ],
        arguments: [
            CommandArgument("NAME", summary: "what you call it"),
            CommandArgument("URL", summary: "where its API is"),
        ],
        examples: [
            CommandExample("wallet peer add shop https://shop.example", "name it 'shop'"),
            CommandExample("wallet peer add till unix:/run/till.sock", "a wallet on this machine"),
        ]
    ) { invocation, context in
        let authorities = try invocation.value("ca").map { try Context.absolute($0) }
        let peer = try context.wallet().addPeer(
            invocation.argument(0), url: try absolute(invocation.argument(1)),
            key: invocation.value("key"),
            authorities: authorities, over: try context.sender(authorities))
        context.say("'\(peer.name)' is the domain '\(DisplayText.neutralised(peer.domain))'")
        if !peer.isSelfCertified, invocation.value("key") == nil {
            context.hint("its name does not prove its key: is it \(peer.key.text)?")
        }
        if peer.isOpenToOthers {
            context.hint("over http everybody on the way can read what is said")
        }
        if context.isJSON {
            try context.console.write(try context.wallet().report(on: peer).row.json + "\n")
        }
    }

    /// A socket is found again from wherever the program is started.
    private static func absolute(_ url: String) throws -> String {
        guard url.hasPrefix("unix:"), !url.hasPrefix("unix:/") else { return url }
        return "unix:" + (try Context.absolute(String(url.dropFirst(5))))
    }

    private static let show = Command<Context>(
        "show", summary: "show what is known of a peer", arguments: [nameArgument],
        examples: [CommandExample("wallet peer show shop", "its domain, its key, your receipts")]
    ) { invocation, context in
        let wallet = try context.wallet()
        let report = try wallet.report(on: try wallet.peer(invocation.argument(0)))
        if context.isJSON { return try context.console.write(report.row.json + "\n") }
        var table = TextTable(columns: [.init(""), .init("")])
        for (name, value) in report.row.members { table.add([name, value.text]) }
        try context.console.write(table.render(showsHeader: false))
    }

    private static let remove = Command<Context>(
        "remove", summary: "forget a peer",
        details: ["Receipts and what else is kept of its domain stay in `.wallet/peers/`."],
        arguments: [nameArgument],
        examples: [CommandExample("wallet peer remove shop", "forget the name 'shop'")]
    ) { invocation, context in
        let peer = try context.wallet().removePeer(invocation.argument(0))
        context.say("forgot '\(peer.name)'; receipts are kept")
    }

    private static let resend = Command<Context>(
        "resend", summary: "send promises again that may not have arrived",
        details: [
            "A promise that was signed with `--send` is kept until the peer's answer is known. "
                + "Sent again, it clears once, however often it arrives."
        ],
        arguments: [
            CommandArgument(
                "NAME", summary: "the peer; all of them by default",
                completion: .dynamic("peers"), isOptional: true)
        ],
        examples: [CommandExample("wallet peer resend", "whatever is under way")]
    ) { invocation, context in
        let wallet = try context.wallet()
        let peers =
            try invocation.optionalArgument(0).map { [try wallet.peer($0)] }
            ?? wallet.knownPeers()
        for peer in peers where try wallet.report(on: peer).unsent > 0 {
            let session = try context.session(peer.name)
            var delivery = Delivery(context, session)
            for document in try session.unsent() { try delivery.deliver(document) }
            try context.console.flush()
            delivery.tell()
        }
    }
}
