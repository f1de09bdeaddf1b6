// What is asked and what is answered.

/// A request's head, judged by the strict parser.
public struct HTTPRequestHead: Sendable, Equatable {
    /// `GET`, `POST`, …: a token as it was sent.
    public var method: String
    /// The path, percent-encoded as it was sent; begins with a slash, or is `*`.
    public var path: String
    /// What stands behind the first question mark, percent-encoded; nil where there is none.
    public var query: String?
    /// The fields.
    public var headers: HTTPHeaders
    /// Bytes of the body; 0 where there is none, nil where it comes in chunks.
    public var bodyBytes: Int?
    /// Whether another request may follow on the connection.
    public var keepsAlive: Bool
    /// Who asks; filled in by the server.
    public var peer: PeerAddress
    /// Whether a response may come in chunks: not to HTTP/1.0.
    public var takesChunks: Bool

    /// A head.
    public init(
        method: String, path: String, query: String? = nil, headers: HTTPHeaders = HTTPHeaders(),
        bodyBytes: Int? = 0, keepsAlive: Bool = true, peer: PeerAddress = .unix,
        takesChunks: Bool = true
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.bodyBytes = bodyBytes
        self.keepsAlive = keepsAlive
        self.peer = peer
        self.takesChunks = takesChunks
    }
}

/// Who stands at the other end of a connection.
public struct PeerAddress: Sendable, Hashable {
    /// For people: `203.0.113.7`, `2001:db8::1` or `unix`.
    public let text: String
    /// What limits count by: an IPv4 address, the first 64 bits of an IPv6 address, or `unix`.
    public let network: String
    /// Whether it is this machine: a Unix socket or a loopback address.
    public let isLocal: Bool

    /// A peer.
    public init(text: String, network: String, isLocal: Bool) {
        self.text = text
        self.network = network
        self.isLocal = isLocal
    }

    /// Somebody on the same machine.
    public static let unix = PeerAddress(text: "unix", network: "unix", isLocal: true)
}

/// A whole response.
public struct HTTPResponse: Sendable, Equatable {
    /// 200 to 599; 1xx are the server's own.
    public var status: Int
    /// The fields, without those of framing: `Content-Length`, `Transfer-Encoding`, `Connection`
    /// and `Date` are written by the server.
    public var headers: HTTPHeaders
    /// The body; to a `HEAD` its length is told and nothing sent.
    public var body: [UInt8]
    /// Whether the connection is closed after it.
    public var closes: Bool

    /// A response.
    public init(
        status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], closes: Bool = false
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.closes = closes
    }
}

/// A whole request, as a client sends it.
public struct HTTPRequest: Sendable {
    /// `GET`, `POST`, ….
    public var method: String
    /// Where to.
    public var url: WebURL
    /// The fields, without those of framing and `Host`.
    public var headers: HTTPHeaders
    /// The body.
    public var body: [UInt8]

    /// A request.
    public init(
        _ method: String, _ url: WebURL, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// Sends requests: a client over the network, or a test's stand-in.
public protocol HTTPSender: Sendable {
    /// The response to `request`; blocks the calling thread.
    /// - Throws: `NetworkError`.
    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse
}
