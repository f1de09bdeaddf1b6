// wallet paymail: handles, one's own and others'.
import CommandKit
import Paymail
import WalletKit

enum PaymailCommand {
    static let command = Command<Context>(
        "paymail", summary: "be paid under a name: alice@example.com",
        details: [
            "A handle of Paymail is a name for a wallet: others' servers find its key, outputs "
                + "that coins are paid to, and where IOUs go. `serve` answers for this wallet's "
                + "aliases; `show` asks somebody else's server.",
            "The first key that is seen of a handle is remembered. If its server names another one "
                + "later, that is told, and nothing is paid until it is accepted.",
        ],
        subcommands: [
            list, PaymailAliasCommands.add, PaymailAliasCommands.remove, PaymailShowCommand.command,
            PaymailServeCommand.command, PaymailApproveCommand.command,
        ],
        defaultSubcommand: "list", group: CommandTable.Group.direct,
        seeAlso: ["coin", "contact", "pay", "serve"])

    private static let list = Command<Context>(
        "list", summary: "list this wallet's aliases", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet paymail", "aliases, and where their IOUs go")]
    ) { invocation, context in
        var report = try Report(
            context,
            [.init("alias", "ALIAS"), .init("address", "ADDRESS"), .init("name", "NAME")],
            fields: PaymailAlias.fields, format: invocation.value("format"))
        for alias in try context.wallet().aliases() { try report.add(alias.row) }
        try report.flush()
    }
}

enum PaymailAliasCommands {
    static let add = Command<Context>(
        "add", summary: "make an alias",
        details: [
            "Coins that are paid to it are this wallet's; IOUs go to the address. The alias is "
                + "known by a key of secp256k1: the address's own, or the first of this wallet's."
        ],
        options: [
            CommandOption(
                "address", value: "WHO", completion: .dynamic("own"),
                summary: "where IOUs go: an own address (the default one)"),
            CommandOption(
                "key", value: "WHO", completion: .dynamic("own"),
                summary: "the own address by whose key it is known"),
            CommandOption("name", value: "TEXT", summary: "a name for people (wallet.name)"),
            CommandOption("avatar", value: "URL", summary: "where a picture is, 180 by 180"),
        ],
        arguments: [CommandArgument("ALIAS", summary: "what stands before the '@'")],
        examples: [CommandExample("wallet paymail add alice", "answer for alice@…")]
    ) { invocation, context in
        var order = AliasOrder(alias: invocation.argument(0))
        order.address = invocation.value("address")
        order.key = invocation.value("key")
        order.name = invocation.value("name")
        order.avatar = invocation.value("avatar")
        let alias = try context.wallet().addAlias(order)
        context.say("'\(alias.alias)' is a name for \(context.named(alias.address.text))")
        if context.isJSON { try context.console.write(alias.row.json + "\n") }
    }

    static let remove = Command<Context>(
        "remove", summary: "take an alias away",
        arguments: [
            CommandArgument("ALIAS", summary: "the alias", completion: .dynamic("aliases"))
        ],
        examples: [CommandExample("wallet paymail remove alice", "answer for it no more")]
    ) { invocation, context in
        try context.wallet().removeAlias(invocation.argument(0))
        context.say("removed '\(invocation.argument(0))'")
    }
}

enum PaymailApproveCommand {
    static let command = Command<Context>(
        "approve", summary: "say yes to senders who wait",
        details: [
            "Without a token it lists the requests of senders of the older kind that came while "
                + "`paymail serve --approve` runs. What was said once stands."
        ],
        options: [
            CommandOption("deny", summary: "say no"), CommandTable.Shared.format,
        ],
        arguments: [
            CommandArgument(
                "TOKEN", summary: "the token, or its beginning", completion: .dynamic("approvals"),
                isOptional: true)
        ],
        examples: [
            CommandExample("wallet paymail approve", "who waits"),
            CommandExample("wallet paymail approve 3fa9", "let him pay"),
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        guard let token = invocation.optionalArgument(0) else {
            var report = try Report(
                context,
                [
                    .init("token", "TOKEN"), .init("state", "STATE"), .init("alias", "ALIAS"),
                    .init("sender", "SENDER"), .init("satoshis", "SATOSHIS"),
                    .init("purpose", "PURPOSE"),
                ], fields: PaymailApproval.fields, format: invocation.value("format"))
            for approval in try wallet.approvals() { try report.add(approval.row) }
            return try report.flush()
        }
        let decided = try wallet.decide(token, isApproved: !invocation.flag("deny"))
        let words = decided.isApproved == true ? "may pay" : "may not pay"
        context.say(
            DisplayText.neutralised("'\(decided.request.senderHandle)' \(words)"))
        if context.isJSON { try context.console.write(decided.row.json + "\n") }
    }
}
