// wallet channel account: who may make channels on this server.
import Channels
import CommandKit
import Files
import WalletKit

enum ChannelAccountCommand {
    static let command = Command<Context>(
        "account", summary: "let somebody make channels on your server",
        details: [
            "Makes an account, and prints its password, which is kept nowhere: only a digest that "
                + "is slow to compute. The server may be running. Without a NAME, lists accounts.",
            "With `--user` an account has another user beside those it has; whoever has lost a "
                + "password gets a new user.",
        ],
        options: [
            ChannelServeCommand.store,
            CommandOption(
                "user", value: "USER", summary: "what the user is called (as the account)"),
        ],
        arguments: [
            CommandArgument("NAME", summary: "what the account is called", isOptional: true)
        ],
        examples: [
            CommandExample(
                "wallet channel account shop --store /srv/channels > password",
                "an account for 'shop'")
        ], needsWallet: false
    ) { invocation, context in
        try ChannelFailure.mending {
            let word = invocation.optionalArgument(0)
            let directory = try ChannelServeCommand.directory(
                invocation, context, makes: word != nil)
            guard let name = word else { return try list(directory, context) }
            let user = invocation.value("user") ?? name
            try add(user, account: name, to: directory, context)
        }
    }

    static func add(
        _ user: String, account: String, to directory: ChannelDirectory, _ context: Context
    ) throws {
        let made = try directory.addUser(user, account: account)
        context.say("account \(made.number), user '\(user)'; the password is not shown again")
        guard context.isJSON else { return try context.console.write(made.password + "\n") }
        let row = ReportRow([
            "account": .number(made.number), "user": .text(user), "password": .text(made.password),
        ])
        try context.console.write(row.json + "\n")
    }

    private static func list(_ directory: ChannelDirectory, _ context: Context) throws {
        var report = try Report(
            context, [.init("account", "ACCOUNT", .right), .init("name", "NAME", isElastic: true)],
            fields: ["account", "name"], format: nil)
        for (id, name) in try directory.store().accounts() {
            try report.add(ReportRow(["account": .number(id), "name": .text(name)]))
        }
        try report.flush()
    }
}
