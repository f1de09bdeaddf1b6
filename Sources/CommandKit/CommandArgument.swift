// One positional argument of a command, as data.

/// A positional argument. Required ones come first, optional ones after them, and only the last
/// may repeat.
public struct CommandArgument: Sendable, Equatable {
    /// What it is called in help, in capitals (`AMOUNT`).
    public let name: String
    /// One line, no capital, no full stop.
    public let summary: String
    /// What a shell offers for it.
    public let completion: CompletionKind
    /// Whether it may be left out.
    public let isOptional: Bool
    /// Whether it takes all the words that are left: at least one unless it is optional.
    public let isRepeating: Bool

    /// An argument with its name and meaning.
    public init(
        _ name: String, summary: String, completion: CompletionKind = .none,
        isOptional: Bool = false, isRepeating: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.completion = completion
        self.isOptional = isOptional
        self.isRepeating = isRepeating
    }
}
