// One row of the table of commands, from which parsing, help, manual and completions are generated.

/// A command: what it is called, what it takes, what it says of itself, and what it does.
///
/// `Context` is whatever the caller hands to a running command.
public struct Command<Context>: Sendable {
    /// What a command does once it is parsed. Parsing itself never does anything.
    public typealias Action = @Sendable (Invocation, Context) throws -> Void

    /// The word that one types.
    public let name: String
    /// One line, no capital, no full stop.
    public let summary: String
    /// Paragraphs of the manual. A paragraph whose lines start with four spaces is shown as it
    /// stands, `` `words in backticks` `` are set off.
    public let details: [String]
    /// Its own options; those of a group are accepted by its subcommands too.
    public let options: [CommandOption]
    /// Its positional arguments in order.
    public let arguments: [CommandArgument]
    /// Lines that a person may copy; help shows the first ones, the manual all.
    public let examples: [CommandExample]
    /// Commands of a group.
    public let subcommands: [Command<Context>]
    /// The subcommand that is meant when none is named.
    public let defaultSubcommand: String?
    /// The heading under which the overview lists it.
    public let group: String
    /// Whether the caller has to open a wallet before it runs.
    public let needsWallet: Bool
    /// Whether help, manual and completion keep silent about it.
    public let isHidden: Bool
    /// Names of other top-level commands (`clear`) or pages (`wallet-formats(5)`).
    public let seeAlso: [String]
    /// What it does; nil for a group that only holds subcommands.
    public let run: Action?

    /// A command with all that is said about it.
    public init(
        _ name: String, summary: String, details: [String] = [], options: [CommandOption] = [],
        arguments: [CommandArgument] = [], examples: [CommandExample] = [],
        subcommands: [Command<Context>] = [], defaultSubcommand: String? = nil,
        group: String = "", needsWallet: Bool = true, isHidden: Bool = false,
        seeAlso: [String] = [], run: Action? = nil
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.options = options
        self.arguments = arguments
        self.examples = examples
        self.subcommands = subcommands
        self.defaultSubcommand = defaultSubcommand
        self.group = group
        self.needsWallet = needsWallet
        self.isHidden = isHidden
        self.seeAlso = seeAlso
        self.run = run
    }

    /// The subcommand of this name.
    public func subcommand(_ name: String) -> Command<Context>? {
        subcommands.first { $0.name == name }
    }

    /// The subcommand that is meant when none is named.
    var defaultCommand: Command<Context>? {
        defaultSubcommand.flatMap { subcommand($0) }
    }
}
