// wallet channel write, mark, delete: one message.
import Bytes
import Channels
import CommandKit
import Documents
import Files
import Glibc
import WalletKit

enum ChannelMessages {
    static let write = Command<Context>(
        "write", summary: "leave a message",
        details: [
            "Prints the message's number once it is durable there. Without `--type`, JSON is "
                + "application/json, other text text/plain, and the rest application/octet-stream.",
            "`--if-highest N` writes only if N is still the last that others have written, so that "
                + "two do not answer the same.",
        ],
        options: [
            CommandOption("type", value: "TYPE", summary: "its media type"),
            CommandOption(
                "if-highest", value: "N", summary: "only if others have written nothing after N"),
        ] + ChannelCommand.tokenOptions,
        arguments: [
            ChannelCommand.argument,
            CommandArgument(
                "FILE", summary: "what to write; '-' for standard input", completion: .file,
                isOptional: true),
        ],
        examples: [
            CommandExample("echo hello | wallet channel write till", "a line of text"),
            CommandExample("wallet channel write till proof.json", "a file"),
        ]
    ) { invocation, context in
        try ChannelFailure.mending {
            let payload = try payload(invocation.optionalArgument(1) ?? "-")
            let access = try ChannelAccess(invocation, context)
            let written = try access.client.write(
                payload, type: invocation.value("type") ?? type(of: payload),
                ifHighest: try invocation.integer("if-highest", in: 0...Int.max))
            guard context.isJSON else {
                return try context.console.write("\(written.sequence)\n")
            }
            let row = ReportRow([
                "sequence": .number(written.sequence), "received": .text(written.received),
                "type": .text(written.type),
            ])
            try context.console.write(row.json + "\n")
        }
    }

    private static func payload(_ path: String) throws -> [UInt8] {
        let input =
            path == "-" ? InputStream(descriptor: STDIN_FILENO) : try InputStream(path: path)
        var bytes: [UInt8] = []
        while true {
            let piece = try input.read(Limits.channelMessageBytes)
            if piece.isEmpty { break }
            bytes += piece
            guard bytes.count <= Limits.channelMessageBytes else {
                throw Failure(
                    .refused, "payload-too-large",
                    "a message has at most \(Limits.channelMessageBytes) bytes")
            }
        }
        guard !bytes.isEmpty else {
            throw Failure(.usage, "empty-message", "a message has at least one byte")
        }
        return bytes
    }

    private static func type(of payload: [UInt8]) -> String {
        if (try? ForeignJSON(payload)) != nil { return "application/json" }
        return String(validating: payload, as: UTF8.self) == nil
            ? "application/octet-stream" : "text/plain; charset=utf-8"
    }

    private static let sequence = CommandArgument("NUMBER", summary: "the message's number")

    private static func number(_ invocation: Invocation) throws -> Int {
        guard let number = invocation.optionalArgument(1).flatMap({ Int($0) }), number > 0 else {
            throw invocation.invalid(argument: 1, expected: "a message's number, from 1 on")
        }
        return number
    }

    static let mark = Command<Context>(
        "mark", summary: "mark a message as read",
        options: [
            CommandOption("unread", summary: "as unread instead"),
            CommandOption("older", summary: "and all before it"),
        ] + ChannelCommand.tokenOptions,
        arguments: [ChannelCommand.argument, sequence],
        examples: [CommandExample("wallet channel mark till 7 --older", "all up to the seventh")]
    ) { invocation, context in
        try ChannelFailure.mending {
            try ChannelAccess(invocation, context).client.mark(
                try number(invocation), isRead: !invocation.flag("unread"),
                older: invocation.flag("older"))
        }
    }

    static let delete = Command<Context>(
        "delete", summary: "delete a message, or the whole channel",
        details: [
            "A message with a NUMBER, as soon as the channel's `--min-days` are over. `--all` "
                + "deletes the channel itself with everything in it, with your account's password."
        ],
        options: [CommandOption("all", summary: "delete the channel with all that is in it")]
            + ChannelCommand.tokenOptions + ChannelCommand.accountOptions.dropLast(),
        arguments: [
            ChannelCommand.argument,
            CommandArgument("NUMBER", summary: "the message's number", isOptional: true),
        ],
        examples: [
            CommandExample("wallet channel delete till 7", "the seventh message"),
            CommandExample("wallet channel delete till --all", "the channel"),
        ]
    ) { invocation, context in
        try ChannelFailure.mending {
            guard invocation.flag("all") == (invocation.optionalArgument(1) == nil) else {
                throw invocation.usageError(
                    .missingArgument, "either a NUMBER is needed, or '--all'")
            }
            guard invocation.flag("all") else {
                return try ChannelAccess(invocation, context).client.delete(
                    try number(invocation))
            }
            let (account, id) = try ChannelTokenCommand.channel(invocation, context)
            try account.delete(id)
            try ChannelAccess.saved(invocation.argument(0), context)?.remove(context.wallet())
            context.say("the channel is deleted")
        }
    }
}
