// wallet requests deliver, wallet requests proof: proofs of payments, left and read.
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
                + "verify` accepts it offline."
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
        let line = try ChannelFailure.mending {
            try wallet.proof(
                ofRequest: invocation.argument(0), waitingSeconds: Int(seconds ?? 0),
                over: context.channelTransport())
        }
        try context.console.write(line + [UInt8(ascii: "\n")])
    }
}
