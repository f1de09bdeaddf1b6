// wallet config: settings, in git's manner.
import CommandKit
import Files
import WalletKit

enum ConfigCommand {
    static let command = Command<Context>(
        "config", summary: "read and write settings",
        details: [
            "Settings come from `/etc/wallet/config`, from your own `~/.config/wallet/config`, from "
                + "the wallet's `.wallet/config`, from the environment (`WALLET_PAY_EXPIRES`) and from "
                + "`-c`; the later one wins."
        ]
            + Settings.all.map { setting in
                "`\(setting.key)`: \(setting.summary)"
                    + (setting.standard.map { " Default: \($0)." } ?? "")
            },
        subcommands: [get, list, set, unset], group: CommandTable.Group.keep)

    private static let keyArgument = CommandArgument(
        "KEY", summary: "a setting, such as pay.expires",
        completion: .suggestion(Settings.all.map { "\($0.key)" }))

    private static let global = CommandOption(
        "global", summary: "your own file instead of the wallet's")

    private static let get = Command<Context>(
        "get", summary: "print a setting", arguments: [keyArgument],
        examples: [CommandExample("wallet config get pay.expires", "how long promises last")]
    ) { invocation, context in
        let key = try ConfigurationKey(invocation.argument(0))
        guard let entry = try configuration(context).entry(key) else {
            if Settings.setting(key) != nil {
                throw Failure(.refused, "not-set", "'\(key)' is not set")
            }
            throw WalletError.unknown(
                what: "setting", name: invocation.argument(0),
                suggestions: Settings.all.map { "\($0.key)" })
        }
        if context.isJSON { return try context.console.write(row(entry).json + "\n") }
        try context.console.write((entry.value ?? "true") + "\n")
    }

    private static let list = Command<Context>(
        "list", summary: "list settings",
        options: [
            CommandOption("show-origin", summary: "say in which file and line each stands"),
            CommandOption("show-scope", summary: "say in which layer each stands"),
        ],
        examples: [CommandExample("wallet config list --show-origin", "where values come from")]
    ) { invocation, context in
        for entry in try configuration(context).all() {
            if context.isJSON {
                try context.console.write(row(entry).json + "\n")
                continue
            }
            var line = ""
            if invocation.flag("show-scope") { line += "\(entry.scope)\t" }
            if invocation.flag("show-origin") { line += "\(entry.origin)\t" }
            line += "\(entry.key)" + (entry.value.map { "=" + $0 } ?? "")
            try context.console.write(line + "\n")
        }
    }

    private static let set = Command<Context>(
        "set", summary: "change a setting", options: [global],
        arguments: [keyArgument, CommandArgument("VALUE", summary: "its new value")],
        examples: [CommandExample("wallet config set pay.expires 7d", "promises last a week")]
    ) { invocation, context in
        let key = try ConfigurationKey(invocation.argument(0))
        let value = invocation.argument(1)
        if let expected = Settings.setting(key)?.expectation(of: value) {
            throw Failure(
                .usage, "invalid-value", "'\(key)' takes \(expected), not '\(value)'")
        }
        try edit(invocation, context) { try $0.set(key, to: value) }
    }

    private static let unset = Command<Context>(
        "unset", summary: "remove a setting", options: [global], arguments: [keyArgument],
        examples: [CommandExample("wallet config unset pay.expires", "back to the default")]
    ) { invocation, context in
        let key = try ConfigurationKey(invocation.argument(0))
        var removed = 0
        try edit(invocation, context) { removed = try $0.unset(key) }
        guard removed > 0 else {
            throw WalletError.unknown(what: "setting", name: "\(key)", suggestions: [])
        }
    }

    private static func edit(
        _ invocation: Invocation, _ context: Context,
        _ body: (inout ConfigurationFile) throws -> Void
    ) throws {
        guard invocation.flag("global") else { return try context.wallet().edit(body) }
        guard let path = context.configurationSources().globalPath else {
            throw Failure(.usage, "no-home", "there is no home directory for your own settings")
        }
        try makeParents(of: path)
        var file = try ConfigurationFile(reading: path)
        try body(&file)
        try file.write()
    }

    private static func makeParents(of path: String) throws {
        let parent = FileSystem.parent(of: path)
        if try FileSystem.status(parent) == nil {
            try makeParents(of: parent)
            try FileSystem.makeDirectory(parent)
        }
    }

    /// The wallet's configuration; outside a wallet the layers that are there.
    private static func configuration(_ context: Context) throws -> Configuration {
        do {
            return try context.wallet().configuration
        } catch WalletError.noWallet {
            return try Configuration(context.configurationSources())
        }
    }

    private static func row(_ entry: Configuration.Entry) -> ReportRow {
        ReportRow([
            "key": .text("\(entry.key)"), "value": .text(entry.value ?? "true"),
            "origin": .text("\(entry.origin)"), "scope": .text("\(entry.scope)"),
        ])
    }
}
