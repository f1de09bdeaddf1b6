// The completion script for zsh: sourced, or as a file `_TOOL` in a directory of `fpath`.

struct ZshCompletion {
    let table: CompletionTable

    var script: String {
        let name = table.function
        let passed = table.passedSpellings.map(ShellText.quoted).joined(separator: "|")
        var lines = ["#compdef \(table.tool)"]
        lines += ["# Completion of \(table.tool) for zsh: generated from its table of commands."]
        lines += ["", "# The words at a path.", "_\(name)_node() {", "    case $1 in"]
        for node in table.nodes { lines += self.node(node) }
        lines += [
            "    esac", "}", "", "# The kind of an option's value; fails when it takes none.",
        ]
        lines += ["_\(name)_option() {", "    kind='' values=()", "    case $2 in"]
        lines += cases(table.commonOptions, indent: "    ")
        lines += ["    esac", "    [[ -n $kind ]] && return 0", "    case $1 in"]
        for node in table.nodes { lines += optionCases(node) }
        lines += [
            "    esac", "    [[ -n $kind ]]", "}", "", "# The kind of a positional argument.",
        ]
        lines += ["_\(name)_argument() {", "    kind='' values=()", "    case $1 in"]
        for node in table.nodes { lines += argumentCases(node) }
        lines += ["    esac", "}", "", ""]
        let machine = ZshMachine(
            name: name, tool: table.tool, passed: passed.isEmpty ? "''" : passed)
        return lines.joined(separator: "\n") + machine.script
    }

    /// `'name:meaning'`, as `_describe` reads it.
    private func described(_ name: String, _ summary: String) -> String {
        let term = name.split(separator: ":", omittingEmptySubsequences: false)
            .joined(separator: "\\:")
        return ShellText.quoted(term + ":" + summary)
    }

    private func node(_ node: CompletionTable.Node) -> [String] {
        let options = (node.options + table.commonOptions).filter { !$0.isHidden }
        let optionWords = options.flatMap { option in
            option.spellings.map { described($0, option.summary) }
        }
        var lines = ["    (\(ShellText.quoted(node.path)))", "        commands=("]
        lines += node.commands.map { "            " + described($0.name, $0.summary) }
        let hidden = node.hiddenCommands.map { ShellText.quoted($0) }.joined(separator: " ")
        lines += ["        )", "        hidden=(\(hidden))", "        options=("]
        return lines + optionWords.map { "            " + $0 } + ["        )", "        ;;"]
    }

    private func optionCases(_ node: CompletionTable.Node) -> [String] {
        let cases = cases(node.options, indent: "        ")
        guard !cases.isEmpty else { return [] }
        return ["    (\(ShellText.quoted(node.path)))", "        case $2 in"] + cases
            + ["        esac", "        ;;"]
    }

    private func cases(_ options: [CommandOption], indent: String) -> [String] {
        options.filter { $0.value != nil }.map { option in
            let pattern = option.spellings.map(ShellText.quoted).joined(separator: "|")
            return "\(indent)(\(pattern)) \(assignment(option.completion)) ;;"
        }
    }

    private func argumentCases(_ node: CompletionTable.Node) -> [String] {
        guard !node.arguments.isEmpty else { return [] }
        let cases = node.arguments.enumerated().map { index, argument in
            "        (\(argument.isRepeating ? "*" : "\(index)")) "
                + "\(assignment(argument.completion)) ;;"
        }
        return ["    (\(ShellText.quoted(node.path)))", "        case $2 in"] + cases
            + ["        esac", "        ;;"]
    }

    private func assignment(_ kind: CompletionKind) -> String {
        func list(_ words: [String]) -> String {
            "(" + words.map(ShellText.quoted).joined(separator: " ") + ")"
        }
        return switch kind {
        case .none: "kind=none"
        case .file: "kind=file"
        case .directory: "kind=directory"
        case .choice(let words), .suggestion(let words): "kind=words values=\(list(words))"
        case .dynamic(let name): "kind=dynamic values=\(list([name]))"
        }
    }
}
