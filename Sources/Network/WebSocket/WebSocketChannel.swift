// Talking over a WebSocket, whichever side opened it.

/// A whole message (RFC 6455 §5.6).
public enum WebSocketMessage: Sendable, Equatable {
    case text(String)
    case binary([UInt8])
}

/// Sends messages, from any thread. After the close nothing is sent and nothing fails.
public protocol WebSocketChannel: AnyObject, Sendable, FlowControl {
    /// Bytes that wait to be sent.
    var pendingBytes: Int { get }
    /// Queues a message.
    func send(_ message: WebSocketMessage)
    /// Begins the closing handshake (RFC 6455 §7).
    /// - Parameter code: 1000 to 1013 but the reserved ones, or 3000 to 4999.
    func close(code: Int, reason: String)
}

/// Takes what comes over a WebSocket, on the loop's thread; must return at once.
public protocol WebSocketSink: Sendable {
    /// A whole message.
    func received(_ message: WebSocketMessage)
    /// Everything queued has been sent.
    func drained()
    /// The connection is over; the last call. 1006 where no closing frame came.
    func closed(code: Int)
}
