// wallet channel create: a channel on somebody's server.
import Channels
import CommandKit
import Network
import WalletKit

enum ChannelCreateCommand {
    static let command = Command<Context>(
        "create", summary: "make a channel on a server",
        details: [
            "Makes a channel with your account on the server, and keeps its address and your token "
                + "under NAME. Its address is printed: with a token of their own "
                + "(`wallet channel token`) others read or write there.",
            "Messages stay, unless `--max-days` and `--prune` are given. In a sequenced channel "
                + "nobody writes before having read what others wrote.",
        ],
        options: ChannelCommand.accountOptions + [
            CommandOption("public-read", summary: "anybody may read"),
            CommandOption("public-write", summary: "anybody may write"),
            CommandOption("sequenced", summary: "nobody writes before having read"),
            CommandOption(
                "min-days", value: "DAYS", summary: "keep every message so long at least"),
            CommandOption("max-days", value: "DAYS", summary: "messages are of use so long"),
            CommandOption("prune", summary: "delete messages after that"),
        ],
        arguments: [CommandArgument("NAME", summary: "what you call it")],
        examples: [
            CommandExample(
                "wallet channel create till --server https://channels.example --account shop "
                    + "--password-file password", "a channel of your account")
        ]
    ) { invocation, context in
        try ChannelFailure.mending { try run(invocation, context) }
    }

    private static func run(_ invocation: Invocation, _ context: Context) throws {
        let name = try ChannelNames.free(invocation.argument(0), context)
        var terms = ChannelTerms()
        terms.publicRead = invocation.flag("public-read")
        terms.publicWrite = invocation.flag("public-write")
        terms.isSequenced = invocation.flag("sequenced")
        terms.minimumDays = try invocation.integer("min-days", in: 0...36_500)
        terms.maximumDays = try invocation.integer("max-days", in: 0...36_500)
        terms.prunes = invocation.flag("prune")
        if terms.prunes, terms.maximumDays == nil {
            throw invocation.usageError(.missingArgument, "'--prune' needs '--max-days'")
        }
        let (account, user) = try ChannelAccess.account(invocation, context, of: nil)
        let made = try account.create(terms)
        var saved = ChannelSaved(name: name, url: account.url(of: made.id))
        saved.token = made.tokens.first?.token
        saved.authorities = try invocation.value("ca").map { try Context.absolute($0) }
        saved.owner = (account.server, account.account, user)
        try saved.keep(try context.wallet())
        context.say("'\(name)' is a channel")
        guard context.isJSON else {
            return try context.console.write(saved.url.description + "\n")
        }
        let row = ReportRow([
            "name": .text(name), "url": .text(saved.url.description), "id": .text(made.id),
            "sequenced": .boolean(made.isSequenced), "public-read": .boolean(made.publicRead),
            "public-write": .boolean(made.publicWrite),
        ])
        try context.console.write(row.json + "\n")
    }
}
