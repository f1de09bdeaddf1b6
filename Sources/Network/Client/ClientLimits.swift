// What a client lets a server take.

/// Whose certificates a client believes.
public enum TLSTrust: Sendable, Hashable {
    /// Those whom the system trusts.
    case system
    /// Only those in a file, in PEM.
    case file(path: String)
}

/// Bounds of a client.
public struct ClientLimits: Sendable {
    // limit: time for a connection
    /// Milliseconds until a connection is there, TLS included, for each address.
    public var connectMilliseconds = 10_000
    // limit: time for a response
    /// Milliseconds that a response may take, from the request's last byte, besides the time that
    /// its bytes are worth.
    public var responseMilliseconds = 30_000
    // limit: the slowest response
    /// Bytes a second that earn a response more time.
    public var bytesPerSecond = 16_384
    // limit: a response's body
    /// Bytes of a response's body.
    public var bodyBytes = 16 * 1_048_576
    // limit: connections that wait for another request
    /// Connections to one server that are kept for the next request.
    public var idleConnections = 8
    // limit: how long they wait
    /// Milliseconds that a connection is kept without a request; less than servers keep them.
    public var idleMilliseconds = 50_000
    // limit: addresses of a host that are tried
    /// Addresses of one host that are tried.
    public var addresses = 8
    // limit: a WebSocket's message
    /// Bytes of a message over a WebSocket (closed with 1009 beyond).
    public var messageBytes = 16 * 1_048_576
    // limit: between two pings
    /// Milliseconds between two pings over a WebSocket, and the time for an answer.
    public var pingMilliseconds = 30_000
    // limit: how long a server may take nothing
    /// Milliseconds that a server may take nothing of what is sent to it.
    public var stallMilliseconds = 30_000

    /// The limits that are usual here.
    public init() {}
}
