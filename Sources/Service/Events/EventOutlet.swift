// Where events go.
import Network

/// One who listens.
protocol EventOutlet: AnyObject, Sendable {
    /// Bytes that he has not taken yet.
    var pendingBytes: Int { get }
    /// Sends an event.
    func deliver(_ event: RenderedEvent)
    /// Shows that the connection lives.
    func heartbeat()
    /// There will be no more.
    func end()
}

/// Server-Sent Events (HTML, section 9.2).
final class StreamOutlet: EventOutlet {
    private let writer: any HTTPBodyWriter

    init(_ writer: any HTTPBodyWriter) { self.writer = writer }

    var pendingBytes: Int { writer.pendingBytes }
    func deliver(_ event: RenderedEvent) { writer.write(event.frame) }
    func heartbeat() { writer.write(Self.comment) }
    func end() { writer.finish() }

    /// The first bytes: how long to wait before coming back, in milliseconds.
    static let opening = Array("retry: 2000\n\n".utf8)
    private static let comment = Array(":\n\n".utf8)
}

/// One message of text an event.
final class ChannelOutlet: EventOutlet {
    private let channel: any WebSocketChannel

    init(_ channel: any WebSocketChannel) { self.channel = channel }

    var pendingBytes: Int { channel.pendingBytes }
    func deliver(_ event: RenderedEvent) { channel.send(.text(event.text)) }
    /// Pings are the server's own.
    func heartbeat() {}
    func end() { channel.close(code: 1001, reason: "the server stops") }
}

/// The receiving side of a WebSocket on which there is only something to be heard.
struct ListenerSink: WebSocketSink {
    let hub: EventHub
    let id: Int

    func received(_: WebSocketMessage) {}
    func drained() { hub.drained(id) }
    func closed(code _: Int) { hub.leave(id) }
}
