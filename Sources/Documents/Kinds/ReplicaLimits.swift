// The limits of the documents that replicas of one domain exchange.

/// Named bounds; one past each is refused and tested. A cut at all of them together still has less
/// than `Limits.documentDataMaximumBytes`.
public enum ReplicaLimits {
    // limit: devices of one domain that a cut names
    /// Devices that one cut names.
    public static let cutDevices = 256
    // limit: what is left of allowances, in one cut
    /// Allowances that one cut carries on.
    public static let cutAllowances = 128
    // limit: the term of a lease
    /// The largest term of a lease: integers of documents have 15 digits.
    public static let leaseTerm = 999_999_999_999_999
}
