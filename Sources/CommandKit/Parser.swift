// From words to a meaning. Parsing never does anything.

extension Tool {
    /// What the words after the tool's own name mean.
    ///
    /// Options may stand anywhere. `--name value`, `--name=value`, `-n5`, `-n 5` and `-qn5` are
    /// understood; an option that takes a value takes the next word as it stands, even one that
    /// starts with `-`. `--` ends the options, `-` alone is an argument. Help wins over every
    /// mistake beside it.
    ///
    /// - Throws: the first thing that is wrong.
    public func parse(_ words: [String]) throws(UsageError) -> Parsed<Context> {
        var parser = Parser(tool: self, words: words)
        return try parser.parse()
    }
}

/// One pass over the words.
struct Parser<Context> {
    private let tool: Tool<Context>
    private let words: [String]
    private var position = 0
    private var chain: [Command<Context>] = []
    /// The options that are understood here: the common ones and those of the chain.
    private var scope: [CommandOption]
    private var occurrences: [Invocation.Occurrence] = []
    private var arguments: [String] = []
    private var firstError: UsageError?
    private var asksHelp = false
    private var asksVersion = false

    init(tool: Tool<Context>, words: [String]) {
        self.tool = tool
        self.words = words
        scope = tool.commonOptions
    }

    private var path: [String] { chain.map(\.name) }

    mutating func parse() throws(UsageError) -> Parsed<Context> {
        var optionsHaveEnded = false
        while position < words.count {
            let word = words[position]
            position += 1
            if optionsHaveEnded || word == "-" || !word.hasPrefix("-") {
                if let command = chain.last {
                    takeWord(word, in: command)
                } else if let command = tool.commands.first(where: { $0.name == word }) {
                    enter(command)
                } else {
                    return try external(word)
                }
            } else if word == "--" {
                optionsHaveEnded = true
            } else if word.hasPrefix("--") {
                takeLong(word)
            } else {
                takeShort(word)
            }
        }
        return try finish()
    }

    private mutating func enter(_ command: Command<Context>) {
        chain.append(command)
        scope += command.options
    }

    private mutating func fail(_ code: UsageError.Code, _ message: String, hint: String? = nil) {
        fail(UsageError(code, message, hint: hint, path: path))
    }

    private mutating func fail(_ error: UsageError) {
        firstError = firstError ?? error
    }
}

// MARK: words

extension Parser {
    /// A word that is no option: a subcommand, or else an argument.
    private mutating func takeWord(_ word: String, in command: Command<Context>) {
        guard arguments.isEmpty, !command.subcommands.isEmpty else {
            arguments.append(word)
            return
        }
        if let subcommand = command.subcommand(word) {
            enter(subcommand)
        } else if let fallback = command.defaultCommand, !fallback.arguments.isEmpty {
            enter(fallback)
            arguments.append(word)
        } else if command.run != nil, !command.arguments.isEmpty {
            arguments.append(word)
        } else {
            fail(tool.unknownCommand(word, in: path))
        }
    }

    /// A first word that the table does not have.
    private func external(_ word: String) throws(UsageError) -> Parsed<Context> {
        if asksVersion, !asksHelp { return .version }
        if let firstError { throw firstError }
        // Only such names are looked for on the path: never a path itself.
        let isName = word.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
            default: false
            }
        }
        guard isName, !asksHelp, !word.isEmpty, !word.hasPrefix("-") else {
            throw tool.unknownCommand(word)
        }
        return .external(
            name: word, arguments: Array(words[position...]), common: invocation(of: []))
    }
}

// MARK: options

extension Parser {
    /// `--name`, `--name=value`
    private mutating func takeLong(_ word: String) {
        let parts = word.dropFirst(2).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        guard name.count > 1, let option = find({ $0.name == name }) else {
            failUnknown("--" + name)
            return
        }
        let attached = parts.count > 1 ? String(parts[1]) : nil
        if option.value == nil, attached != nil {
            fail(.unexpectedValue, "option \(Quoted(option.spelling)) takes no value")
        } else {
            take(option, attached: attached)
        }
    }

