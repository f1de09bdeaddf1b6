// wallet balance: who holds what.
import CommandKit
import WalletKit

enum BalanceCommand {
    static let command = Command<Context>(
        "balance", summary: "show balances",
        details: [
            "Shows the counters of WHO, or of all addresses of this wallet, in its own "
                + "domain. The issuer's balance is what it owes, and so below zero. `--at ID` "
                + "shows the counters as they stood right after a transaction.",
            "With `--domain` the balances at a peer are shown (see `wallet peer`), none of them "
                + "believed: PROVED names the block that a balance, or an earlier one, is proved "
                + "at, and how many receipts lead from there to the balance. What does not add up "
                + "is an error.",
        ],
        options: [
            CommandTable.Shared.unit,
            CommandOption("at", value: "ID", summary: "right after that transaction"),
            CommandOption(
                "domain", value: "PEER", completion: .dynamic("peers"),
                summary: "at a peer, verified"),
            CommandTable.Shared.format,
        ],
        arguments: [
            CommandArgument(
                "WHO", summary: "whose", completion: .dynamic("addresses"), isOptional: true)
        ],
        examples: [
            CommandExample("wallet balance", "all own balances"),
            CommandExample("wallet balance bob --unit BEER --format '%(net)'", "one number"),
            CommandExample("wallet balance --domain shop", "what you have at the peer 'shop'"),
        ],
        group: CommandTable.Group.look, seeAlso: ["log", "unit", "peer"]
    ) { invocation, context in
        if let error = invocation.conflict(among: ["at", "domain"]) { throw error }
        if let name = invocation.value("domain") { return try show(name, invocation, context) }
        var report = try Report(
            context,
            [
                .init("name", "NAME", isElastic: true), .init("net", "BALANCE", .right),
                .init("unit", "UNIT"), .init("limits", "LIMITS", isElastic: true),
            ], fields: BalanceLine.fields, format: invocation.value("format"))
        try context.wallet().balance(
            who: invocation.optionalArgument(0), unit: invocation.value("unit"),
            at: invocation.value("at")
        ) { line in
            try report.add(
                line.row,
                shown: ["net": line.unit.grouped(line.state.net), "limits": line.limits])
        }
        try report.flush()
    }

    private static func show(
        _ name: String, _ invocation: Invocation, _ context: Context
    ) throws {
        let balances = try context.wallet().balances(
            of: invocation.optionalArgument(0), unit: invocation.value("unit"),
            at: try context.session(name))
        var report = try Report(
            context,
            [
                .init("name", "NAME", isElastic: true), .init("net", "BALANCE", .right),
                .init("unit", "UNIT"), .init("limits", "LIMITS", isElastic: true),
                .init("proved", "PROVED"),
            ], fields: PeerBalance.fields, format: invocation.value("format"))
        for line in balances {
            try report.add(
                line.row,
                shown: ["net": line.unit.grouped(line.state.net), "limits": line.limits])
        }
        try report.flush()
    }
}
