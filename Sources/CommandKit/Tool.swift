// The whole tool as data: its commands and all that its overview page says.

/// A command-line tool: the one table from which everything that a person sees is generated.
public struct Tool<Context>: Sendable {
    /// A row of a table in the overview page: a variable, a file, and its meaning.
    public struct Entry: Sendable, Equatable {
        /// The variable or path.
        public let name: String
        /// A sentence or a part of one.
        public let meaning: String

        /// A row of a table.
        public init(_ name: String, _ meaning: String) {
            self.name = name
            self.meaning = meaning
        }
    }

    /// A number with which the tool ends, and its meaning.
    public struct ExitStatus: Sendable, Equatable {
        /// The number, or a formula such as `128+n`.
        public let number: String
        /// A sentence or a part of one.
        public let meaning: String

        /// A number and its meaning.
        public init(_ number: String, _ meaning: String) {
            self.number = number
            self.meaning = meaning
        }
    }

    /// The word that one types.
    public let name: String
    /// One line, no capital, no full stop.
    public let summary: String
    /// Shown at the foot of manual pages.
    public let version: String
    /// The paragraphs of the overview page, written as `Command.details` is.
    public let details: [String]
    /// The commands, in the order in which the overview lists them.
    public let commands: [Command<Context>]
    /// Options that every command takes, before its name or after it.
    public let commonOptions: [CommandOption]
    /// The names of those common options which completion scripts pass on when they ask the
    /// tool for candidates: what decides which wallet is meant.
    public let completionOptions: [String]
    /// The variables that the tool reads.
    public let environment: [Entry]
    /// The files that the tool reads and writes.
    public let files: [Entry]
    /// The numbers with which the tool ends.
    public let exitStatuses: [ExitStatus]
    /// Examples of the overview page.
    public let examples: [CommandExample]
    /// Pages that the overview page names beside those of its commands: `wallet-formats(5)`.
    public let seeAlso: [String]

    /// A tool with all that is said about it.
    public init(
        name: String, summary: String, version: String, details: [String] = [],
        commands: [Command<Context>], commonOptions: [CommandOption] = [.help, .version],
        completionOptions: [String] = ["C"], environment: [Entry] = [], files: [Entry] = [],
        exitStatuses: [ExitStatus] = [], examples: [CommandExample] = [], seeAlso: [String] = []
    ) {
        self.name = name
        self.summary = summary
        self.version = version
        self.details = details
        self.commands = commands
        self.commonOptions = commonOptions
        self.completionOptions = completionOptions
        self.environment = environment
        self.files = files
        self.exitStatuses = exitStatuses
        self.examples = examples
        self.seeAlso = seeAlso
    }

    /// The commands from the top to the path's end; nil when there is no such command.
    func chain(_ path: [String]) -> [Command<Context>]? {
        var chain: [Command<Context>] = []
        var level = commands
        for name in path {
            guard let next = level.first(where: { $0.name == name }) else { return nil }
            chain.append(next)
            level = next.subcommands
        }
        return chain
    }

    /// The options which the command at the end takes, save the common ones: its own first.
    func options(of chain: [Command<Context>]) -> [CommandOption] {
        chain.reversed().flatMap(\.options)
    }

    /// The command at a path such as `["address", "list"]`.
    ///
    /// - Throws: `unknown-command` with what was probably meant.
    public func command(at path: [String]) throws(UsageError) -> Command<Context> {
        var found: Command<Context>?
        for (depth, name) in path.enumerated() {
            let level = found?.subcommands ?? commands
            guard let next = level.first(where: { $0.name == name }) else {
                throw unknownCommand(name, in: Array(path.prefix(depth)))
            }
            found = next
        }
        guard let found else {
            throw UsageError(.missingCommand, "no command is named", path: [])
        }
        return found
    }

    /// The error for a word that is no command, with what was probably meant. `path` is the group
    /// in which it was looked for.
    public func unknownCommand(_ word: String, in path: [String] = []) -> UsageError {
        let level = path.isEmpty ? commands : chain(path)?.last?.subcommands ?? []
        let names = level.filter { !$0.isHidden }.map(\.name)
        let place = ([name] + path).joined(separator: " ")
        let near = Suggestion.nearest(to: word, among: names)
        return UsageError(
            .unknownCommand, "\(Quoted(word)) is not a \(Quoted(place)) command",
            hint: Suggestion.question(near)
                ?? "\(Quoted(place + " -h")) lists the commands", path: path)
    }
}
