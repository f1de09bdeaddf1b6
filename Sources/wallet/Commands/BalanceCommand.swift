// wallet balance: who holds what.
import Coins
import CommandKit
import WalletKit

enum BalanceCommand {
    static let command = Command<Context>(
        "balance", summary: "show balances",
        details: [
            "Shows the counters of WHO, or of all addresses of this wallet, in its own "
                + "domain. The issuer's balance is what it owes, and so below zero. `--at ID` "
                + "shows the counters as they stood right after a transaction.",
            "Bitcoins stand last, where there are any (see `wallet coin`): what is proved counts, "
                + "and LIMITS says how much of it is mined, and what nothing proves yet.",
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
            ], fields: BalanceLine.fields + CoinBalance.fields, format: invocation.value("format"))
        let unit = invocation.value("unit")
        if try unit.map({ try !context.wallet().isForCoins($0) }) ?? true {
            try context.wallet().balance(
                who: invocation.optionalArgument(0), unit: unit, at: invocation.value("at")
            ) { line in
                try report.add(
                    line.row,
                    shown: ["net": line.unit.grouped(line.state.net), "limits": line.limits])
            }
        }
        try addCoins(to: &report, invocation, context)
        try report.flush()
    }

    /// Bitcoins are nobody's promise: they stand below, with what proves them.
    private static func addCoins(
        to report: inout Report, _ invocation: Invocation, _ context: Context
    ) throws {
        let wallet = try context.wallet()
        let unit = invocation.value("unit")
        guard invocation.optionalArgument(0) == nil, invocation.value("at") == nil,
            try unit.map({ try wallet.isForCoins($0) }) ?? true,
            let sums = try HeadersCommand.mending(context, { try wallet.coinBalance() })
        else { return }
        // Who never had any need not see them, unless asked for.
        guard unit != nil || sums != CoinBalance() else { return }
        try report.add(sums.row, shown: ["limits": sums.proofText])
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
