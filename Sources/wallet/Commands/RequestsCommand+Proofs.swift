// wallet requests deliver, wallet requests proof: proofs of payments, left and read.
import Bytes
import CommandKit
import WalletKit

extension RequestsCommand {
    static let deliver = Command<Context>(
        "deliver", summary: "leave proofs of sealed payments in their channels",
        examples: [CommandExample("wallet requests deliver", "from cron, after `wallet seal`")]
    ) { _, context in
        let delivered = try ChannelFailure.mending {
            try context.wallet().deliverProofs(over: context.channelTransport())
        }
        for failure in delivered.complaints {
            context.status = .network
            context.console.say("wallet: " + failure)
        }
        context.say(delivered.summary)
    }

    static let proof = Command<Context>(
        "proof", summary: "read the proof of a payment from its channel",
        details: [
            "Prints the proof once it verifies: that the payment's transaction stands in a sealed "
                + "block of the domain that the invoice names. It needs nobody any more: `wallet "
                + "verify` accepts it offline.",
            "Of a payment in bitcoins it is the transaction with the path to its block (BEEF): "
                + "`wallet headers verify` accepts it.",
        ],
        options: [
            CommandOption(
                "timeout", value: "TIME", summary: "wait for it: 90s, 10m (not at all)")
        ], arguments: [idArgument],
        examples: [
            CommandExample(
                "wallet requests proof 7hG2 --timeout 1h > proof.json", "once it is sealed")
        ]
    ) { invocation, context in
        let wallet = try context.wallet()
        let seconds = try invocation.value("timeout").map {
            try DurationText.parse($0).components.seconds
        }
        if let report = try wallet.coinRequest(named: invocation.argument(0)) {
            let proof = try ChannelFailure.mending {
                try wallet.coinProof(
                    of: report, waitingSeconds: Int(seconds ?? 0),
                    over: context.channelTransport())
            }
            return try context.console.write(Hexadecimal.encode(try proof.binary(.v1)) + "\n")
        }
        let line = try ChannelFailure.mending {
            try wallet.proof(
                ofRequest: invocation.argument(0), waitingSeconds: Int(seconds ?? 0),
                over: context.channelTransport())
        }
        try context.console.write(line + [UInt8(ascii: "\n")])
    }
}
