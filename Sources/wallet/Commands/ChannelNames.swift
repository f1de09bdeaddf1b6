// wallet channel add, forget, list: names for channels.
import Channels
import CommandKit
import Cryptography
import Network
import WalletKit

enum ChannelNames {
    static let add = Command<Context>(
        "add", summary: "name a channel of somebody else",
        details: [
            "Keeps the address and the token that somebody gave you, under a name of yours. The "
                + "server is asked whether the token is good."
        ],
        options: ChannelCommand.tokenOptions + [
            CommandOption("offline", summary: "do not ask the server")
        ],
        arguments: [
            CommandArgument("NAME", summary: "what you call it"),
            CommandArgument("URL", summary: "the channel's address"),
        ],
        examples: [
            CommandExample(
                "wallet channel add bob https://channels.example/api/v1/channel/ID "
                    + "--token-file token", "read what Bob leaves for you")
        ]
    ) { invocation, context in
        try ChannelFailure.mending {
            let name = try free(invocation.argument(0), context)
            let url = try WebURL(invocation.argument(1))
            guard url.query == nil, url.path.contains("/api/v1/channel/") else {
                throw invocation.invalid(
                    argument: 1, expected: "a channel's address, without query")
            }
            var saved = ChannelSaved(name: name, url: url)
            if !invocation.flag("public") {
                saved.token = try ChannelAccess.secret(
                    "token", invocation, context, asks: "Token: ")
            }
            saved.authorities = try invocation.value("ca").map { try Context.absolute($0) }
            let client = try ChannelClient(
                url, token: saved.token, over: try context.sender(saved.authorities))
            if !invocation.flag("offline") { try check(client) }
            try saved.keep(try context.wallet())
            context.say("'\(name)' is the channel \(url)")
        }
    }

    /// A token that may only write is refused the question, but known.
    private static func check(_ client: ChannelClient) throws {
        do throws(ChannelClientError) { _ = try client.highest() } catch {
            if case .refused(let refusal) = error, refusal.code == "not-allowed" { return }
            // Answers to HEAD have no body, so a GET says why.
            do throws(ChannelClientError) {
                _ = try client.messages(unreadOnly: true)
            } catch .refused(let refusal) where refusal.code == "not-allowed" {}
        }
    }

    static let forget = Command<Context>(
        "forget", summary: "forget a channel's name and token",
        details: ["The channel itself stays: see `wallet channel delete --all`."],
        arguments: [
            CommandArgument(
                "NAME", summary: "the channel's name", completion: .dynamic("channels"))
        ],
        examples: [CommandExample("wallet channel forget bob", "forget the name 'bob'")]
    ) { invocation, context in
        let wallet = try context.wallet()
        let name = invocation.argument(0)
        // A damaged file is forgotten too.
        guard try ChannelSaved.names(wallet).contains(name) else {
            throw Failure(.refused, "unknown-channel", "no channel is called '\(name)'")
        }
        try ChannelSaved(name: name, url: try WebURL("https://localhost")).remove(wallet)
        context.say("forgot '\(name)'")
    }

    static let list = Command<Context>(
        "list", summary: "list channels",
        details: [
            "Those that have a name here; with `--server` and `--account`, all of that account."
        ],
        options: [CommandTable.Shared.format] + ChannelCommand.accountOptions,
        examples: [CommandExample("wallet channel", "names and addresses")]
    ) { invocation, context in
        try ChannelFailure.mending {
            invocation.value("server") == nil
                ? try listNames(invocation, context) : try listAccount(invocation, context)
        }
    }

    private static func listNames(_ invocation: Invocation, _ context: Context) throws {
        var report = try Report(
            context,
            [
                .init("name", "NAME"), .init("account", "ACCOUNT"),
                .init("url", "URL", isElastic: true),
            ], fields: ["name", "account", "url"], format: invocation.value("format"))
        let wallet = try context.wallet()
        for name in try ChannelSaved.names(wallet) {
            guard let saved = try ChannelSaved.find(name, wallet) else { continue }
            try report.add(
                ReportRow([
                    "name": .text(name), "url": .text(saved.url.description),
                    "account": .text(saved.owner?.user ?? ""),
                ]))
        }
        try report.flush()
    }

    private static func listAccount(_ invocation: Invocation, _ context: Context) throws {
        let (account, _) = try ChannelAccess.account(invocation, context, of: nil)
        var report = try Report(
            context,
            [
                .init("head", "MESSAGES", .right), .init("tokens", "TOKENS", .right),
                .init("locked", "LOCKED"), .init("url", "URL", isElastic: true),
            ], fields: ["head", "tokens", "locked", "url"], format: invocation.value("format"))
        for channel in try account.channels() {
            try report.add(
                ReportRow([
                    "head": .number(channel.head), "tokens": .number(channel.tokens.count),
                    "locked": .boolean(channel.isLocked),
                    "url": .text(account.url(of: channel.id).description),
                ]))
        }
        try report.flush()
    }

    /// A name that nothing has yet.
    static func free(_ name: String, _ context: Context) throws -> String {
        guard ChannelSaved.isName(name) else {
            throw Failure(
                .usage, "invalid-name",
                "'\(name)' cannot be a name: letters, digits, '-', '_' and '.' can")
        }
        guard try !ChannelSaved.names(try context.wallet()).contains(name) else {
            throw Failure(
                .refused, "name-taken", "the name '\(name)' is taken",
                hint: "'wallet channel forget \(name)' frees it")
        }
        return name
    }
}
