// wallet channel read: what others have left.
import Bytes
import Channels
import CommandKit
import WalletKit

enum ChannelReadCommand {
    static let command = Command<Context>(
        "read", summary: "read the messages of a channel",
        details: [
            "Prints number, time, type and text of each message; what is no text is told by its "
                + "size. With `--json` the payload comes in base64, and as `text` where it is text. "
                + "`--raw` prints the payloads themselves, one behind the other.",
            "With `--unread`, those of others that you have not marked; `--mark` marks what it has "
                + "printed. `--next` waits until there is one, for ever or for `--timeout`: then it "
                + "ends with status 1 and prints nothing.",
        ],
        options: [
            CommandOption("unread", summary: "only what has not been marked as read"),
            CommandOption("after", value: "N", summary: "only what came after message N"),
            CommandOption("mark", summary: "mark as read what is printed"),
            CommandOption("next", summary: "wait until there is a message"),
            CommandOption(
                "timeout", value: "SECONDS", summary: "how long to wait at most (for ever)"),
            CommandOption("raw", summary: "print the payloads as they are"),
            oldServer,
        ] + ChannelCommand.tokenOptions,
        arguments: [ChannelCommand.argument],
        examples: [
            CommandExample("wallet channel read till --unread --mark", "what is new"),
            CommandExample(
                "wallet channel read till --unread --next --raw > proof.json", "the next proof"),
        ]
    ) { invocation, context in
        try ChannelFailure.mending { try run(invocation, context) }
    }

    static let oldServer = CommandOption(
        "token-in-query",
        summary: "show the token in the address where a WebSocket is opened, for old servers")

    private static func run(_ invocation: Invocation, _ context: Context) throws {
        if invocation.flag("raw"), context.isJSON {
            throw invocation.usageError(
                .conflictingOptions, "'--raw' and '--json' exclude each other")
        }
        let access = try ChannelAccess(invocation, context)
        let after = try invocation.integer("after", in: 0...Int.max) ?? 0
        let seconds = try invocation.integer("timeout", in: 0...31_536_000)
        let isWaiting = invocation.flag("next") || seconds != nil
        let messages =
            isWaiting
            ? try access.client.waitForMessages(
                unreadOnly: invocation.flag("unread"), after: after,
                milliseconds: seconds.map { $0 * 1_000 }, over: access.sockets,
                showsTokenInQuery: invocation.flag("token-in-query"))
            : try access.client.messages(unreadOnly: invocation.flag("unread"), after: after)
        if messages.isEmpty, isWaiting {
            throw Failure(.refused, "no-message", "no message has come")
        }
        for message in messages {
            try print(message, isRaw: invocation.flag("raw"), context)
        }
        try context.console.flush()
        // What could not be printed is not marked.
        guard invocation.flag("mark") else { return }
        for message in messages { try access.client.mark(message.sequence, isRead: true) }
    }

    static func print(_ message: ReceivedMessage, isRaw: Bool, _ context: Context) throws {
        if isRaw { return try context.console.write(message.payload) }
        let text = String(validating: message.payload, as: UTF8.self)
        if context.isJSON {
            let row = ReportRow([
                "sequence": .number(message.sequence), "received": .text(message.received),
                "type": .text(message.type), "payload": .text(Base64.encode(message.payload)),
                "text": text.map { .text($0) },
            ])
            return try context.console.write(row.json + "\n")
        }
        let type = DisplayText.neutralised(message.type)
        var shown = text ?? "(\(message.payload.count) bytes)"
        if shown.hasSuffix("\n") { shown.removeLast() }
        try context.console.write(
            "\(message.sequence)  \(DisplayText.neutralised(message.received))  \(type)  "
                + DisplayText.neutralised(shown) + "\n")
    }
}
