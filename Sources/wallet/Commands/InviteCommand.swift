// wallet invite: who may clear in a domain that is closed to strangers.
import CommandKit
import WalletKit

enum InviteCommand {
    static let command = Command<Context>(
        "invite", summary: "let others clear in this domain",
        details: [
            "The setting `domain.admission` says who may clear through `wallet serve`. With "
                + "`invite`, only own addresses and those that are listed here; with `known`, they "
                + "and all that this wallet knows.",
            "An invitation that is taken back changes nothing that has cleared, and no "
                + "balance.",
        ],
        subcommands: [add, list, remove], defaultSubcommand: "list",
        group: CommandTable.Group.names, seeAlso: ["contact", "user", "config"])

    private static let whoArgument = CommandArgument(
        "WHO", summary: "a name, or an address", completion: .dynamic("addresses"))

    private static let add = Command<Context>(
        "add", summary: "invite an address", arguments: [whoArgument],
        examples: [
            CommandExample("wallet invite add bob", "a contact"),
            CommandExample(
                "wallet invite add wSyk9HvFmS33RBXFRGSnUE3MhP8iPweFbn", "somebody without a name"),
        ]
    ) { invocation, context in
        let (invite, isNew) = try context.wallet().invite(invocation.argument(0))
        context.say("'\(invite.name)' \(isNew ? "is invited" : "had been invited before")")
        if context.isJSON { try context.console.write(invite.row.json + "\n") }
    }

    private static let list = Command<Context>(
        "list", summary: "list who is invited", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet invite", "names, addresses and times")]
    ) { invocation, context in
        var report = try Report(
            context,
            [.init("name", "NAME"), .init("address", "ADDRESS"), .init("time", "INVITED")],
            fields: Invite.fields, format: invocation.value("format"))
        for invite in try context.wallet().invites() {
            try report.add(invite.row, shown: ["time": String(invite.row["time"].prefix(19))])
        }
        try report.flush()
    }

    private static let remove = Command<Context>(
        "remove", summary: "take an invitation back", arguments: [whoArgument],
        examples: [CommandExample("wallet invite remove bob", "as if it had never been")]
    ) { invocation, context in
        let address = try context.wallet().uninvite(invocation.argument(0))
        context.say("\(address) is invited no more")
    }
}
