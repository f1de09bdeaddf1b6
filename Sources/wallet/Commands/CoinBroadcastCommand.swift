// wallet coin broadcast: what is not mined yet is sent, and asked for.
import CommandKit
import Headers
import WalletKit

enum CoinBroadcastCommand {
    static let command = Command<Context>(
        "broadcast", summary: "send transactions to miners, and ask how they stand",
        details: [
            "Without ID: sends every transaction that nobody is known to have, asks the services "
                + "of `coin.broadcast` how those stand that are not mined, and verifies the proofs "
                + "that they give. A node gives no proofs: `wallet coin rescan` looks through its "
                + "blocks. For cron.",
            "With ID, the beginning of a transaction's identifier: sends that one again.",
            "What miners refuse is given up, and said.",
        ],
        arguments: [
            CommandArgument(
                "ID", summary: "a transaction, by the beginning of its identifier",
                completion: .dynamic("transactions"), isOptional: true)
        ],
        examples: [CommandExample("wallet coin broadcast", "from cron, every few minutes")]
    ) { invocation, context in
        let wallet = try context.wallet()
        guard try !wallet.broadcastEndpoints().isEmpty else {
            throw Failure(
                .refused, "no-broadcast", "'coin.broadcast' names nobody who takes transactions",
                hint: "'wallet config set coin.broadcast arc+https://HOST' does")
        }
        let broadcaster = try context.broadcaster()
        if let word = invocation.optionalArgument(0) {
            let id = try wallet.coinTransaction(word)
            let sending = try wallet.sendCoins(id, over: broadcaster)
            context.tell(sending)
            try context.console.write(try wallet.coinStanding(id).row.json + "\n")
            return try context.judge(sending)
        }
        let polling = try HeadersCommand.mending(context) {
            try wallet.pollCoins(over: broadcaster)
        }
        for sending in polling.sendings { context.tell(sending) }
        for row in polling.proved { try context.console.write(row.row.json + "\n") }
        for id in polling.dropped {
            try context.console.write(try wallet.coinStanding(id).row.json + "\n")
        }
        for complaint in polling.complaints {
            context.console.say("wallet: " + DisplayText.neutralised(complaint))
        }
        context.say(
            "\(polling.proved.count) proved, \(polling.dropped.count) given up, "
                + "\(polling.open) open")
        if !polling.dropped.isEmpty { context.status = .refused }
        let isUnsent = polling.sendings.contains { !$0.isTaken && !$0.isDropped }
        if isUnsent || !polling.complaints.isEmpty { context.status = .network }
    }
}
