// What can be wrong with a table; the tool's own tests ask.

extension Tool {
    /// The table's mistakes, one a line for people: double names, options hidden behind others,
    /// arguments in an impossible order, summaries against the house grammar, commands without an
    /// action or an example, examples that are refused. A table ready for release has none.
    public func mistakes() -> [String] {
        var found = mistakes(in: commonOptions, at: name)
        found += duplicates(commands.map(\.name), at: name)
        for command in commands { found += mistakes(of: [command]) }
        let pages = Set(commands.map(\.name))
        for command in commands {
            for page in command.seeAlso where !page.contains("(") && !pages.contains(page) {
                found.append("\(name) \(command.name): sees also the unknown command '\(page)'")
            }
        }
        return found
    }

    private func mistakes(of chain: [Command<Context>]) -> [String] {
        guard let command = chain.last else { return [] }
        let place = ([name] + chain.map(\.name)).joined(separator: " ")
        var found = grammar(of: command.summary, at: place)
        found += mistakes(in: commonOptions + options(of: chain), at: place)
        found += duplicates(command.subcommands.map(\.name), at: place)
        found += mistakes(in: command.arguments, at: place)
        if command.run == nil, command.subcommands.isEmpty {
            found.append("\(place): has neither an action nor subcommands")
        }
        if let fallback = command.defaultSubcommand, command.subcommand(fallback) == nil {
            found.append("\(place): the default subcommand '\(fallback)' does not exist")
        }
        if chain.count == 1, !command.isHidden, command.examples.isEmpty,
            command.subcommands.allSatisfy(\.examples.isEmpty)
        {
            found.append("\(place): has no example")
        }
        for example in command.examples { found += mistakes(in: example, at: place) }
        for subcommand in command.subcommands { found += mistakes(of: chain + [subcommand]) }
        return found
    }

    /// An example has to call the tool, and one without the shell's special characters has to
    /// be understood by the parser.
    private func mistakes(in example: CommandExample, at place: String) -> [String] {
        let words = example.line.split(separator: " ").map(String.init)
        guard words.contains(where: { $0.hasSuffix(name) }) else {
            return ["\(place): the example '\(example.line)' does not call \(name)"]
        }
        let isSimple =
            words.first == name && !example.line.contains { "'\"\\$`|&;<>()".contains($0) }
        guard isSimple else { return [] }
        do throws(UsageError) {
            _ = try parse(Array(words.dropFirst()))
            return []
        } catch {
            return ["\(place): the example '\(example.line)' is refused: \(error.message)"]
        }
    }

    private func mistakes(in options: [CommandOption], at place: String) -> [String] {
        var found = duplicates(options.flatMap(\.spellings), at: place)
        for option in options {
            found += grammar(of: option.summary, at: "\(place) \(option.spelling)")
            if option.value == nil, option.completion != .none {
                found.append("\(place) \(option.spelling): a flag has no value to complete")
            }
            if option.name.isEmpty || option.name.hasPrefix("-") || option.name.contains("=") {
                found.append("\(place): '\(option.name)' is no name of an option")
            }
        }
        return found
    }

    private func mistakes(in arguments: [CommandArgument], at place: String) -> [String] {
        var found: [String] = []
        for (index, argument) in arguments.enumerated() {
            found += grammar(of: argument.summary, at: "\(place) \(argument.name)")
            if index > 0, arguments[index - 1].isRepeating {
                found.append("\(place): nothing is left for '\(argument.name)'")
            }
            if index > 0, arguments[index - 1].isOptional, !argument.isOptional {
                found.append("\(place): '\(argument.name)' is required after an optional argument")
            }
        }
        return found
    }

    private func grammar(of summary: String, at place: String) -> [String] {
        // One capital is a sentence's, two are an abbreviation's: "IOU".
        let isSentence =
            summary.first?.isUppercase == true
            && summary.dropFirst().first?.isLowercase == true
        if summary.isEmpty || summary.hasSuffix(".") || isSentence || summary.contains("\n") {
            return ["\(place): '\(summary)' is not one line without a capital and a full stop"]
        }
        return []
    }

    private func duplicates(_ names: [String], at place: String) -> [String] {
        var seen: Set<String> = []
        return names.filter { !seen.insert($0).inserted }.map { "\(place): '\($0)' is there twice" }
    }
}
