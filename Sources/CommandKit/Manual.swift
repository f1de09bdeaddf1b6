// The manual: one page for the tool, one for each of its commands.

extension Tool {
    /// A page of the manual in mdoc. An empty path is the tool's own page; any other one the page
    /// of its first command, with its subcommands in it. `date` is shown at the foot:
    /// `2026-03-01`.
    public func manualPage(for path: [String], date: String) -> String {
        let lines: [String]
        if let first = path.first {
            guard let command = commands.first(where: { $0.name == first }) else {
                preconditionFailure("'\(first)' is not in the table")
            }
            lines = page(of: command)
        } else {
            lines = overviewPage()
        }
        let head = [
            ".\\\" Generated from the table of commands: do not edit.",
            ".Dd \(ManualDate.words(date))",
            ".Dt \(Roff.page(manualName(for: path).uppercased())) 1",
            ".Os \(Roff.argument(name)) \(Roff.argument(version))",
        ]
        return (head + lines).map { $0 + "\n" }.joined()
    }

    /// The name of the page in section 1 that describes the command: `wallet-pay`.
    public func manualName(for path: [String]) -> String {
        ([name] + path.prefix(1)).joined(separator: "-")
    }

    private func page(of command: Command<Context>) -> [String] {
        let path = [command.name]
        var lines = nameSection(path, command.summary)
        lines += [".Sh DESCRIPTION"] + description(of: [command])
        lines += [".Sh OPTIONS"]
        let own = visible(command.options)
        lines += own.isEmpty ? [] : list(of: own) + [".Pp"]
        lines += ["The options of every command are described in", ".Xr \(xref(name)) ."]
        let subcommands = descendants(of: [command])
        if !subcommands.isEmpty {
            lines += [".Sh SUBCOMMANDS"]
            for chain in subcommands { lines += subsection(of: chain) }
        }
        lines += exitStatusSection()
        let nested = subcommands.flatMap { $0.last?.examples ?? [] }
        lines += exampleSection(command.examples + nested)
        lines += seeAlsoSection(command.seeAlso + ["\(name)(1)"])
        return lines
    }

    private func overviewPage() -> [String] {
        var lines = nameSection([], summary)
        lines += [".Sh DESCRIPTION"] + paragraphs(details, orElse: summary)
        lines += [".Sh OPTIONS", "Every command takes these options, after its name or before it."]
        lines += list(of: visible(commonOptions))
        lines += [".Sh COMMANDS"]
        let shown = commands.filter { !$0.isHidden }
        var headings: [String] = []
        for command in shown where !headings.contains(command.group) {
            headings.append(command.group)
        }
        for heading in headings {
            if !heading.isEmpty { lines.append(".Ss \(Roff.argument(Prose.heading(heading)))") }
            let entries = shown.filter { $0.group == heading }.map { command in
                (".Xr \(xref(manualName(for: [command.name])))", command.summary)
            }
            lines += tagList(entries.map { (String($0.0.dropFirst()), $0.1) })
        }
        lines += entrySection("ENVIRONMENT", "Ev", environment)
        lines += entrySection("FILES", "Pa", files)
        lines += exitStatusSection()
        lines += exampleSection(examples)
        lines += seeAlsoSection(seeAlso)
        return lines
    }
}

// MARK: sections

extension Tool {
    private func nameSection(_ path: [String], _ summary: String) -> [String] {
        var lines = [
            ".Sh NAME", ".Nm \(Roff.page(manualName(for: path)))", ".Nd \(Roff.text(summary))",
            ".Sh SYNOPSIS",
        ]
        for synopsis in synopses(for: path) {
            let words = synopsis.name.split(separator: " ").map { Roff.argument(String($0)) }
            lines.append(".Nm " + words.joined(separator: " "))
            lines += synopsis.items.flatMap { macros(for: $0) }
        }
        return lines
    }

    private func macros(for item: Synopsis.Item) -> [String] {
        switch item {
        case .optionalWord(let word):
            return [".Op Cm \(Roff.argument(word))"]
        case .option(let option):
            let flag = self.flag(option.spelling, option.value)
            let line = option.isRequired ? ".\(flag)" : ".Op \(flag)"
            return option.isRepeating ? [line, ".Ar ..."] : [line]
        case .argument(let argument):
            let word = "Ar \(Roff.argument(argument.name))" + (argument.isRepeating ? " ..." : "")
            return [argument.isOptional ? ".Op \(word)" : ".\(word)"]
        }
    }

    /// `Fl -id Ar KEY`; the macro writes the first dash.
    private func flag(_ spelling: String, _ value: String?) -> String {
        let flag = "Fl " + Roff.argument(String(spelling.dropFirst()))
        return value.map { flag + " Ar " + Roff.argument($0) } ?? flag
    }

