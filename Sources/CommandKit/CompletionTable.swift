// What the completion scripts of all shells know, taken from the table of commands.

/// The visible and hidden words at every place of the command line.
struct CompletionTable {
    /// A place: the tool itself, a group or a command.
    struct Node {
        /// The commands' names joined by spaces; empty for the tool itself.
        let path: String
        let commands: [Word]
        /// Subcommands that are understood and not offered.
        let hiddenCommands: [String]
        /// The options that are understood here and not everywhere. A group understands those of
        /// its default subcommand as well.
        let options: [CommandOption]
        /// The arguments; those of a group's default subcommand.
        let arguments: [CommandArgument]
    }

    /// A word with its meaning.
    struct Word {
        let name: String
        let summary: String
    }

    let tool: String
    /// The tool's name as part of a function's name.
    let function: String
    let nodes: [Node]
    let commonOptions: [CommandOption]
    /// The spellings of the options that are passed on to the tool for dynamic values.
    let passedSpellings: [String]

    init<Context>(_ tool: Tool<Context>) {
        self.tool = tool.name
        function = String(tool.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        commonOptions = tool.commonOptions
        passedSpellings = tool.commonOptions.filter { option in
            option.value != nil && tool.completionOptions.contains(option.name)
        }.flatMap(\.spellings)
        var nodes = [Self.node(path: [], commands: tool.commands, options: [], arguments: [])]
        for command in tool.commands { nodes += Self.nodes(of: [command]) }
        self.nodes = nodes
    }

    private static func nodes<Context>(of chain: [Command<Context>]) -> [Node] {
        guard let command = chain.last else { return [] }
        let fallback = command.defaultCommand
        let options = chain.reversed().flatMap(\.options) + (fallback?.options ?? [])
        let own = node(
            path: chain.map(\.name), commands: command.subcommands, options: options,
            arguments: fallback?.arguments ?? command.arguments)
        return [own] + command.subcommands.flatMap { nodes(of: chain + [$0]) }
    }

    private static func node<Context>(
        path: [String], commands: [Command<Context>], options: [CommandOption],
        arguments: [CommandArgument]
    ) -> Node {
        Node(
            path: path.joined(separator: " "),
            commands: commands.filter { !$0.isHidden }.map {
                Word(name: $0.name, summary: $0.summary)
            },
            hiddenCommands: commands.filter(\.isHidden).map(\.name), options: options,
            arguments: arguments)
    }
}

extension Tool {
    /// The script that makes a shell complete the tool's command lines, ended by a line feed.
    /// Dynamic values are asked for with `TOOL completion --values NAME`, one a line.
    public func completion(for shell: CommandShell) -> String {
        let table = CompletionTable(self)
        return switch shell {
        case .bash: BashCompletion(table: table).script
        case .zsh: ZshCompletion(table: table).script
        case .fish: FishCompletion(table: table).script
        }
    }
}
