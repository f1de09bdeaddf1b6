// wallet coin receive, wallet coin import: what others hand over, and keys from elsewhere.
import Bytes
import CommandKit
import Cryptography
import Files
import Headers
import WalletKit

enum CoinReceiveCommand {
    static let command = Command<Context>(
        "receive", summary: "take a transaction or a proof",
        details: [
            "FILE holds a transaction with its ancestors (BEEF, any form), a bare transaction, or "
                + "the proof that one is mined (TSC, BUMP): hexadecimal digits, bytes, or JSON. It "
                + "is verified by the headers of `wallet headers`, which are taken from the node of "
                + "`coin.broadcast` where a block is not known yet; the transactions that were taken "
                + "or proved are printed, with what is believed of them.",
            "A bare transaction counts once its proof is received too, or where all that it spends "
                + "is known here.",
        ],
        options: [
            CommandOption("label", value: "TEXT", summary: "what it is for: only you see it")
        ],
        arguments: [
            CommandArgument(
                "FILE", summary: "the file; '-' for standard input", completion: .file,
                isOptional: true)
        ],
        examples: [
            CommandExample("wallet coin receive payment.beef", "and verify it"),
            CommandExample(
                "wallet coin send 5000 sat --to 1K6L… | wallet -C ../bob coin receive -",
                "from one wallet to another"),
        ]
    ) { invocation, context in
        let bytes = try WholeInput.read(
            invocation.optionalArgument(0) ?? "-", limit: Limits.proofFileBytes)
        let wallet = try context.wallet()
        let received = try CoinHeaders.judging(context) { try ReceivedCoins(bytes) }
        let rows = try CoinHeaders.following(wallet, context) {
            try wallet.receiveCoins(received, label: invocation.value("label") ?? "")
        }
        for row in rows {
            try context.console.write(row.row.json + "\n")
            context.say(
                "\(CoinAmount.text(signed: row.stored.delta)) \(CoinAmount.unit), "
                    + "\(row.stored.state.sentence)")
        }
    }

    static let importing = Command<Context>(
        "import", summary: "take in a private key whose coins are yours",
        details: [
            "Reads WIF or 64 hexadecimal digits from standard input, keeps the key among those of "
                + "this wallet under NAME, and prints its address for coins. `wallet coin rescan` "
                + "finds what it has."
        ],
        arguments: [CommandArgument("NAME", summary: "what the key is called")],
        examples: [CommandExample("wallet coin import paper < paper.wif", "a paper wallet")]
    ) { invocation, context in
        let text = SecretInput.trimmed(try SecretInput.read("a private key", limit: 256))
        let address = try context.wallet().importCoinKey(text, name: invocation.argument(0))
        try context.console.write(address + "\n")
    }
}
