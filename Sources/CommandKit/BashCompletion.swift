// The completion script for bash. It needs nothing but bash (3.2 or later): not the package
// bash-completion, and never evaluates what was typed.

struct BashCompletion {
    let table: CompletionTable

    var script: String {
        let name = table.function
        var lines = [
            "# Completion of \(table.tool) for bash: generated from its table of commands."
        ]
        lines += ["", "# The words at a path.", "_\(name)_node() {", "    case $1 in"]
        for node in table.nodes { lines += self.node(node) }
        lines += [
            "    esac", "}", "", "# The kind of an option's value; fails when it takes none.",
        ]
        lines += ["_\(name)_option() {", "    kind='' values=()", "    case $2 in"]
        lines += cases(table.commonOptions, indent: "    ")
        lines += ["    esac", "    [[ $kind ]] && return 0", "    case $1 in"]
        for node in table.nodes { lines += optionCases(node) }
        lines += ["    esac", "    [[ $kind ]]", "}", "", "# The kind of a positional argument."]
        lines += ["_\(name)_argument() {", "    kind='' values=()", "    case $1 in"]
        for node in table.nodes { lines += argumentCases(node) }
        lines += ["    esac", "}", "", ""]
        let machine = BashMachine(name: name, tool: table.tool, passed: passed)
        return lines.joined(separator: "\n") + machine.script
    }

    /// A pattern of the options to pass on; one that nothing matches when there are none.
    private var passed: String {
        table.passedSpellings.isEmpty
            ? "''" : table.passedSpellings.map(ShellText.word).joined(separator: " | ")
    }

    private func list(_ words: [String]) -> String {
        "(" + words.map(ShellText.word).joined(separator: " ") + ")"
    }

    private func node(_ node: CompletionTable.Node) -> [String] {
        let options = (node.options + table.commonOptions).filter { !$0.isHidden }
        return [
            "    \(ShellText.quoted(node.path)))",
            "        commands=\(list(node.commands.map(\.name)))",
            "        hidden=\(list(node.hiddenCommands))",
            "        options=\(list(options.flatMap(\.spellings)))",
            "        ;;",
        ]
    }

    private func optionCases(_ node: CompletionTable.Node) -> [String] {
        let cases = cases(node.options, indent: "        ")
        guard !cases.isEmpty else { return [] }
        return ["    \(ShellText.quoted(node.path)))", "        case $2 in"] + cases
            + ["        esac", "        ;;"]
    }

    private func cases(_ options: [CommandOption], indent: String) -> [String] {
        options.filter { $0.value != nil }.map { option in
            let pattern = option.spellings.map(ShellText.word).joined(separator: " | ")
            return "\(indent)\(pattern)) \(assignment(option.completion)) ;;"
        }
    }

    private func argumentCases(_ node: CompletionTable.Node) -> [String] {
        guard !node.arguments.isEmpty else { return [] }
        let cases = node.arguments.enumerated().map { index, argument in
            "        \(argument.isRepeating ? "*" : "\(index)")) "
                + "\(assignment(argument.completion)) ;;"
        }
        return ["    \(ShellText.quoted(node.path)))", "        case $2 in"] + cases
            + ["        esac", "        ;;"]
    }

    private func assignment(_ kind: CompletionKind) -> String {
        switch kind {
        case .none: "kind=none"
        case .file: "kind=file"
        case .directory: "kind=directory"
        case .choice(let words), .suggestion(let words): "kind=words values=\(list(words))"
        case .dynamic(let name): "kind=dynamic values=\(list([name]))"
        }
    }
}