    private func description(of chain: [Command<Context>]) -> [String] {
        guard let command = chain.last else { return [] }
        var lines = paragraphs(command.details, orElse: command.summary)
        if !command.arguments.isEmpty {
            lines += [".Pp", "The arguments:"]
            lines += tagList(
                command.arguments.map { argument in
                    let choices = self.choices(argument.completion, in: argument.summary)
                    return ("Ar \(Roff.argument(argument.name))", argument.summary + choices)
                })
        }
        return lines
    }

    private func subsection(of chain: [Command<Context>]) -> [String] {
        guard let command = chain.last else { return [] }
        let names = ([name] + chain.map(\.name)).map { Roff.argument($0) }
        var lines = [".Ss " + names.joined(separator: " ")] + description(of: chain)
        if chain.dropLast().last?.defaultSubcommand == command.name {
            lines += [".Pp", "This is meant when no subcommand is named."]
        }
        let own = visible(command.options)
        if !own.isEmpty {
            lines += [".Pp", "The options:"] + list(of: own)
        }
        return lines
    }

    /// Every visible subcommand below, depth first.
    private func descendants(of chain: [Command<Context>]) -> [[Command<Context>]] {
        let children = (chain.last?.subcommands ?? []).filter { !$0.isHidden }
        return children.flatMap { [chain + [$0]] + descendants(of: chain + [$0]) }
    }

    private func entrySection(_ title: String, _ macro: String, _ rows: [Entry]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let entries = rows.map { ("\(macro) \(Roff.argument($0.name))", $0.meaning) }
        return [".Sh \(title)"] + tagList(entries)
    }

    private func exitStatusSection() -> [String] {
        guard !exitStatuses.isEmpty else { return [] }
        return [".Sh EXIT STATUS"]
            + tagList(exitStatuses.map { (Roff.argument($0.number), $0.meaning) })
    }

    private func exampleSection(_ examples: [CommandExample]) -> [String] {
        guard !examples.isEmpty else { return [] }
        var lines = [".Sh EXAMPLES"]
        for (index, example) in examples.enumerated() {
            if index > 0 { lines.append(".Pp") }
            lines += Roff.prose(Prose.sentence(example.explanation))
            lines += Roff.display([example.line])
        }
        return lines
    }

    /// References sorted by section, then name, each once.
    private func seeAlsoSection(_ names: [String]) -> [String] {
        let references = Set(
            names.map { name -> String in
                let isPage = name.hasSuffix(")")
                return xref(isPage ? name : manualName(for: [name]))
            })
        guard !references.isEmpty else { return [] }
        let sorted = references.sorted { first, second in
            let (a, b) = (first.split(separator: " "), second.split(separator: " "))
            return (a.last ?? "", a.first ?? "") < (b.last ?? "", b.first ?? "")
        }
        let lines = sorted.enumerated().map { index, reference in
            ".Xr \(reference)" + (index + 1 < sorted.count ? " ," : "")
        }
        return [".Sh SEE ALSO"] + lines
    }
}

// MARK: pieces

extension Tool {
    /// `wallet-formats(5)` as `wallet\-formats 5`; without a section it is section 1.
    private func xref(_ page: String) -> String {
        let parts = page.split(separator: "(")
        let section = parts.count > 1 ? String(parts[1].dropLast()) : "1"
        return Roff.page(parts.first.map(String.init) ?? page) + " " + Roff.argument(section)
    }

    private func visible(_ options: [CommandOption]) -> [CommandOption] {
        options.filter { !$0.isHidden }
    }

    private func list(of options: [CommandOption]) -> [String] {
        tagList(
            options.map { option in
                let flags = option.spellings.map { flag($0, option.value) }
                return (
                    flags.joined(separator: " , "),
                    option.summary + choices(option.completion, in: option.summary)
                )
            })
    }

    /// A closed set of values, unless the summary already names them.
    private func choices(_ kind: CompletionKind, in summary: String) -> String {
        guard case .choice(let words) = kind, !words.allSatisfy(summary.contains) else { return "" }
        return ": \(Quoted.list(words))"
    }

    /// Each tag is what stands after `.It`.
    private func tagList(_ rows: [(tag: String, meaning: String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let items = rows.flatMap { [".It \($0.tag)"] + Roff.prose(Prose.sentence($0.meaning)) }
        return [".Bl -tag -width Ds"] + items + [".El"]
    }

    private func paragraphs(_ texts: [String], orElse summary: String) -> [String] {
        let shown = texts.isEmpty ? [Prose.sentence(summary)] : texts
        var lines: [String] = []
        for text in shown {
            let paragraph = Roff.paragraph(text)
            // A display brings its own space.
            let bringsSpace = paragraph.first?.hasPrefix(".Bd") == true
            if !lines.isEmpty, !bringsSpace { lines.append(".Pp") }
            lines += paragraph
        }
        return lines
    }
}
