// A server without sockets: it does with a processor what the contract says.
import Bytes
import Dispatch
import Documents
import Network
import Synchronization
import Testing

@testable import Service

/// Takes an answer.
final class FakeResponder: HTTPResponder {
    struct State {
        var responses: [HTTPResponse] = []
        var heads: [(status: Int, headers: HTTPHeaders)] = []
    }

    let state = Mutex(State())
    let writer = FakeWriter()
    private let signal = DispatchSemaphore(value: 0)

    func send(_ response: HTTPResponse) {
        state.withLock { $0.responses.append(response) }
        signal.signal()
    }

    func open(status: Int, headers: HTTPHeaders) -> any HTTPBodyWriter {
        state.withLock { $0.heads.append((status, headers)) }
        signal.signal()
        return writer
    }

    /// The response, when it is there.
    func response() throws -> HTTPResponse {
        try #require(signal.wait(timeout: .now() + 20) == .success, "there is no answer")
        return try #require(state.withLock { $0.responses.first })
    }

    /// The head of an open body, when it is there.
    func head() throws -> (status: Int, headers: HTTPHeaders) {
        try #require(signal.wait(timeout: .now() + 20) == .success, "there is no answer")
        return try #require(state.withLock { $0.heads.first })
    }
}

/// A body that is being written, read at the test's own speed.
final class FakeWriter: HTTPBodyWriter {
    struct State {
        var bytes: [UInt8] = []
        /// The numbers of Server-Sent Events, in the order in which they were written.
        var positions: [Int] = []
        var pending = 0
        var largestPending = 0
        var isFinished = false
        /// What is written is sent at once.
        var isQuick = true
        var drained: (@Sendable () -> Void)?
        var gone: (@Sendable () -> Void)?
    }

    let state = Mutex(State())

    var pendingBytes: Int { state.withLock { $0.pending } }
    var text: String { String(decoding: state.withLock { $0.bytes }, as: UTF8.self) }
    var isFinished: Bool { state.withLock { $0.isFinished } }

    func write(_ bytes: [UInt8]) {
        state.withLock { state in
            state.bytes.append(contentsOf: bytes)
            if bytes.starts(with: "id: ".utf8) {
                let digits = bytes.dropFirst(4).prefix { $0 != 0x0a }
                state.positions.append(Int(String(decoding: digits, as: UTF8.self)) ?? -1)
            }
            guard !state.isQuick else { return }
            state.pending += bytes.count
            state.largestPending = max(state.largestPending, state.pending)
        }
    }

    func finish() { state.withLock { $0.isFinished = true } }

    func observe(
        drained: @escaping @Sendable () -> Void, gone: @escaping @Sendable () -> Void
    ) {
        state.withLock { ($0.drained, $0.gone) = (drained, gone) }
    }

    /// Sends everything.
    func drain() {
        state.withLock { state in
            state.pending = 0
            return state.drained
        }?()
    }

    /// The connection is lost.
    func lose() { state.withLock { $0.gone }?() }
}

/// Counts stops.
final class FakeFlow: FlowControl {
    struct State {
        var isPaused = false
        var pauses = 0
    }
    let state = Mutex(State())

    var isPaused: Bool { state.withLock { $0.isPaused } }
    func pause() {
        state.withLock {
            $0.isPaused = true
            $0.pauses += 1
        }
    }
    func resume() { state.withLock { $0.isPaused = false } }
}

/// A WebSocket, read at the test's own speed.
final class FakeChannel: WebSocketChannel {
    struct State {
        var messages: [WebSocketMessage] = []
        var pending = 0
        var isQuick = true
        var closes: [Int] = []
    }
    let state = Mutex(State())

    var pendingBytes: Int { state.withLock { $0.pending } }
    var texts: [String] {
        state.withLock { $0.messages }.compactMap {
            if case .text(let text) = $0 { text } else { nil }
        }
    }
    func send(_ message: WebSocketMessage) {
        state.withLock { state in
            state.messages.append(message)
            if !state.isQuick, case .text(let text) = message { state.pending += text.utf8.count }
        }
    }
    func close(code: Int, reason: String) { state.withLock { $0.closes.append(code) } }
    func pause() {}
    func resume() {}
}

/// A processor of a fake domain.
struct House {
    let domain: FakeDomain
    let processor: Processor

    init(_ set: (inout ServiceOptions) -> Void = { _ in }) {
        var options = ServiceOptions()
        set(&options)
        domain = FakeDomain()
        processor = Processor(domain: domain, options: options)
    }

    static func head(
        _ method: String, _ target: String, _ headers: HTTPHeaders = [:], bodyBytes: Int? = 0,
        peer: PeerAddress = PeerAddress(text: "203.0.113.7", network: "203.0.113.7", isLocal: false)
    ) -> HTTPRequestHead {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return HTTPRequestHead(
            method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : nil,
            headers: headers, bodyBytes: bodyBytes, peer: peer)
    }

    /// The answer to a request, body and all.
    func ask(
        _ method: String, _ target: String, _ headers: HTTPHeaders = [:], body: [UInt8] = [],
        peer: PeerAddress = PeerAddress(text: "203.0.113.7", network: "203.0.113.7", isLocal: false)
    ) throws -> HTTPResponse {
        let head = Self.head(method, target, headers, bodyBytes: body.count, peer: peer)
        switch processor.disposition(of: head) {
        case .answer(let response): return response
        case .gather(let limit, let run):
            guard body.count <= limit else {
                return processor.response(
                    to: HTTPFault(413, "body-too-large", "a body of more than \(limit) bytes"))
            }
            let responder = FakeResponder()
            run(body, responder)
            return try responder.response()
        case .stream, .upgrade:
            Issue.record("\(method) \(target) is no request of one body")
            return HTTPResponse(status: 500)
        }
    }

    func get(_ target: String, _ headers: HTTPHeaders = [:]) throws -> HTTPResponse {
        try ask("GET", target, headers)
    }

    func post(_ target: String, _ body: [UInt8], _ headers: HTTPHeaders = [:]) throws
        -> HTTPResponse
    {
        try ask("POST", target, headers, body: body)
    }
}

extension HTTPResponse {
    /// The body, read strictly.
    func json() throws -> JSONValue { try JSONText(body).root }

    /// The code of an error.
    var code: String? { try? json()["error"]?["code"]?.string }
}

/// Waits until something holds: nothing is measured, a test that fails only takes longer.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<4_000 {
        if condition() { return true }
        DispatchSemaphore(value: 0).wait(upTo: 5)
    }
    return condition()
}

extension DispatchSemaphore {
    fileprivate func wait(upTo milliseconds: Int) {
        _ = wait(timeout: .now() + .milliseconds(milliseconds))
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014). WALLET_TEST_SEED fixes the seed.
struct Generator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(_ seed: UInt64? = nil) {
        let fixed = Environment.seed
        self.seed = seed ?? fixed ?? UInt64.random(in: .min ... .max)
        state = self.seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}
