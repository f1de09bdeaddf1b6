// One option of a command, as data.

/// An option: a flag, or with a placeholder an option that takes a value.
public struct CommandOption: Sendable, Equatable {
    /// The name by which an invocation is asked, without dashes. A name of one letter is written
    /// with one dash (`-C`), a longer one with two (`--quiet`).
    public let name: String
    /// A second spelling of one letter: `-q` for `--quiet`.
    public let short: Character?
    /// What the value is called in help, in capitals (`SECONDS`); nil for a flag.
    public let value: String?
    /// What a shell offers for the value.
    public let completion: CompletionKind
    /// One line, no capital, no full stop.
    public let summary: String
    /// Whether the option may be given more than once.
    public let isRepeating: Bool
    /// Whether the command cannot run without it.
    public let isRequired: Bool
    /// Whether help, manual and completion keep silent about it.
    public let isHidden: Bool

    /// An option with its spelling and meaning.
    public init(
        _ name: String, short: Character? = nil, value: String? = nil,
        completion: CompletionKind = .none, summary: String, isRepeating: Bool = false,
        isRequired: Bool = false, isHidden: Bool = false
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.completion = completion
        self.summary = summary
        self.isRepeating = isRepeating
        self.isRequired = isRequired
        self.isHidden = isHidden
    }

    /// `-h`, `--help`: the parser answers with `.help` wherever it stands before `--`.
    public static let help = CommandOption("help", short: "h", summary: "show a short help")

    /// `--version`: the parser answers with `.version`.
    public static let version = CommandOption("version", summary: "show the version")

    /// The name with its dashes: `--quiet`, `-C`.
    public var spelling: String { name.count == 1 ? "-" + name : "--" + name }

    /// Every spelling with its dashes, the short one first.
    public var spellings: [String] {
        guard let short else { return [spelling] }
        return ["-" + String(short), spelling]
    }

    /// Whether the letter, after one dash, means this option.
    func isMeant(by letter: Character) -> Bool {
        short == letter || (name.count == 1 && name.first == letter)
    }
}
