// A server for tests, and what it does.
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Network

/// A directory that goes with the test.
final class Scratch: Sendable {
    let path: String

    init() {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("network-\(UUID().uuidString.prefix(8))").path
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A running server with a loop of its own.
final class Rig: Sendable {
    let loop: EventLoop
    let server: HTTPServer
    let handler: TestHandler
    let addresses: [ListenAddress]

    init(
        _ addresses: [String], tls: TLSFiles? = nil,
        _ change: (inout ServerLimits) -> Void
    ) throws {
        var limits = ServerLimits()
        change(&limits)
        loop = try EventLoop()
        handler = TestHandler()
        server = HTTPServer(
            loop: loop, addresses: try addresses.map { try ListenAddress($0) }, tls: tls,
            limits: limits, clock: { 784_111_777 }, handler: handler)
        self.addresses = try server.start()
    }

    deinit {
        server.stop(graceSeconds: 0)
        loop.stop()
    }

    convenience init(_ addresses: [String] = ["127.0.0.1:0"], tls: TLSFiles? = nil) throws {
        try self.init(addresses, tls: tls) { _ in }
    }

    convenience init(_ change: (inout ServerLimits) -> Void) throws {
        try self.init(["127.0.0.1:0"], change)
    }

    var address: ListenAddress { addresses[0] }

    func connect(receiveBuffer: Int? = nil) throws -> RawSocket {
        try RawSocket(address, receiveBuffer: receiveBuffer)
    }

    func url(_ scheme: String = "http", _ path: String = "/") throws -> WebURL {
        try WebURL("\(scheme)://\(address)\(path)")
    }
}

/// Waits until something is so; false after 20 seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<4_000 {
        if condition() { return true }
        usleep(5_000)
    }
    return false
}

/// What the test's server does, by path.
final class TestHandler: HTTPHandler {
    private struct State {
        var kept: [any HTTPResponder] = []
        var notes: [String] = []
        var controls: [any FlowControl] = []
        var channels: [any WebSocketChannel] = []
    }

    private let state = Mutex(State())
    private let pool = DispatchQueue(label: "answers", attributes: .concurrent)

    /// What has happened, in order.
    var notes: [String] { state.withLock { $0.notes } }
    /// Responders of `/never`.
    var kept: [any HTTPResponder] { state.withLock { $0.kept } }
    /// Flow controls of `/stream`.
    var controls: [any FlowControl] { state.withLock { $0.controls } }
    /// The server's ends of WebSockets.
    var channels: [any WebSocketChannel] { state.withLock { $0.channels } }

    func note(_ text: String) { state.withLock { $0.notes.append(text) } }

    func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        switch head.path {
        case "/hello": .answer(.text("hello \(head.query ?? "")"))
        case "/peer": .answer(.text("\(head.peer.text) \(head.peer.isLocal)"))
        case "/bare": .answer(HTTPResponse(status: 204))
        case "/bye": .answer(HTTPResponse(status: 200, body: Array("bye".utf8), closes: true))
        case "/large":
            .answer(
                HTTPResponse(
                    status: 200,
                    body: [UInt8](repeating: 0x78, count: Int(head.query ?? "") ?? 0)))
        case "/echo": .gather(limit: 1 << 20) { $1.send(HTTPResponse(status: 200, body: $0)) }
        case "/small": .gather(limit: 10) { $1.send(HTTPResponse(status: 200, body: $0)) }
        case "/later": later(head)
        case "/twice":
            .gather(limit: 0) {
                $1.send(.text("first"))
                $1.send(.text("second"))
            }
        case "/open": open(head)
        case "/never":
            .gather(limit: 10) { [self] _, responder in
                state.withLock { $0.kept.append(responder) }
            }
        case "/stream":
            .stream { [self] responder, control in
                state.withLock { $0.controls.append(control) }
                return Shouter(handler: self, responder: responder)
            }
        case "/socket":
            .upgrade { [self] channel in
                state.withLock { $0.channels.append(channel) }
                return TestSink(handler: self, channel: channel)
            }
        default: .answer(HTTPResponse(status: 404))
        }
    }

    /// Answers from another thread, the earlier requests more slowly.
    private func later(_ head: HTTPRequestHead) -> HTTPDisposition {
        .gather(limit: 1 << 20) { [pool] body, responder in
            pool.async {
                let number = Int(head.query ?? "") ?? 0
                usleep(UInt32(max(0, 5 - number)) * 2_000)
                responder.send(.text("later \(number) \(body.count)"))
            }
        }
    }

    /// Writes a body of three pieces from another thread.
    private func open(_ head: HTTPRequestHead) -> HTTPDisposition {
        .gather(limit: 10) { [self] _, responder in
            pool.async { [self] in
                let writer = responder.open(status: 200, headers: ["X-A": "1"])
                writer.observe(
                    drained: { [self] in note("drained") }, gone: { [self] in note("gone") })
                for piece in ["one", "", "three"] { writer.write(Array(piece.utf8)) }
                if head.query != "endless" { writer.finish() }
            }
        }
    }

    func response(to fault: HTTPFault) -> HTTPResponse {
        HTTPResponse(status: fault.status, body: Array(fault.code.utf8))
    }
}

extension HTTPResponse {
    static func text(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(text.utf8))
    }
}

/// Returns each piece of a body in capitals.
final class Shouter: HTTPBodySink {
    private let handler: TestHandler
    private let writer: any HTTPBodyWriter

    init(handler: TestHandler, responder: any HTTPResponder) {
        self.handler = handler
        writer = responder.open(status: 200, headers: [:])
    }

    func received(_ bytes: [UInt8]) {
        handler.note("received \(bytes.count)")
        writer.write(bytes.map { (0x61...0x7a).contains($0) ? $0 - 32 : $0 })
    }

    func ended() {
        handler.note("ended")
        writer.finish()
    }

    func failed() { handler.note("failed") }
}

/// Echoes; on "flood" sends ten mebibytes, on "close N" closes.
struct TestSink: WebSocketSink {
    let handler: TestHandler
    let channel: any WebSocketChannel

    func received(_ message: WebSocketMessage) {
        if case .text(let text) = message, text.hasPrefix("close ") {
            return channel.close(code: Int(text.dropFirst(6)) ?? 1000, reason: "asked")
        }
        if message == .text("flood") {
            for _ in 0..<160 {
                channel.send(.binary([UInt8](repeating: 1, count: 65_536)))
            }
            handler.note("pending \(channel.pendingBytes > 0)")
            return
        }
        channel.send(message)
    }

    func drained() { handler.note("drained") }

    func closed(code: Int) { handler.note("closed \(code)") }
}
