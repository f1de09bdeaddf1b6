// Bounds of the service of headers.

/// What a service of headers takes from outside.
public enum HeaderServiceLimits {
    /// Headers that one answer has.
    public static let headersAnswered = 2_000
}
