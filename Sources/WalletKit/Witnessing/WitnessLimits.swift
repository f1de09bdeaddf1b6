// The bounds of what a witness takes from the logs that it witnesses.

/// Named bounds of witnessing.
public enum WitnessLimits {
    // limit: all of them

    /// The text of a checkpoint: two of them, with all that JSON adds, fit into one document.
    public static let checkpointTextBytes = 8_192
    /// Accusations kept of one log. The first proves everything; a log must not fill the disk with
    /// more.
    public static let accusations = 64
}
