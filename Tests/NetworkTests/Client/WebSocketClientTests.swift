// A client's end of a WebSocket.
import Dispatch
import Synchronization
import Testing

@testable import Network

/// Keeps what comes until somebody asks.
final class Inbox: WebSocketSink {
    private struct State {
        var messages: [WebSocketMessage] = []
        var code: Int?
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    func received(_ message: WebSocketMessage) {
        state.withLock { $0.messages.append(message) }
        signal.signal()
    }

    func drained() {}

    func closed(code: Int) {
        state.withLock { $0.code = code }
        ended.signal()
    }

    /// The next message; nil where none comes.
    func next() -> WebSocketMessage? {
        guard signal.wait(timeout: .now() + 20) == .success else { return nil }
        return state.withLock { $0.messages.removeFirst() }
    }

    /// The code with which it ended; nil where it does not end.
    func end() -> Int? {
        guard ended.wait(timeout: .now() + 20) == .success else { return nil }
        return state.withLock { $0.code }
    }
}

@Suite struct WebSocketClientTests {
    private let loop: EventLoop
    private let client: WebSocketClient

    init() throws {
        loop = try EventLoop()
        client = WebSocketClient(loop: loop, allowsPrivateAddresses: true)
    }

    private func head(_ key: String) -> String {
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(key)\r\n\r\n"
    }

    @Test func `messages go to and fro`() throws {
        let rig = try Rig()
        let inbox = Inbox()
        let channel = try client.open(try rig.url("ws", "/socket"), sink: inbox)
        let large = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        for message in [
            WebSocketMessage.text("hello"), .binary([]), .text("\u{1f600}"), .binary(large),
        ] {
            channel.send(message)
            #expect(inbox.next() == message)
        }
        channel.close(code: 3000, reason: "done")
        #expect(inbox.end() == 3000)
        #expect(eventually { rig.handler.notes.last == "closed 3000" })
        channel.send(.text("too late"))
        channel.close(code: 1000, reason: "")
        #expect(eventually { channel.pendingBytes == 0 })
    }

    @Test func `a Unix socket and many at once`() throws {
        let scratch = Scratch()
        let rig = try Rig(["unix:\(scratch.path)/s"])
        var url = try WebURL("unix:\(scratch.path)/s")
        url.path = "/socket"
        let inboxes = (0..<50).map { _ in Inbox() }
        let channels = try inboxes.map { try client.open(url, sink: $0) }
        for (number, channel) in channels.enumerated() { channel.send(.text("\(number)")) }
        for (number, inbox) in inboxes.enumerated() {
            #expect(inbox.next() == .text("\(number)"))
        }
        rig.server.stop(graceSeconds: 20)
        for inbox in inboxes { #expect(inbox.end() == 1001) }
    }

    @Test func `the server's end is told with its code, or with 1006`() throws {
        let rig = try Rig()
        let asked = Inbox()
        try client.open(try rig.url("ws", "/socket"), sink: asked).send(.text("close 4001"))
        #expect(asked.end() == 4001)
        let lost = Inbox()
        _ = try client.open(try rig.url("ws", "/socket"), sink: lost)
        rig.loop.stop()
        #expect(lost.end() == 1006)
    }

    @Test func `an answer that is no WebSocket is refused`() throws {
        let rig = try Rig()
        for path in ["/hello", "/nothing"] {
            guard
                case .malformed(host: "127.0.0.1", _) = #expect(
                    throws: NetworkError.self,
                    performing: {
                        try client.open(try rig.url("ws", path), sink: Inbox())
                    })
            else {
                Issue.record("'\(path)' is a WebSocket")
                continue
            }
        }
        let server = try ScriptedServer(answering: head("dGhlIHNhbXBsZSBub25jZQ=="))
        let error = #expect(throws: NetworkError.self) {
            try client.open(try server.url("ws"), sink: Inbox())
        }
        #expect(error?.code == "malformed-response")
        server.stop()
    }

    @Test func `a server that does not answer is given up`() throws {
        let server = try ScriptedServer { client, number in
            if number == 0 { _ = client.receiveAll() }
        }
        var limits = ClientLimits()
        limits.responseMilliseconds = 150
        let client = WebSocketClient(loop: loop, allowsPrivateAddresses: true, limits: limits)
        #expect(throws: NetworkError.timedOut(host: "127.0.0.1", what: "response", seconds: 0)) {
            try client.open(try server.url("ws"), sink: Inbox())
        }
        #expect(throws: NetworkError.disconnected(host: "127.0.0.1")) {
            try client.open(try server.url("ws"), sink: Inbox())
        }
        server.stop()
    }

    @Test func `private addresses are refused where strangers give them`() throws {
        let careful = WebSocketClient(loop: loop, allowsPrivateAddresses: false)
        #expect(
            throws: NetworkError.privateAddress(host: "127.0.0.1", address: "127.0.0.1")
        ) { try careful.open(try WebURL("ws://127.0.0.1/"), sink: Inbox()) }
    }
}
