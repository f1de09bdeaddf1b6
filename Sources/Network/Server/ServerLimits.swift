// What a server lets a client take.

/// Certificate and key of a server, both in PEM.
public struct TLSFiles: Sendable, Hashable {
    /// The certificate, those of its issuers behind it.
    public let certificatePath: String
    /// The private key, without a password.
    public let keyPath: String

    /// Files.
    public init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}

/// Bounds of a server; an operator may set them.
public struct ServerLimits: Sendable {
    // limit: bytes of the request line, and of a field
    /// Bytes of the request line (414 beyond), and of a field (431 beyond).
    public var lineBytes = 8_192
    // limit: bytes of a request's head
    /// Bytes of a head (431 beyond).
    public var headBytes = 32_768
    // limit: fields of a request's head
    /// Fields of a head (431 beyond).
    public var fields = 100
    // limit: time for a request's head
    /// Milliseconds from a head's first byte to its end (408 beyond), and for TLS.
    public var headMilliseconds = 5_000
    // limit: the slowest body
    /// Bytes a second that a body must bring (408 below).
    public var bodyBytesPerSecond = 1_024
    // limit: before a body is judged
    /// Milliseconds that a body has besides.
    public var bodyGraceMilliseconds = 5_000
    // limit: between two requests
    /// Milliseconds that a connection is kept without a request.
    public var idleMilliseconds = 75_000
    // limit: requests of a connection
    /// Requests on one connection; it closes after the last.
    public var requestsOnConnection = 100_000
    // limit: connections of one network
    /// Connections at one time from one address, or from one /64 of IPv6.
    public var connectionsOfAddress = 64
    // limit: connections of this machine
    /// Connections at one time from this machine, over a Unix socket or a loopback address, where
    /// a proxy may stand; nil for no limit.
    public var connectionsOfLocal: Int?
    // limit: connections of a server
    /// Connections at one time altogether.
    public var connections = 16_384
    // limit: between two pings
    /// Milliseconds between two pings over a WebSocket, and the time for an answer.
    public var pingMilliseconds = 30_000
    // limit: a WebSocket's message
    /// Bytes of a message over a WebSocket (closed with 1009 beyond).
    public var messageBytes = 1_048_576
    // limit: what waits for a slow reader
    /// Bytes that may wait to be sent on one connection for longer than `stallMilliseconds`.
    public var backlogBytes = 8 * 1_048_576
    // limit: how long a reader may take nothing
    /// Milliseconds that a reader may take nothing at all, or leave more than `backlogBytes`.
    public var stallMilliseconds = 30_000

    /// The limits that are usual here.
    public init() {}
}
