// wallet user: whose keys are held here, and what they may pay.
import CommandKit
import Cryptography
import WalletKit

enum UserCommand {
    static let command = Command<Context>(
        "user", summary: "pay for others, who show a token",
        details: [
            "A user has an address of this wallet, whose key stays here, and a bearer token. "
                + "Whoever shows the token to `wallet serve` pays from that address, up to an "
                + "allowance a day and unit. A day is one of UTC.",
            "Without an allowance in a unit, nothing of it is paid; `unlimited` as the AMOUNT "
                + "says that there is no bound.",
            "A token is printed once, and only its hash is kept. Whoever has it can spend what "
                + "is allowed: `wallet user token` gives another, and the old one ends at once.",
            "A user who is removed leaves the address, and what it holds, to this wallet; "
                + "added again under the same name, the user has the same address.",
        ],
        subcommands: [add, allow, list, remove, show, token], defaultSubcommand: "list",
        group: CommandTable.Group.names, seeAlso: ["address", "invite"])

    private static let nameArgument = CommandArgument(
        "NAME", summary: "the user", completion: .dynamic("users"))

    private static let add = Command<Context>(
        "add", summary: "make an address and a token for somebody",
        options: [
            CommandOption(
                "allowance", value: "ALLOWANCE",
                summary: "what may be paid a day, as '25 EUR' or 'unlimited BEER' (nothing)",
                isRepeating: true)
        ],
        arguments: [CommandArgument("NAME", summary: "what the user is called")],
        examples: [
            CommandExample("wallet user add till --allowance '25 EUR' > token", "25 euros a day")
        ]
    ) { invocation, context in
        let allowances = try invocation.values("allowance").map { text in
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 2 else {
                throw invocation.usageError(
                    .invalidValue, "option '--allowance' takes an amount and a unit, not '\(text)'")
            }
            return (amount: words[0], unit: words[1])
        }
        let made = try context.wallet().addUser(invocation.argument(0), allowances: allowances)
        context.say("'\(made.user.name)' is a user, with the address \(made.user.address)")
        if allowances.isEmpty {
            context.hint("'wallet user allow \(made.user.name) AMOUNT UNIT' lets the user pay")
        }
        try write(made.token, of: made.user, context)
    }

    private static let token = Command<Context>(
        "token", summary: "print a new token; the old one ends", arguments: [nameArgument],
        examples: [CommandExample("wallet user token till > token", "after the old one was lost")]
    ) { invocation, context in
        let made = try context.wallet().renewToken(invocation.argument(0))
        context.say("the old token of '\(made.user.name)' has ended")
        try write(made.token, of: made.user, context)
    }

    private static func write(
        _ token: BearerToken, of user: User, _ context: Context
    ) throws {
        let text = SecretInput.text(token.text)
        context.say("the token is not shown again")
        guard context.isJSON else { return try context.console.write(text + "\n") }
        let row = ReportRow([
            "name": .text(user.name), "address": .text(user.address.text), "token": .text(text),
        ])
        try context.console.write(row.json + "\n")
    }

    private static let allow = Command<Context>(
        "allow", summary: "set what a user may pay a day",
        details: ["AMOUNT 0 takes the allowance in UNIT away, `--none` all of them."],
        options: [CommandOption("none", summary: "let the user pay nothing")],
        arguments: [
            nameArgument,
            CommandArgument(
                "AMOUNT", summary: "how much a day, or 'unlimited'", isOptional: true),
            CommandArgument(
                "UNIT", summary: "the unit, by code, issuer's name or address",
                completion: .dynamic("units"), isOptional: true),
        ],
        examples: [
            CommandExample("wallet user allow till 25 EUR", "25 euros a day"),
            CommandExample("wallet user allow till --none", "nothing any more"),
        ]
    ) { invocation, context in
        let name = invocation.argument(0)
        let words = (invocation.optionalArgument(1), invocation.optionalArgument(2))
        switch (invocation.flag("none"), words) {
        case (true, (nil, nil)): try context.wallet().allowNothing(name)
        case (false, (let amount?, let unit?)): try context.wallet().allow(name, amount, unit)
        default:
            throw invocation.usageError(
                .missingArgument, "either an AMOUNT and a UNIT are needed, or '--none'")
        }
        let report = try context.wallet().user(name)
        let shown = report.allowances.map(\.shown).joined(separator: ", ")
        context.say("'\(name)' may pay \(shown.isEmpty ? "nothing" : shown + " a day")")
        if context.isJSON { try context.console.write(report.row.json + "\n") }
    }

    private static let list = Command<Context>(
        "list", summary: "list users", options: [CommandTable.Shared.format],
        examples: [CommandExample("wallet user", "names, addresses and allowances")]
    ) { invocation, context in
        var report = try Report(
            context,
            [
                .init("name", "NAME"), .init("address", "ADDRESS"),
                .init("allowances", "A DAY", isElastic: true),
            ], fields: UserReport.fields, format: invocation.value("format"))
        for user in try context.wallet().users() {
            let allowances = user.allowances.map(\.shown).joined(separator: ", ")
            try report.add(user.row, shown: ["allowances": allowances])
        }
        try report.flush()
    }

    private static let show = Command<Context>(
        "show", summary: "show a user, and what is left today", arguments: [nameArgument],
        examples: [CommandExample("wallet user show till", "what may still be paid today")]
    ) { invocation, context in
        let user = try context.wallet().user(invocation.argument(0))
        if context.isJSON { return try context.console.write(user.row.json + "\n") }
        var table = TextTable(columns: [.init(""), .init("")])
        table.add(["name", user.user.name])
        table.add(["address", user.user.address.text])
        for line in user.allowances {
            table.add(["a day", line.shown + (line.shownLeft.map { ", \($0) left today" } ?? "")])
        }
        try context.console.write(table.render(showsHeader: false))
    }

    private static let remove = Command<Context>(
        "remove", summary: "end a user's token", arguments: [nameArgument],
        examples: [CommandExample("wallet user remove till", "the address stays yours")]
    ) { invocation, context in
        let user = try context.wallet().removeUser(invocation.argument(0))
        context.say("'\(user.name)' pays no more; \(user.address) stays an address of this wallet")
    }
}
