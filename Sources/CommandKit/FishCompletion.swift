// The completion script for fish.

struct FishCompletion {
    let table: CompletionTable

    var script: String {
        let name = table.function
        var lines = [
            "# Completion of \(table.tool) for fish: generated from its table of commands."
        ]
        lines += ["", "# The commands at a path with their meanings."]
        lines += ["function __\(name)_commands", "    switch $argv[1]"]
        for node in table.nodes { lines += commands(node) }
        lines += ["    end", "end", "", "# Commands that are understood and not offered."]
        lines += ["function __\(name)_hidden", "    switch $argv[1]"]
        for node in table.nodes { lines += hidden(node) }
        lines += ["    end", "end", "", "# The options at a path with their meanings."]
        lines += ["function __\(name)_options", "    switch $argv[1]"]
        for node in table.nodes { lines += options(node) }
        lines += ["    end"] + printf(options: table.commonOptions, indent: "    ") + ["end", ""]
        lines += ["# The kind of an option's value and its words; fails when it takes none."]
        lines += ["function __\(name)_option", "    switch $argv[2]"]
        lines += cases(table.commonOptions, indent: "        ")
        lines += ["    end", "    switch $argv[1]"]
        for node in table.nodes { lines += optionCases(node) }
        lines += ["    end", "    return 1", "end", ""]
        lines += ["# The kind of a positional argument and its words."]
        lines += ["function __\(name)_argument", "    switch $argv[1]"]
        for node in table.nodes { lines += argumentCases(node) }
        lines += ["    end", "end", "", ""]
        let passed = table.passedSpellings.map(ShellText.fish).joined(separator: " ")
        let machine = FishMachine(name: name, tool: table.tool, passed: passed)
        return lines.joined(separator: "\n") + machine.script
    }

    private func place(_ node: CompletionTable.Node) -> String {
        "        case " + (node.path.isEmpty ? "''" : ShellText.fish(node.path))
    }

    private func commands(_ node: CompletionTable.Node) -> [String] {
        guard !node.commands.isEmpty else { return [] }
        let words = node.commands.map { "\(ShellText.fish($0.name)) \(ShellText.fish($0.summary))" }
        return [place(node)] + printf(words, indent: "            ")
    }

    private func hidden(_ node: CompletionTable.Node) -> [String] {
        guard !node.hiddenCommands.isEmpty else { return [] }
        let words = node.hiddenCommands.map(ShellText.fish).joined(separator: " ")
        return [place(node), "            printf '%s\\n' \(words)"]
    }

    private func options(_ node: CompletionTable.Node) -> [String] {
        let lines = printf(options: node.options, indent: "            ")
        return lines.isEmpty ? [] : [place(node)] + lines
    }

    private func printf(options: [CommandOption], indent: String) -> [String] {
        let words = options.filter { !$0.isHidden }.flatMap { option in
            option.spellings.map { "\(ShellText.fish($0)) \(ShellText.fish(option.summary))" }
        }
        return words.isEmpty ? [] : printf(words, indent: indent)
    }

    private func printf(_ pairs: [String], indent: String) -> [String] {
        let last = pairs.count - 1
        var lines = [indent + "printf '%s\\t%s\\n' \\"]
        for (index, pair) in pairs.enumerated() {
            lines.append(indent + "    " + pair + (index < last ? " \\" : ""))
        }
        return lines
    }

    private func optionCases(_ node: CompletionTable.Node) -> [String] {
        let cases = cases(node.options, indent: "                ")
        guard !cases.isEmpty else { return [] }
        return [place(node), "            switch $argv[2]"] + cases + ["            end"]
    }

    private func cases(_ options: [CommandOption], indent: String) -> [String] {
        var lines: [String] = []
        for option in options where option.value != nil {
            let spellings = option.spellings.map(ShellText.fish).joined(separator: " ")
            lines.append("\(indent)case \(spellings)")
            lines.append("\(indent)    \(answer(option.completion))")
            lines.append("\(indent)    return 0")
        }
        return lines
    }

    private func argumentCases(_ node: CompletionTable.Node) -> [String] {
        guard !node.arguments.isEmpty else { return [] }
        let cases = node.arguments.enumerated().flatMap { index, argument in
            [
                "                case " + (argument.isRepeating ? "'*'" : "\(index)"),
                "                    " + answer(argument.completion),
            ]
        }
        return [place(node), "            switch $argv[2]"] + cases + ["            end"]
    }

    private func answer(_ kind: CompletionKind) -> String {
        let words =
            switch kind {
            case .none: ["none"]
            case .file: ["file"]
            case .directory: ["directory"]
            case .choice(let words), .suggestion(let words): ["words"] + words
            case .dynamic(let name): ["dynamic", name]
            }
        return "printf '%s\\n' " + words.map(ShellText.fish).joined(separator: " ")
    }
}
