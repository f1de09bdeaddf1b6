// A small table with every shape that a table can have.

import CommandKit

/// What the sample's commands are handed.
struct SampleContext: Sendable {}

enum SampleTool {
    static let tool = Tool<SampleContext>(
        name: "wallet", summary: "git for promises to pay", version: "1.2.3",
        details: [
            "A wallet holds promises. Nothing is `balanced` twice. See `wallet pay --id K`.",
            "    wallet init\n    .starts with a full stop",
            "Back\\slashes, \"quotes\" and 'apostrophes' stand as they are, i.e. as they were typed, "
                + "even at the end of a long line of the source etc. or -- of course -- before "
                + "an option such as --id, ~ and ^.",
        ],
        commands: [pay, address, log, debug],
        commonOptions: [
            CommandOption(
                "C", value: "DIR", completion: .directory, summary: "work in this directory"),
            CommandOption("c", value: "KEY=VALUE", summary: "set a variable", isRepeating: true),
            CommandOption("json", summary: "write one JSON document a line"),
            CommandOption("quiet", short: "q", summary: "say less"),
            CommandOption(
                "color", value: "WHEN", completion: .choice(["auto", "always", "never"]),
                summary: "colour the output"),
            .help, .version,
        ],
        environment: [.init("WALLET_DIR", "the wallet's directory")],
        files: [.init(".wallet/config", "the configuration")],
        exitStatuses: [.init("0", "done"), .init("128+n", "ended by signal n")],
        examples: [CommandExample("wallet init", "start a wallet")],
        seeAlso: ["wallet-formats(5)", "git(1)"])

    static let pay = Command<SampleContext>(
        "pay", summary: "pay a contact",
        options: [
            CommandOption("id", value: "KEY", summary: "make the payment repeatable"),
            CommandOption("count", short: "n", value: "N", summary: "pay so many times"),
            CommandOption("min", value: "AMOUNT", summary: "the lowest balance to leave"),
            CommandOption("verbose", short: "v", summary: "say more", isRepeating: true),
            CommandOption(
                "output", short: "o", value: "FILE", completion: .file, summary: "write here"),
            CommandOption(
                "from", value: "ADDRESS", completion: .dynamic("addresses"), summary: "who pays"),
            CommandOption("trace", summary: "for developers", isHidden: true),
        ],
        arguments: [
            CommandArgument("AMOUNT", summary: "how much"),
            CommandArgument("CONTACT", summary: "to whom", completion: .dynamic("contacts")),
            CommandArgument(
                "MEMO", summary: "what for", completion: .suggestion(["rent", "a coffee"]),
                isOptional: true),
        ],
        examples: [
            CommandExample("wallet pay 5 bob", "pay bob five"),
            CommandExample("wallet pay --id 'rent 1' 5 bob", "pay once, however often it runs"),
        ],
        group: "promises", seeAlso: ["log", "git(1)"], run: { _, _ in })

    static let address = Command<SampleContext>(
        "address", summary: "manage addresses",
        options: [CommandOption("unit", value: "UNIT", summary: "in this unit only")],
        subcommands: [
            Command(
                "list", summary: "list the addresses",
                options: [CommandOption("all", summary: "hidden ones too")],
                examples: [CommandExample("wallet address", "list the addresses")],
                run: { _, _ in }),
            Command(
                "create", summary: "create an address",
                details: ["The key is new.", "It is random."],
                options: [
                    CommandOption("kind", value: "KIND", summary: "which kind", isRequired: true)
                ],
                arguments: [CommandArgument("NAME", summary: "its petname")],
                examples: [CommandExample("wallet address create --kind key home", "create one")],
                run: { _, _ in }),
            Command("secret", summary: "for developers", isHidden: true, run: { _, _ in }),
        ],
        defaultSubcommand: "list", group: "keys")

    static let log = Command<SampleContext>(
        "log", summary: "show what happened",
        arguments: [
            CommandArgument(
                "FILE", summary: "where to look", completion: .file, isOptional: true,
                isRepeating: true)
        ],
        examples: [CommandExample("wallet log", "show everything")], group: "promises",
        run: { _, _ in })

    static let debug = Command<SampleContext>(
        "debug", summary: "for developers",
        subcommands: [Command("dump", summary: "dump everything", run: { _, _ in })],
        isHidden: true)
}
