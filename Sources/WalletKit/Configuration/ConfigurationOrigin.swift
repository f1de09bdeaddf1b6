// Where a setting came from, for people who wonder why it is so.

/// The layers of a configuration; a later one wins.
public enum ConfigurationScope: String, Sendable, CaseIterable, Comparable {
    /// The program's own.
    case standard = "default"
    /// The machine's file.
    case system
    /// The person's file.
    case global
    /// The wallet's file.
    case wallet
    /// Environment variables.
    case environment
    /// `-c key=value`
    case command

    /// Whether `right` wins over `left`.
    public static func < (left: ConfigurationScope, right: ConfigurationScope) -> Bool {
        allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
}

/// The place where a value stands.
public enum ConfigurationOrigin: Sendable, Equatable {
    /// The program's own table.
    case standard
    /// A line of a file; the first is 1.
    case file(path: String, line: Int)
    /// An environment variable.
    case environment(name: String)
    /// The command line.
    case command
}

extension ConfigurationOrigin: CustomStringConvertible {
    /// In words, for people.
    public var description: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .environment(let name): name
        case .command: "command line"
        }
    }
}