    /// `-q`, `-n5`, `-n 5`, `-qn5`
    private mutating func takeShort(_ word: String) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = find({ $0.isMeant(by: letter) }) else {
                failUnknown("-" + String(letter), in: word)
                return
            }
            if option.value != nil {
                take(option, attached: letters.isEmpty ? nil : String(letters))
                return
            }
            take(option, attached: nil)
        }
    }

    /// The option in scope. In a group whose subcommand is not named yet, an option of the default
    /// subcommand names it.
    private mutating func find(_ isMeant: (CommandOption) -> Bool) -> CommandOption? {
        if let option = scope.first(where: isMeant) { return option }
        guard arguments.isEmpty, let fallback = chain.last?.defaultCommand,
            let option = fallback.options.first(where: isMeant)
        else { return nil }
        enter(fallback)
        return option
    }

    private mutating func take(_ option: CommandOption, attached: String?) {
        var value = attached
        if option.value != nil, value == nil {
            guard position < words.count else {
                fail(
                    .missingValue,
                    "option \(Quoted(option.spelling)) needs a value \(option.value ?? "")")
                return
            }
            value = words[position]
            position += 1
        }
        if !option.isRepeating, occurrences.contains(where: { $0.name == option.name }) {
            fail(.repeatedOption, "option \(Quoted(option.spelling)) is given twice")
            return
        }
        if case .choice(let choices) = option.completion, let value, !choices.contains(value) {
            fail(
                .invalidValue,
                "option \(Quoted(option.spelling)) takes \(Quoted.list(choices)), "
                    + "not \(Quoted(value))",
                hint: Suggestion.question(Suggestion.nearest(to: value, among: choices)))
            return
        }
        asksHelp = asksHelp || option == .help
        asksVersion = asksVersion || option == .version
        occurrences.append(.init(name: option.name, value: value))
    }

    private mutating func failUnknown(_ spelling: String, in word: String? = nil) {
        let options = scope + (chain.last?.defaultCommand?.options ?? [])
        let known = options.filter { !$0.isHidden && $0.name.count > 1 }.map(\.name)
        var hint: String?
        if let word, word.count > 2 {
            // `-json` was meant as `--json`.
            let name = String(word.dropFirst())
            let near = known.contains(name) ? [name] : []
            hint = Suggestion.question(near.map { "--" + $0 })
        } else if word == nil {
            let near = Suggestion.nearest(to: String(spelling.dropFirst(2)), among: known)
            hint = Suggestion.question(near.map { "--" + $0 })
        }
        if hint == nil, let digit = spelling.dropFirst().first, digit.isNumber {
            hint = "write '--' before an argument that starts with '-'"
        }
        fail(.unknownOption, "unknown option \(Quoted(spelling))", hint: hint)
    }
}

// MARK: the end

extension Parser {
    private mutating func finish() throws(UsageError) -> Parsed<Context> {
        if asksHelp { return .help(path) }
        if asksVersion { return .version }
        if let firstError { throw firstError }
        guard var command = chain.last else { return .overview }
        while arguments.isEmpty, let fallback = command.defaultCommand {
            enter(fallback)
            command = fallback
        }
        if command.run == nil, !command.subcommands.isEmpty {
            let names = command.subcommands.filter { !$0.isHidden }.map(\.name)
            let place = ([tool.name] + path).joined(separator: " ")
            throw UsageError(
                .missingCommand, "\(Quoted(place)) needs a subcommand",
                hint: names.isEmpty ? nil : "one of \(Quoted.list(names))", path: path)
        }
        for option in scope where option.isRequired {
            guard occurrences.contains(where: { $0.name == option.name }) else {
                throw UsageError(
                    .missingOption, "option \(Quoted(option.spelling)) is missing", path: path)
            }
        }
        try checkArguments(of: command)
        return .run(command, invocation(of: command.arguments))
    }

    private func checkArguments(of command: Command<Context>) throws(UsageError) {
        let declared = command.arguments
        for (index, argument) in declared.enumerated() where index >= arguments.count {
            guard argument.isOptional else {
                throw UsageError(
                    .missingArgument, "argument \(Quoted(argument.name)) is missing", path: path)
            }
        }
        if arguments.count > declared.count, declared.last?.isRepeating != true {
            throw UsageError(
                .unexpectedArgument, "unexpected argument \(Quoted(arguments[declared.count]))",
                path: path)
        }
        for (index, word) in arguments.enumerated() {
            let argument = declared[min(index, declared.count - 1)]
            if case .choice(let choices) = argument.completion, !choices.contains(word) {
                throw UsageError(
                    .invalidValue,
                    "argument \(Quoted(argument.name)) is \(Quoted.list(choices)), "
                        + "not \(Quoted(word))",
                    hint: Suggestion.question(Suggestion.nearest(to: word, among: choices)),
                    path: path)
            }
        }
    }

    private func invocation(of declared: [CommandArgument]) -> Invocation {
        Invocation(
            path: path, arguments: arguments, declaredArguments: declared, options: scope,
            occurrences: occurrences)
    }
}
