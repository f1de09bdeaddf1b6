// wallet balance: who holds what.
import CommandKit
import WalletKit

enum BalanceCommand {
    static let command = Command<Context>(
        "balance", summary: "show balances",
        details: [
            "Shows the counters of WHO, or of all addresses of this wallet, in its own "
                + "domain. The issuer's balance is what it owes, and so below zero. `--at ID` "
                + "shows the counters as they stood right after a transaction."
        ],
        options: [
            CommandTable.Shared.unit,
            CommandOption("at", value: "ID", summary: "right after that transaction"),
            CommandTable.Shared.format,
        ],
        arguments: [
            CommandArgument(
                "WHO", summary: "whose", completion: .dynamic("addresses"), isOptional: true)
        ],
        examples: [
            CommandExample("wallet balance", "all own balances"),
            CommandExample("wallet balance bob --unit BEER --format '%(net)'", "one number"),
        ],
        group: CommandTable.Group.look, seeAlso: ["log", "unit"]
    ) { invocation, context in
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
}
