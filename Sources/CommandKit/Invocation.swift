// A command line after parsing: which command, with which values.

/// The values with which a command runs. To ask for what the table does not declare is a mistake
/// in the program and traps.
public struct Invocation: Sendable, Equatable {
    /// An option as it was given.
    struct Occurrence: Sendable, Equatable {
        let name: String
        let value: String?
    }

    /// The names of the commands: `["address", "list"]`, with a default subcommand spelled out.
    public let path: [String]
    /// The positional arguments as they were typed.
    public let arguments: [String]
    private let declaredArguments: [CommandArgument]
    private let options: [CommandOption]
    private let occurrences: [Occurrence]

    init(
        path: [String], arguments: [String], declaredArguments: [CommandArgument],
        options: [CommandOption], occurrences: [Occurrence]
    ) {
        self.path = path
        self.arguments = arguments
        self.declaredArguments = declaredArguments
        self.options = options
        self.occurrences = occurrences
    }

    /// Whether the flag was given.
    public func flag(_ name: String) -> Bool {
        count(name) > 0
    }

    /// How often the flag was given.
    public func count(_ name: String) -> Int {
        precondition(option(name).value == nil, "option '\(name)' takes a value")
        return occurrences.count { $0.name == name }
    }

    /// The value of an option that may be given once; nil when it was not given.
    public func value(_ name: String) -> String? {
        let option = option(name)
        precondition(option.value != nil, "option '\(name)' takes no value")
        precondition(!option.isRepeating, "option '\(name)' has several values")
        return occurrences.first { $0.name == name }?.value
    }

    /// The values of an option that may be given several times, in order.
    public func values(_ name: String) -> [String] {
        precondition(option(name).value != nil, "option '\(name)' takes no value")
        return occurrences.compactMap { $0.name == name ? $0.value : nil }
    }

    /// A whole number in decimal digits; nil when the option was not given.
    ///
    /// - Throws: `invalid-value` when it is not a number in the range.
    public func integer(
        _ name: String, in range: ClosedRange<Int>
    ) throws(UsageError) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw invalid(
                name,
                expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A positional argument that the table declares as required, so that it is there.
    public func argument(_ index: Int) -> String {
        precondition(
            declaredArguments.indices.contains(index) && !declaredArguments[index].isOptional,
            "argument \(index) is not a required one")
        return arguments[index]
    }

    /// A positional argument that may have been left out.
    public func optionalArgument(_ index: Int) -> String? {
        precondition(
            declaredArguments.indices.contains(index)
                || (index >= 0 && declaredArguments.last?.isRepeating == true),
            "argument \(index) is not declared")
        return arguments.indices.contains(index) ? arguments[index] : nil
    }

    /// The refusal of an option's value: `option '--n' takes a number, not 'x'`.
    public func invalid(_ name: String, expected: String) -> UsageError {
        let option = option(name)
        let given = occurrences.last { $0.name == name }?.value ?? ""
        return UsageError(
            .invalidValue,
            "option \(Quoted(option.spelling)) takes \(expected), not \(Quoted(given))", path: path)
    }

    /// The refusal of a positional argument: `argument 'AMOUNT' is a number, not 'x'`.
    public func invalid(argument index: Int, expected: String) -> UsageError {
        let last = declaredArguments.count - 1
        precondition(last >= 0 && index >= 0, "argument \(index) is not declared")
        let given = arguments.indices.contains(index) ? arguments[index] : ""
        let name = declaredArguments[min(index, last)].name
        return UsageError(
            .invalidValue, "argument \(Quoted(name)) is \(expected), not \(Quoted(given))",
            path: path)
    }

    /// The refusal of options that exclude each other; nil when at most one of them was given.
    public func conflict(among names: [String]) -> UsageError? {
        let given = names.map { option($0) }.filter { option in
            occurrences.contains { $0.name == option.name }
        }
        guard given.count > 1 else { return nil }
        let list = given.map { Quoted($0.spelling).description }.joined(separator: " and ")
        return UsageError(.conflictingOptions, "\(list) exclude each other", path: path)
    }

    /// Any other refusal of what was typed, with this command's path.
    public func usageError(
        _ code: UsageError.Code, _ message: String, hint: String? = nil
    ) -> UsageError {
        UsageError(code, message, hint: hint, path: path)
    }

    private func option(_ name: String) -> CommandOption {
        guard let option = options.first(where: { $0.name == name }) else {
            preconditionFailure(
                "option '\(name)' is not in the table of '\(path.joined(separator: " "))'")
        }
        return option
    }
}
