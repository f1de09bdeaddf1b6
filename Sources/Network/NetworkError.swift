// What can go wrong between two machines.

/// A failure with a stable code and the values that explain it.
public enum NetworkError: Error, Sendable, Equatable {
    /// Not a URL or address that can be used.
    case invalidURL(text: String, reason: String)
    /// No address is known for a host.
    case unknownHost(host: String, reason: String)
    /// The host is on a private network, and such are not allowed here.
    case privateAddress(host: String, address: String)
    /// Nobody answers there.
    case unreachable(host: String, reason: String)
    /// The other side's certificate is not what it must be, or TLS failed otherwise.
    case insecure(host: String, reason: String)
    /// Nothing came in time.
    case timedOut(host: String, what: String, seconds: Int)
    /// The connection ended in the middle.
    case disconnected(host: String)
    /// What came is not HTTP or WebSocket as the standards have it.
    case malformed(host: String, reason: String)
    /// More came than is taken.
    case tooLarge(host: String, limitBytes: Int)
    /// The address to listen on cannot be had.
    case cannotListen(address: String, reason: String)
    /// A certificate or key for TLS cannot be used.
    case unusableCertificate(path: String, reason: String)

    /// The stable code.
    public var code: String {
        switch self {
        case .invalidURL: "invalid-url"
        case .unknownHost: "unknown-host"
        case .privateAddress: "private-address"
        case .unreachable: "unreachable"
        case .insecure: "insecure"
        case .timedOut: "timed-out"
        case .disconnected: "disconnected"
        case .malformed: "malformed-response"
        case .tooLarge: "response-too-large"
        case .cannotListen: "cannot-listen"
        case .unusableCertificate: "unusable-certificate"
        }
    }
}
