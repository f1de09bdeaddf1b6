// wallet coin send: a payment in bitcoins to an address.
import Bitcoin
import Bytes
import CommandKit
import Headers
import Paymail
import WalletKit

enum CoinSendCommand {
    static let command = Command<Context>(
        "send", summary: "pay bitcoins to an address",
        details: [
            "Chooses coins, signs, and prints the transaction with its ancestors (BEEF, in "
                + "hexadecimal digits): whoever has the headers can verify it offline. It is sent to "
                + "miners where `coin.broadcast` names some.",
            "From then on the coins are spent, whatever the answer: `wallet coin broadcast` sends "
                + "again what nobody is known to have. What miners refuse is given up, and its coins "
                + "are free. With `--id KEY` the same call gives the same transaction again.",
            "`all` in the place of the amount pays everything that is free.",
        ],
        options: [
            CommandOption(
                "to", value: "ADDRESS",
                summary: "a Bitcoin address, or a handle: carol@example.com", isRequired: true),
            CommandOption(
                "id", value: "KEY",
                summary: "the same KEY gives the same transaction: a retry never pays twice"),
            CommandOption("raw", summary: "print the bare transaction"),
            CommandOption("no-broadcast", summary: "send it to nobody: you hand it over"),
            CommandOption(
                "fee", value: "N",
                summary: "satoshis for 1000 bytes (a miner's quote, else coin.fee)"),
        ],
        arguments: [
            CommandArgument("AMOUNT", summary: "how much, as in 0.00005 or 5000; or 'all'"),
            CommandArgument(
                "UNIT", summary: "BSV or sat", completion: .choice(["BSV", "sat"]),
                isOptional: true),
        ],
        examples: [
            CommandExample("wallet coin send 0.00005 BSV --to 1K6L…", "to an address"),
            CommandExample("wallet coin send all --to 1K6L…", "everything"),
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        let who = invocation.value("to") ?? ""
        if PaymailHandle.isMeant(by: who) { return try PayHandle.send(who, invocation, context) }
        let script = try script(who, wallet)
        let label = label(invocation.value("id"))
        let fees =
            try invocation.integer("fee", in: 0...1_000_000).map {
                FeeQuote(standard: FeeRate(satoshis: UInt64($0), bytes: 1000))
            } ?? wallet.quotedFees(over: context.broadcaster())
        let row: CoinTransactionRow
        if invocation.argument(0) == "all" {
            guard invocation.optionalArgument(1) == nil else {
                throw invocation.usageError(.invalidValue, "'all' has no unit")
            }
            row = try wallet.sweepCoins(to: script, label: label, fees: fees)
        } else {
            guard let unit = invocation.optionalArgument(1) else {
                throw invocation.usageError(
                    .missingArgument, "argument 'UNIT' is missing: BSV or sat")
            }
            let satoshis = try CoinAmount.satoshis(invocation.argument(0), unit)
            let output = TransactionOutput(satoshis: satoshis, script: script)
            row = try wallet.draftCoins(paying: [output], label: label, fees: fees)
        }
        try finish(
            row.stored.transaction.id, isRaw: invocation.flag("raw"),
            isSent: !invocation.flag("no-broadcast"), wallet, context)
    }

    /// Pays an address.
    static func pay(
        _ satoshis: UInt64, to who: String, id: String?, _ context: Context
    ) throws {
        let wallet = try context.wallet()
        let output = TransactionOutput(satoshis: satoshis, script: try script(who, wallet))
        let row = try wallet.draftCoins(
            paying: [output], label: label(id),
            fees: try wallet.quotedFees(over: context.broadcaster()))
        try finish(
            row.stored.transaction.id, isRaw: false, isSent: true, wallet, context)
    }

    private static func label(_ id: String?) -> String { id.map { Wallet.sending + $0 } ?? "" }

    private static func script(_ who: String, _ wallet: Wallet) throws -> Script {
        let address = try BitcoinAddress(who)
        let network = try wallet.coinNetwork()
        guard address.network == network.encoding else {
            throw Failure(
                .refused, "other-network",
                "'\(who)' is an address of another network than '\(network.rawValue)'",
                hint: "'coin.network' says which network's coins are meant")
        }
        return address.script
    }

    private static func finish(
        _ id: Digest256, isRaw: Bool, isSent: Bool, _ wallet: Wallet, _ context: Context
    ) throws {
        let handed = try wallet.handOutCoins(id)
        let bytes =
            isRaw ? handed.transaction.bytes : try handed.evidence.binary(.v1)
        let text = Hexadecimal.encode(bytes)
        if context.isJSON {
            let row = try wallet.coinStanding(id).row
            try context.console.write(
                ReportRow([
                    "txid": .text(row["txid"]), "state": .text(row["state"]),
                    "satoshis": .number(Int(row["satoshis"]) ?? 0),
                    "fee": .number(Int(handed.fee)),
                    isRaw ? "raw" : "beef": .text(text),
                ]).json + "\n")
        } else {
            try context.console.write(text + "\n")
        }
        try context.console.flush()
        context.say(
            "transaction \(id.displayed), of which \(handed.fee) satoshis are the miner's")
        guard isSent else { return }
        let sending = try wallet.sendCoins(id, over: context.broadcaster())
        context.tell(sending)
        if sending.reports.isEmpty {
            context.hint("'coin.broadcast' names nobody: hand it over, or 'wallet config set' it")
        }
        try context.judge(sending)
    }
}
