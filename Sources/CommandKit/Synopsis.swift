// What one may type: one place from which help's usage and the manual's synopsis are written.

/// One line of a synopsis: `wallet pay [--id KEY] AMOUNT CONTACT`.
struct Synopsis: Equatable {
    /// What may stand after the name.
    enum Item: Equatable {
        case option(CommandOption)
        case argument(CommandArgument)
        /// A word that may be left out: the default subcommand.
        case optionalWord(String)
    }

    /// The words of the command itself.
    let name: String
    let items: [Item]

    /// Each item as text that is not broken between lines.
    var words: [String] {
        items.map { item in
            switch item {
            case .option(let option): Self.text(of: option)
            case .argument(let argument): Self.text(of: argument)
            case .optionalWord(let word): "[\(word)]"
            }
        }
    }

    private static func text(of option: CommandOption) -> String {
        let text = ([option.spelling] + (option.value.map { [$0] } ?? [])).joined(separator: " ")
        let bracketed = option.isRequired ? text : "[\(text)]"
        return option.isRepeating ? bracketed + " ..." : bracketed
    }

    private static func text(of argument: CommandArgument) -> String {
        let text = argument.isRepeating ? argument.name + " ..." : argument.name
        return argument.isOptional ? "[\(text)]" : text
    }
}

extension Tool {
    /// What one may type, a line for each way, not broken: the manual's synopsis and help's usage.
    /// `path` names a command; empty for the tool itself.
    public func synopsis(for path: [String]) -> [String] {
        synopses(for: path).map { ([$0.name] + $0.words).joined(separator: " ") }
    }

    /// The usage lines, broken for a terminal, each ended by a line feed.
    public func usage(for path: [String]) -> String {
        var text = ""
        for (index, synopsis) in synopses(for: path).enumerated() {
            let head = (index == 0 ? "usage: " : "   or: ") + synopsis.name
            // A long name would leave no room: its continuation lines stand further left.
            let margin = min(head.count + 1, TextWrap.helpColumns / 2)
            let lines = TextWrap.lines(synopsis.words, columns: TextWrap.helpColumns - margin)
            text += ([head] + lines.prefix(1)).joined(separator: " ") + "\n"
            for line in lines.dropFirst() {
                text += String(repeating: " ", count: margin) + line + "\n"
            }
        }
        return text
    }

    func synopses(for path: [String]) -> [Synopsis] {
        guard !path.isEmpty else {
            let options = commonOptions.filter { !$0.isHidden }
            let arguments = [
                CommandArgument("COMMAND", summary: ""),
                CommandArgument("ARGUMENT", summary: "", isOptional: true, isRepeating: true),
            ]
            return [
                Synopsis(
                    name: name,
                    items: options.map { .option($0) } + arguments.map { .argument($0) })
            ]
        }
        guard let chain = chain(path) else {
            preconditionFailure("'\(path.joined(separator: " "))' is not in the table")
        }
        return synopses(of: chain)
    }

    private func synopses(of chain: [Command<Context>]) -> [Synopsis] {
        guard let command = chain.last else { return [] }
        var result: [Synopsis] = []
        if command.run != nil || command.subcommands.isEmpty {
            result.append(synopsis(of: chain, named: chain.map(\.name), optionalWord: nil))
        }
        for subcommand in command.subcommands where !subcommand.isHidden {
            let isDefault = subcommand.name == command.defaultSubcommand
            if isDefault, subcommand.subcommands.isEmpty {
                result.append(
                    synopsis(
                        of: chain + [subcommand], named: chain.map(\.name),
                        optionalWord: subcommand.name))
            } else {
                result += synopses(of: chain + [subcommand])
            }
        }
        return result
    }

    private func synopsis(
        of chain: [Command<Context>], named names: [String], optionalWord: String?
    ) -> Synopsis {
        var items: [Synopsis.Item] = []
        if let optionalWord { items.append(.optionalWord(optionalWord)) }
        let options = options(of: chain).filter { !$0.isHidden }
        items += options.filter(\.isRequired).map { .option($0) }
        items += options.filter { !$0.isRequired }.map { .option($0) }
        items += (chain.last?.arguments ?? []).map { .argument($0) }
        return Synopsis(name: ([name] + names).joined(separator: " "), items: items)
    }
}
