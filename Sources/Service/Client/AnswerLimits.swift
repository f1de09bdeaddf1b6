// What is taken from a processor that somebody has named.

/// Bounds of answers, beside those of `Limits`.
public enum AnswerLimits {
    // limit: an error's code
    /// Bytes of an error's code.
    public static let codeBytes = 64
    // limit: an error's message, and each of its details
    /// Bytes of an error's message, and of each detail.
    public static let messageBytes = 4_096
    // limit: details of an error
    /// Details of one error.
    public static let details = 32
    // limit: entries of one page of a list
    /// Entries asked for at once.
    public static let pageEntries = 100
    // limit: certificates of a domain's devices
    /// Certificates of one domain.
    public static let certificates = 1_000
    // limit: seconds that a processor may ask us to wait
    /// The longest wait that a processor may ask for, in seconds.
    public static let retryAfterSeconds = 86_400
}
