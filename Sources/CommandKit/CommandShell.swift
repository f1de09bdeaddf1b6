// The shells for which completions are generated.

/// A shell that completes words.
public enum CommandShell: String, Sendable, CaseIterable {
    /// GNU Bash, 3.2 and later.
    case bash
    /// The Z shell.
    case zsh
    /// The friendly interactive shell.
    case fish
}
