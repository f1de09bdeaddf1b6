// wallet coin: bitcoins, and what proves them.
import CommandKit
import Coins
import Headers
import WalletKit

enum CoinCommand {
    static let command = Command<Context>(
        "coin", summary: "keep, pay and receive bitcoins, with what proves them",
        details: [
            "Bitcoins of this wallet's seed, by the paths of BIP44 with the coin type 236. A "
                + "transaction counts when it is proved: by a path to a header of the longest "
                + "chain (see `wallet headers`), or by ancestors that are, with true scripts and "
                + "sums. Whatever nothing proves is shown, and counts for nothing.",
            "AMOUNT is in the unit that follows it: `0.00005 BSV` and `5000 sat` are the same.",
            "`coin.network` says which network's coins are meant, `coin.broadcast` who takes "
                + "transactions to miners.",
        ],
        subcommands: [
            address, balance, CoinBroadcastCommand.command, CoinReceiveCommand.importing, list,
            CoinReceiveCommand.command, CoinRescanCommand.command, CoinSendCommand.command,
        ], defaultSubcommand: "balance",
        group: CommandTable.Group.direct, seeAlso: ["headers", "paymail", "pay", "request"])

    private static let address = Command<Context>(
        "address", summary: "make an address to receive coins",
        details: [
            "Prints an address that nobody has been given yet. The first time, the passphrase is "
                + "needed: from then on addresses are made without a key."
        ],
        options: [
            CommandOption("label", value: "TEXT", summary: "what it is for: only you see it")
        ],
        examples: [CommandExample("wallet coin address --label 'for carol'", "a fresh address")]
    ) { invocation, context in
        let wallet = try context.wallet()
        let text = try wallet.coinAddress(label: invocation.value("label") ?? "")
        if context.isJSON {
            let row = ReportRow([
                "address": .text(text), "network": .text(try wallet.coinNetwork().rawValue),
            ])
            return try context.console.write(row.json + "\n")
        }
        try context.console.write(text + "\n")
    }

    private static let balance = Command<Context>(
        "balance", summary: "show the sums of coins",
        details: [
            "PROVED is mined, or supported by what is mined; of it, MINED has a block of its own, "
                + "and HELD cannot be spent now, because a payment is being made or a miner's "
                + "reward is young. UNPROVED counts for nothing yet."
        ],
        options: [CommandTable.Shared.format],
        examples: [
            CommandExample("wallet coin", "what there is"),
            CommandExample("wallet coin balance --format '%(satoshis)'", "one number"),
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        let sums = try HeadersCommand.mending(context) { try wallet.coinBalance() }
        var report = try Report(
            context,
            [
                .init("amount", "PROVED", .right), .init("minedAmount", "MINED", .right),
                .init("heldAmount", "HELD", .right),
                .init("unverifiedAmount", "UNPROVED", .right), .init("unit", "UNIT"),
                .init("network", "NETWORK"),
            ],
            fields: [
                "amount", "satoshis", "mined", "minedAmount", "held", "heldAmount", "unverified",
                "unverifiedAmount", "unit", "network",
            ], format: invocation.value("format"))
        let found = sums ?? CoinBalance()
        try report.add(
            ReportRow([
                "amount": .text(CoinAmount.text(found.total)),
                "satoshis": .number(Int(found.total)), "mined": .number(Int(found.mined)),
                "minedAmount": .text(CoinAmount.text(found.mined)),
                "held": .number(Int(found.held)), "heldAmount": .text(CoinAmount.text(found.held)),
                "unverified": .number(Int(found.unverified)),
                "unverifiedAmount": .text(CoinAmount.text(found.unverified)),
                "unit": .text(CoinAmount.unit),
                "network": .text(try wallet.coinNetwork().rawValue),
            ]))
        try report.flush()
    }

    private static let list = Command<Context>(
        "list", summary: "list coins, or with --transactions how they came and went",
        details: [
            "STATE is mined, supported (all that it spends is proved), unverified, held (by a "
                + "payment that is being made), immature (a miner's reward). Of transactions also: "
                + "conflicted (another one spends the same), dropped (given up), draft (not handed "
                + "out)."
        ],
        options: [
            CommandOption("transactions", summary: "list transactions, the latest first"),
            CommandTable.Shared.format,
        ],
        examples: [
            CommandExample("wallet coin list", "the coins"),
            CommandExample("wallet coin list --transactions --json", "for scripts"),
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        if invocation.flag("transactions") {
            var report = try Report(
                context,
                [
                    .init("txid", "TRANSACTION"), .init("amount", "AMOUNT", .right),
                    .init("state", "STATE"), .init("confirmations", "BLOCKS", .right),
                    .init("label", "LABEL", isElastic: true),
                ], fields: CoinTransactionRow.fields, format: invocation.value("format"))
            for row in try HeadersCommand.mending(context, { try wallet.coinTransactions() }) {
                try report.add(row.row, shown: ["txid": String(row.row["txid"].prefix(16))])
            }
            return try report.flush()
        }
        var report = try Report(
            context,
            [
                .init("address", "ADDRESS"), .init("amount", "AMOUNT", .right),
                .init("state", "STATE"), .init("confirmations", "BLOCKS", .right),
                .init("label", "LABEL", isElastic: true),
            ], fields: CoinRow.fields, format: invocation.value("format"))
        for row in try HeadersCommand.mending(context, { try wallet.coins() }) {
            try report.add(row.row, shown: ["state": row.state])
        }
        try report.flush()
    }
}
