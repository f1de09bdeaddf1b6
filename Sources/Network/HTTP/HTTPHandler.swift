// What a server asks of whoever answers, and what it offers him.

/// Answers requests. Its calls come on the loop's thread and must return at once: work goes to a
/// pool, and the responder takes its result from any thread.
public protocol HTTPHandler: Sendable {
    /// What is to be done with a request whose head has come.
    func disposition(of head: HTTPRequestHead) -> HTTPDisposition

    /// The response to what was no request, or to one that broke a limit of the server: so that
    /// all errors look alike.
    func response(to fault: HTTPFault) -> HTTPResponse
}

/// What the server itself refuses.
public struct HTTPFault: Error, Sendable, Equatable {
    /// 400, 408, 413, 414, 417, 426, 431, 501, 503 or 505; 502 where a response is at fault.
    public let status: Int
    /// A stable code: `malformed-request`, `body-too-large`, `head-too-large`, `target-too-long`,
    /// `too-slow`, `unsupported-version` ….
    public let code: String
    /// A sentence for people.
    public let message: String

    /// A fault.
    public init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

/// What becomes of a request.
public enum HTTPDisposition: Sendable {
    /// The answer is known from the head. A body that is still to come is not read: the connection
    /// closes then.
    case answer(HTTPResponse)
    /// The body is gathered, `limit` bytes at most (413 beyond); then `run` is called with it.
    case gather(limit: Int, run: @Sendable ([UInt8], any HTTPResponder) -> Void)
    /// The body is handed on as it comes, of any length.
    case stream(open: @Sendable (any HTTPResponder, any FlowControl) -> any HTTPBodySink)
    /// The connection becomes a WebSocket (RFC 6455), if the head asks for one rightly; otherwise
    /// 426 or 400 is answered.
    case upgrade(open: @Sendable (any WebSocketChannel) -> any WebSocketSink)
}

/// Takes the answer to one request, from any thread. Exactly one of the two is called, once; what
/// comes later is dropped, as is what comes after the connection is gone.
public protocol HTTPResponder: AnyObject, Sendable {
    /// Sends a whole response.
    func send(_ response: HTTPResponse)

    /// Sends a head and leaves the body open: it goes out in chunks, as it is written.
    func open(status: Int, headers: HTTPHeaders) -> any HTTPBodyWriter
}

/// Writes a body piece by piece, from any thread.
public protocol HTTPBodyWriter: AnyObject, Sendable {
    /// Bytes that wait to be sent. Whoever writes more than he should is the one who has to wait.
    var pendingBytes: Int { get }
    /// Queues bytes.
    func write(_ bytes: [UInt8])
    /// Ends the body.
    func finish()
    /// Calls back, on the loop's thread: each time that everything written has been sent, and once
    /// when the connection is gone before the body's end.
    func observe(
        drained: @escaping @Sendable () -> Void, gone: @escaping @Sendable () -> Void)
}

/// Stops and resumes reading from a connection, from any thread.
public protocol FlowControl: AnyObject, Sendable {
    /// Reads nothing more for now; what is on its way still comes.
    func pause()
    /// Reads again.
    func resume()
}

/// Takes a request's body, on the loop's thread.
public protocol HTTPBodySink: Sendable {
    /// A piece of the body.
    func received(_ bytes: [UInt8])
    /// All of it has come.
    func ended()
    /// The connection was lost, or what followed was no body, before its end.
    func failed()
}
