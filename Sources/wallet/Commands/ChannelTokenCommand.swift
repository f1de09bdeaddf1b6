// wallet channel token: rights to a channel, for others.
import Channels
import CommandKit
import WalletKit

enum ChannelTokenCommand {
    static let command = Command<Context>(
        "token", summary: "give others rights to your channel",
        details: [
            "Makes a token and prints it: whoever has it reads (`--read`), writes (`--write`) or "
                + "both. A token sees what is written from now on.",
            "`--list` shows the tokens that there are, without their values; `--end ID` ends one: "
                + "who follows with it is disconnected.",
        ],
        options: [
            CommandOption("read", summary: "it may read, mark and follow"),
            CommandOption("write", summary: "it may write and delete"),
            CommandOption("description", value: "TEXT", summary: "whom it is for"),
            CommandOption("list", summary: "list the tokens"),
            CommandOption("end", value: "ID", summary: "end a token"),
        ] + ChannelCommand.accountOptions,
        arguments: [ChannelCommand.argument],
        examples: [
            CommandExample(
                "wallet channel token till --write --description miner > token",
                "for a miner who brings proofs")
        ]
    ) { invocation, context in
        try ChannelFailure.mending {
            if let error = invocation.conflict(among: ["list", "end", "read"]) { throw error }
            if let error = invocation.conflict(among: ["list", "end", "write"]) { throw error }
            guard
                invocation.flag("list") || invocation.value("end") != nil
                    || invocation.flag("read") || invocation.flag("write")
            else {
                throw invocation.usageError(
                    .missingArgument, "'--read', '--write' or both are needed")
            }
            let (account, id) = try channel(invocation, context)
            if invocation.flag("list") { return try list(account, id, context) }
            if let token = invocation.value("end") {
                try account.endToken(token, of: id)
                return context.say("the token \(token) has ended")
            }
            try create(invocation, account, id, context)
        }
    }

    /// The account, and the channel's id.
    static func channel(
        _ invocation: Invocation, _ context: Context
    ) throws -> (account: ChannelAccountClient, id: String) {
        let word = invocation.argument(0)
        let saved = try ChannelAccess.saved(word, context)
        let (account, _) = try ChannelAccess.account(invocation, context, of: saved)
        let path = saved?.url.description ?? word
        return (account, String(path.split(separator: "/").last ?? ""))
    }

    private static func list(
        _ account: ChannelAccountClient, _ id: String, _ context: Context
    ) throws {
        var report = try Report(
            context,
            [
                .init("id", "ID", .right), .init("read", "READ"), .init("write", "WRITE"),
                .init("description", "DESCRIPTION", isElastic: true),
            ], fields: ["id", "read", "write", "description"], format: nil)
        for token in try account.tokens(id) {
            try report.add(
                ReportRow([
                    "id": .text(token.id), "read": .boolean(token.canRead),
                    "write": .boolean(token.canWrite), "description": .text(token.description),
                ]))
        }
        try report.flush()
    }

    private static func create(
        _ invocation: Invocation, _ account: ChannelAccountClient, _ id: String, _ context: Context
    ) throws {
        let token = try account.createToken(
            id, description: invocation.value("description") ?? "",
            canRead: invocation.flag("read"), canWrite: invocation.flag("write"))
        context.say(
            "the token \(token.id) of this channel; it opens the channel for whoever has it")
        let text = SecretInput.text(token.token)
        guard context.isJSON else { return try context.console.write(text + "\n") }
        let row = ReportRow([
            "id": .text(token.id), "read": .boolean(token.canRead),
            "write": .boolean(token.canWrite), "token": .text(text),
            "url": .text(account.url(of: id).description),
        ])
        try context.console.write(row.json + "\n")
    }
}
