// What a shell offers when the Tab key is pressed at a value.

/// What may stand at an option's value or at a positional argument, as completion sees it.
public enum CompletionKind: Sendable, Equatable {
    /// Free text: nothing is offered.
    case none
    /// A path of a file.
    case file
    /// A path of a directory.
    case directory
    /// One of these words and no other: the parser refuses anything else.
    case choice([String])
    /// These words are offered, and any other is accepted too.
    case suggestion([String])
    /// Words that the tool itself lists, one a line, for this name ("contacts", "units"):
    /// the scripts call `TOOL completion --values NAME`.
    case dynamic(String)
}
