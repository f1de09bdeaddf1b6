// A line that a person may copy.

/// A command line and what it does.
public struct CommandExample: Sendable, Equatable {
    /// What one types, without a prompt: `wallet pay 5 EUR bob`.
    public let line: String
    /// What it does: one line, no capital, no full stop.
    public let explanation: String

    /// An example with its explanation.
    public init(_ line: String, _ explanation: String) {
        self.line = line
        self.explanation = explanation
    }
}
