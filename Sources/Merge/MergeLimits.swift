// The limits of merging.

/// Named bounds of what is taken from other replicas.
public enum MergeLimits {
    // limit: how far a record's clock may be ahead of ours
    /// Milliseconds that a record may be ahead of the wall clock of whoever reads it; what is
    /// further ahead waits.
    public static let leadMilliseconds: Int64 = 600_000
    // limit: winners that one demotion names
    /// Records that a demotion names as those that came before it.
    public static let namedWinners = 16
}
