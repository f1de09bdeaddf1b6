// wallet help, version, completion, manual: what is generated from the table.
import CommandKit
import Files
import WalletKit

enum HelpCommand {
    static let command = Command<Context>(
        "help", summary: "show the manual of a command",
        options: [CommandOption("all", short: "a", summary: "list every command and subcommand")],
        arguments: [
            CommandArgument(
                "CMD", summary: "a command", completion: .dynamic("commands"), isOptional: true,
                isRepeating: true)
        ],
        examples: [CommandExample("wallet help pay", "the manual page of 'pay'")],
        group: CommandTable.Group.keep, needsWallet: false
    ) { invocation, context in
        if invocation.flag("all") { return try all(context) }
        let path = invocation.arguments
        if path.isEmpty { return try context.console.write(context.tool.overview()) }
        _ = try context.tool.command(at: path)
        let page = context.tool.manualPage(for: [path[0]], date: ManualCommand.date)
        if context.console.isOutputTerminal, let status = Manual.show(page) {
            if status == 0 { return }
        }
        try context.console.write(context.tool.help(for: path))
    }

    private static func all(_ context: Context) throws {
        for command in context.tool.commands where !command.isHidden {
            try context.console.write("wallet \(command.name)\n")
            for sub in command.subcommands where !sub.isHidden {
                try context.console.write("wallet \(command.name) \(sub.name)\n")
            }
        }
    }
}

enum VersionCommand {
    static let command = Command<Context>(
        "version", summary: "show the version",
        options: [CommandOption("build-options", summary: "say how the program was built")],
        examples: [CommandExample("wallet version --build-options", "for a report of a bug")],
        group: CommandTable.Group.keep, needsWallet: false
    ) { invocation, context in
        #if TEST_HOOKS
            let build = "debug, clock and randomness can be fixed"
        #else
            let build = "release"
        #endif
        let row = ReportRow([
            "version": .text(CommandTable.version), "build": .text(build),
            "sqlite": .text(Wallet.indexLibraryVersion),
        ])
        if context.isJSON { return try context.console.write(row.json + "\n") }
        try context.console.write("wallet \(CommandTable.version)\n")
        if invocation.flag("build-options") {
            try context.console.write("build: \(build)\nsqlite: \(Wallet.indexLibraryVersion)\n")
        }
    }
}

enum ManualCommand {
    /// The date on the pages: of the interface, not of the build.
    static let date = "2026-11-21"

    static let command = Command<Context>(
        "manual", summary: "write the manual pages into a directory",
        details: ["Writes wallet.1 and a page a command, in the form that man reads."],
        arguments: [
            CommandArgument("DIR", summary: "an existing directory", completion: .directory)
        ],
        examples: [CommandExample("wallet manual man", "as the build does")],
        group: CommandTable.Group.keep, needsWallet: false, isHidden: true
    ) { invocation, context in
        let directory = try Context.absolute(invocation.argument(0))
        let paths = [[]] + context.tool.commands.filter { !$0.isHidden }.map { [$0.name] }
        for path in paths {
            let page = context.tool.manualPage(for: path, date: date)
            try FileSystem.replace(
                "\(directory)/\(context.tool.manualName(for: path)).1", with: Array(page.utf8))
        }
    }
}

enum CompletionCommand {
    static let command = Command<Context>(
        "completion", summary: "print a completion script for a shell",
        details: [
            "Add `source <(wallet completion bash)` to `~/.bashrc`, or write the script "
                + "to where your shell looks for such scripts."
        ],
        options: [
            CommandOption(
                "values", value: "WORD", summary: "print what may stand in a place", isHidden: true)
        ],
        arguments: [
            CommandArgument(
                "SHELL", summary: "bash, zsh or fish",
                completion: .choice(["bash", "zsh", "fish"]),
                isOptional: true)
        ],
        examples: [CommandExample("wallet completion bash", "the script for bash")],
        group: CommandTable.Group.keep, needsWallet: false
    ) { invocation, context in
        if let word = invocation.value("values") {
            for value in try values(word, context) { try context.console.write(value + "\n") }
            return
        }
        guard let name = invocation.optionalArgument(0), let shell = CommandShell(rawValue: name)
        else { throw invocation.usageError(.missingArgument, "argument 'SHELL' is missing") }
        try context.console.write(context.tool.completion(for: shell))
    }

    private static func values(_ word: String, _ context: Context) throws -> [String] {
        if word == "commands" {
            return context.tool.commands.filter { !$0.isHidden }.map(\.name)
        }
        // Completion is no place for complaints: where there is no wallet there are no names.
        guard let wallet = try? context.wallet() else { return [] }
        switch word {
        case "own", "keys": return wallet.book.own.map(\.name)
        case "contacts": return wallet.book.contacts.map(\.name)
        case "addresses": return wallet.book.allNames
        case "units": return (try? wallet.unitCodes()) ?? []
        case "channels": return (try? ChannelSaved.names(wallet)) ?? []
        case "requests":
            let promises = (try? wallet.requests() + wallet.paidRequests()) ?? []
            let coins = (try? wallet.coinRequests() + wallet.coinRequests(paid: true)) ?? []
            return promises.map(\.invoice.identifier) + coins.map(\.request.id)
        case "transactions":
            return ((try? wallet.coinTransactions()) ?? []).map {
                String($0.stored.transaction.id.displayed.prefix(16))
            }
        case "aliases": return ((try? wallet.aliases()) ?? []).map(\.alias)
        case "approvals":
            return ((try? wallet.approvals()) ?? []).filter { $0.isApproved == nil }.map(\.token)
        case "peers": return (try? wallet.knownPeers().map(\.name)) ?? []
        case "messages":
            return ((try? wallet.inbox()) ?? []).map {
                String($0.message.hash.hexadecimal.prefix(12))
            }
        case "users": return (try? wallet.users().map(\.user.name)) ?? []
        case "logs": return (try? wallet.witnessedLogs().map(\.origin)) ?? []
        default: return []
        }
    }
}
