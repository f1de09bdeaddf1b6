// What is wrong with a configuration, with where it stands.
import Files

/// A configuration that is refused. Nothing secret stands in one, so values are shown.
public enum ConfigurationError: Error, Sendable, Equatable {
    /// A file breaks the syntax in `line` (the first is 1).
    case syntax(path: String, line: Int, reason: SyntaxReason)
    /// The operating system refused a file.
    case file(FileError)
    /// `text` does not name a key or a section.
    case invalidKey(String, reason: KeyReason)
    /// A value that the syntax cannot carry: it holds a zero byte.
    case unwritableValue(key: ConfigurationKey)
    /// A value that is not of its key's type; `expected` says in words what would be.
    case invalidValue(
        key: ConfigurationKey, value: String?, expected: String, origin: ConfigurationOrigin)

    /// How a file breaks the syntax.
    public enum SyntaxReason: String, Sendable, CaseIterable {
        /// A key stands above the first section.
        case keyOutsideSection = "key outside a section"
        /// A section's name is empty or has a character other than letters, digits, `-` and `.`.
        case sectionName = "malformed section name"
        /// A section's header does not end in its line.
        case sectionEnd = "section header without its end"
        /// A key begins with something else than a letter.
        case keyStart = "a key must begin with a letter"
        /// Something else than `=` follows a key.
        case equalsSign = "expected '=' after the key"
        /// A quote opens and does not close in its line.
        case quote = "quote without its end"
        /// A backslash before something else than n, t, b, a quote, a backslash or the line's end.
        case escape = "unknown escape"
        /// A zero byte in a value or a subsection.
        case zeroByte = "zero byte"
        /// A value or a subsection that is not UTF-8.
        case unicode = "not UTF-8"
    }

    /// What a key's or section's name lacks.
    public enum KeyReason: String, Sendable, CaseIterable {
        /// No dot between section and name.
        case noSection = "a key has a section and a name, as in core.wait"
        /// Section names are of letters, digits and `-`.
        case section = "malformed section name"
        /// A subsection with a line's end or a zero byte.
        case subsection = "malformed subsection name"
        /// Names are of letters, digits and `-`, the first a letter.
        case name = "malformed key name"
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// In words, for people.
    public var description: String {
        switch self {
        case .syntax(let path, let line, let reason): "\(path):\(line): \(reason.rawValue)"
        case .file(let error): "cannot \(error.call) '\(error.path)': \(error.reason)"
        case .invalidKey(let text, let reason): "'\(text)': \(reason.rawValue)"
        case .unwritableValue(let key): "\(key): a value cannot hold a zero byte"
        case .invalidValue(let key, let value, let expected, let origin):
            "\(origin): \(key): expected \(expected), got "
                + (value.map { "'\($0)'" } ?? "no value")
        }
    }
}
