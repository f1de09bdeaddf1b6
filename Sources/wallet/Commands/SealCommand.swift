// wallet seal: close the open block.
import CommandKit
import Documents
import WalletKit

enum SealCommand {
    static let command = Command<Context>(
        "seal", summary: "seal the open block",
        details: [
            "Closes the journal with a block: a document, signed by the domain's key, that states the root of "
                + "the whole log, the root of all balances, and the block before it. What is "
                + "sealed cannot be changed, taken out or added to without everybody seeing it who has kept a "
                + "later block, a checkpoint or a proof.",
            "Made for cron: where there is nothing to seal, it ends with status 0 and says nothing. The domain's key "
                + "signs, so an encrypted wallet needs `--passphrase-file`. A crontab line that seals every ten "
                + "minutes, and is heard of only when something is wrong:",
            "`*/10 * * * * /usr/local/bin/wallet -C /srv/pub seal --quiet > /dev/null`",
            "With `--stack`, the blocks that are in no stack yet are put under one Bitcoin-shaped header of 80 bytes, "
                + "mined to the target that `--work` or the setting `stack.work` gives in Bitcoin's compact form. "
                + "An interrupted search leaves the blocks sealed and makes no stack.",
        ],
        options: [
            CommandOption("stack", summary: "put blocks that are in no stack yet into one"),
            CommandOption(
                "work", value: "BITS",
                completion: .suggestion(["207fffff", "1f00ffff", "1d00ffff"]),
                summary:
                    "the stack's target in compact form (stack.work, 207fffff); implies --stack"),
            CommandOption(
                "if-older-than", value: "AGE",
                summary: "only if the open block's first document is older: 10m, 24h"),
            CommandOption(
                "min-documents", value: "N", summary: "only if at least N documents are open (1)"),
        ],
        examples: [
            CommandExample("wallet seal", "seal what has cleared since the last time"),
            CommandExample(
                "wallet seal --stack --if-older-than 10m --quiet", "what cron runs every minute"),
        ],
        group: CommandTable.Group.secure, seeAlso: ["prove", "checkpoint", "log", "fsck"]
    ) { invocation, context in
        var options = SealOptions()
        if let age = invocation.value("if-older-than") {
            options.minimumAge = try DurationText.parse(age).components.seconds * 1000
        }
        options.minimumDocuments =
            try invocation.integer("min-documents", in: 1...Int(Int32.max)) ?? 1
        let work = try invocation.value("work").map { text in
            guard let bits = Wallet.bits(text) else {
                throw Failure(
                    .usage, "invalid-argument",
                    "work '\(text)': a target of 8 hexadecimal digits is needed, as 207fffff")
            }
            return bits
        }
        let wallet = try context.wallet()
        defer { context.runHooks() }
        if let block = try wallet.seal(options) {
            try context.console.write(block.document + [UInt8(ascii: "\n")])
            try context.console.flush()
            let count = block.statement.count
            context.say(
                "sealed block \(block.statement.height): "
                    + (count == 1 ? "1 document" : "\(count) documents"))
            context.hint("'wallet prove ID' proves a document of it to anybody")
        }
        guard invocation.flag("stack") || work != nil else { return }
        if let stack = try wallet.stack(bits: work) {
            try context.console.write(stack.document + [UInt8(ascii: "\n")])
            context.say(
                "stack \(stack.height): "
                    + (stack.count == 1
                        ? "block \(stack.first)"
                        : "blocks \(stack.first) to \(stack.first + stack.count - 1)"))
        }
    }
}
