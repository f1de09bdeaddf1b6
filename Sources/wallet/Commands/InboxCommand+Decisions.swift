// wallet inbox accept, refuse, delete: what becomes of messages.
import CommandKit
import WalletKit

extension InboxCommand {
    static let accept = Command<Context>(
        "accept", summary: "do what messages ask for",
        details: [
            "Promises and limits of this wallet's domain are cleared, and the transactions "
                + "printed; receipts of peers are verified and kept in `.wallet/peers/`; texts are "
                + "read. Promises for other domains are left: `wallet inbox show --documents` "
                + "prints them for `wallet clear --domain`. Accepting twice clears once."
        ],
        options: [
            all,
            CommandOption(
                "save", value: "FILE", completion: .file,
                summary: "write the message's file to FILE, which must not be there"),
            CommandOption("name", value: "NAME", summary: "call the message's unit's issuer NAME"),
        ],
        arguments: [messages],
        examples: [
            CommandExample("wallet inbox accept --all", "clear what has come"),
            CommandExample("wallet inbox accept 5e9f --save photo.jpg", "take a file out"),
        ]
    ) { invocation, context in
        let entries = try entries(invocation, context)
        var acceptance = Acceptance()
        acceptance.savePath = invocation.value("save")
        acceptance.unitName = invocation.value("name")
        if entries.count != 1, acceptance.savePath != nil || acceptance.unitName != nil {
            throw invocation.usageError(
                .invalidValue, "'--save' and '--name' are for one message")
        }
        let transport = context.messageTransport()
        for entry in entries {
            let outcomes = try context.wallet().accept(entry, acceptance, over: transport)
            for outcome in outcomes { try tell(outcome, of: entry, context) }
            try context.console.flush()
        }
    }

    private static func tell(
        _ outcome: MessageOutcome, of entry: InboxEntry, _ context: Context
    ) throws {
        let id = "\(entry.message.hash.hexadecimal.prefix(12)): \(outcome.kind)"
        if let document = outcome.document {
            try context.console.write(document + [UInt8(ascii: "\n")])
        }
        guard let refusal = outcome.refusal else {
            return context.say("\(DisplayText.neutralised(id)) \(outcome.outcome)")
        }
        context.status = .refused
        context.console.say(
            context.console.errorStyle.red("wallet: ")
                + DisplayText.neutralised(
                    "\(id): \(outcome.outcome): \(context.named(refusal.message))"))
    }

    static let refuse = Command<Context>(
        "refuse", summary: "refuse messages",
        options: [
            all, CommandOption("reason", value: "TEXT", summary: "tell the sender why"),
        ],
        arguments: [messages],
        examples: [CommandExample("wallet inbox refuse 5e9f --reason 'too dear'", "and say why")]
    ) { invocation, context in
        let wallet = try context.wallet()
        let transport = context.messageTransport()
        for entry in try entries(invocation, context) {
            try wallet.refuse(entry)
            context.say("refused \(entry.message.hash.hexadecimal.prefix(12))")
            guard let reason = invocation.value("reason") else { continue }
            var letter = Letter()
            letter.note = reason
            letter.subject = "refused"
            let answer = try wallet.post(letter, to: try wallet.recipient(answering: entry))
            let delivery = try wallet.deliver(answer, over: transport)
            if delivery.acknowledgement == nil {
                context.say("the reason waits to be delivered: see 'wallet send --pending'")
            }
        }
    }

    static let delete = Command<Context>(
        "delete", summary: "delete messages", details: ["What was deleted is not taken again."],
        options: [all], arguments: [messages],
        examples: [CommandExample("wallet inbox delete 5e9f", "throw it away")]
    ) { invocation, context in
        for entry in try entries(invocation, context) {
            try context.wallet().delete(entry)
            context.say("deleted \(entry.message.hash.hexadecimal.prefix(12))")
        }
    }

    /// The messages that are meant.
    private static func entries(
        _ invocation: Invocation, _ context: Context
    ) throws -> [InboxEntry] {
        let wallet = try context.wallet()
        switch (invocation.flag("all"), invocation.arguments.isEmpty) {
        case (true, true):
            return try wallet.inbox().filter { $0.status == .new || $0.status == .read }
        case (false, false): return try invocation.arguments.map { try wallet.inboxEntry($0) }
        case (false, true):
            throw invocation.usageError(.missingArgument, "a MESSAGE or '--all' is missing")
        case (true, false):
            throw invocation.usageError(
                .conflictingOptions, "a MESSAGE and '--all' exclude each other")
        }
    }
}
