// The short help of a command, and the overview.

extension Tool {
    /// How many examples help shows; the manual shows all.
    static var helpExampleCount: Int { 3 }

    /// The short help, ended by a line feed: usage, summary, arguments, options, subcommands and
    /// examples. `path` names a command (`command(at:)` finds out whether it does); empty for the
    /// tool itself.
    public func help(for path: [String]) -> String {
        guard !path.isEmpty else { return toolHelp() }
        guard let chain = chain(path), let command = chain.last else {
            preconditionFailure("'\(path.joined(separator: " "))' is not in the table")
        }
        var blocks = [usage(for: path), Prose.sentence(command.summary) + "\n"]
        blocks += block(
            "arguments", command.arguments.map { ($0.name, $0.summary) })
        blocks += block("options", rows(options(of: chain)))
        blocks += block(
            "subcommands",
            command.subcommands.filter { !$0.isHidden }.map { subcommand in
                let isDefault = subcommand.name == command.defaultSubcommand
                return (subcommand.name, subcommand.summary + (isDefault ? " (the default)" : ""))
            })
        blocks += exampleBlock(helpExamples(of: command))
        blocks.append(
            "'\(name) help \(path[0])' shows the manual page, "
                + "'\(name) -h' the common options.\n")
        return blocks.joined(separator: "\n")
    }

    /// What the tool says when no command is named, ended by a line feed: the commands under
    /// their headings.
    public func overview() -> String {
        var blocks = [usage(for: []), Prose.sentence(summary) + "\n"]
        blocks += commandBlocks()
        blocks.append(
            "'\(name) COMMAND -h' shows a short help, '\(name) help COMMAND' the manual page.\n")
        return blocks.joined(separator: "\n")
    }

    private func toolHelp() -> String {
        var blocks = [usage(for: []), Prose.sentence(summary) + "\n"]
        blocks += block("options of every command", rows(commonOptions))
        blocks += commandBlocks()
        blocks += exampleBlock(examples)
        blocks.append(
            "'\(name) COMMAND -h' shows a short help, '\(name) help COMMAND' the manual page.\n")
        return blocks.joined(separator: "\n")
    }

    private func commandBlocks() -> [String] {
        var headings: [String] = []
        let visible = commands.filter { !$0.isHidden }
        for command in visible where !headings.contains(command.group) {
            headings.append(command.group)
        }
        // One width for all groups, so that the summaries stand below each other.
        let width = visible.map(\.name.count).max() ?? 0
        return headings.flatMap { heading in
            block(
                heading.isEmpty ? "commands" : heading,
                visible.filter { $0.group == heading }.map { command in
                    let space = String(repeating: " ", count: width - command.name.count)
                    return (command.name + space, command.summary)
                })
        }
    }

    private func rows(_ options: [CommandOption]) -> [(String, String)] {
        options.filter { !$0.isHidden }.map { option in
            let spelling = option.spellings.joined(separator: ", ")
            return (option.value.map { spelling + " " + $0 } ?? spelling, option.summary)
        }
    }

    /// A command's own examples, or else the first of each of its subcommands.
    private func helpExamples(of command: Command<Context>) -> [CommandExample] {
        let own = command.examples
        return own.isEmpty ? command.subcommands.compactMap(\.examples.first) : own
    }

    private func block(_ heading: String, _ rows: [(String, String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let lines = TextWrap.definitions(rows.map { (term: $0.0, meaning: $0.1) })
        return [heading + ":\n" + lines.map { $0 + "\n" }.joined()]
    }

    private func exampleBlock(_ examples: [CommandExample]) -> [String] {
        guard !examples.isEmpty else { return [] }
        let shown = examples.prefix(Self.helpExampleCount)
        let lines = shown.flatMap { ["  " + $0.line, "      " + $0.explanation] }
        let heading = shown.count == 1 ? "example:\n" : "examples:\n"
        return [heading + lines.map { $0 + "\n" }.joined()]
    }
}
