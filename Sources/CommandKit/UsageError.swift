// What was wrong with the words that a person typed.

/// A command line that cannot be understood. The message follows git's grammar: no capital, no
/// full stop, the subject in single quotes.
public struct UsageError: Error, Sendable, Equatable {
    /// The classes of refusal; the raw values are stable and fit for machines.
    public enum Code: String, Sendable, CaseIterable {
        /// No such option here.
        case unknownOption = "unknown-option"
        /// No such command, or no such subcommand in a group.
        case unknownCommand = "unknown-command"
        /// A group of commands was named and none of its commands.
        case missingCommand = "missing-command"
        /// An option that takes a value is the last word.
        case missingValue = "missing-value"
        /// A flag was given a value: `--json=yes`.
        case unexpectedValue = "unexpected-value"
        /// A value or argument is not one of those that are possible.
        case invalidValue = "invalid-value"
        /// An option that may be given once was given twice.
        case repeatedOption = "repeated-option"
        /// An option without which the command cannot run.
        case missingOption = "missing-option"
        /// Options that exclude each other. The parser itself never says so.
        case conflictingOptions = "conflicting-options"
        /// A positional argument is not there.
        case missingArgument = "missing-argument"
        /// A word too many.
        case unexpectedArgument = "unexpected-argument"
    }

    /// The class of refusal.
    public let code: Code
    /// What is wrong, fit for a terminal: control characters in what was typed are neutralised.
    public let message: String
    /// What to do next, if there is something to say.
    public let hint: String?
    /// The command whose usage line helps: empty for the tool itself.
    public let path: [String]

    /// A refusal with its values.
    public init(_ code: Code, _ message: String, hint: String? = nil, path: [String]) {
        self.code = code
        self.message = message
        self.hint = hint
        self.path = path
    }
}

/// A word in single quotes, fit for a terminal.
struct Quoted: CustomStringConvertible {
    let description: String

    init(_ word: String) {
        description = "'\(DisplayText.neutralised(word))'"
    }

    /// `'a', 'b' or 'c'`.
    static func list(_ words: [String]) -> String {
        let quoted = words.map { Quoted($0).description }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
