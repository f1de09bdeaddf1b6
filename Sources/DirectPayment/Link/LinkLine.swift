// One invoice's socket at a proxy: opened, answered on, opened again.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

/// A line of a link. It is told of what comes by its socket, on the network's thread.
final class LinkLine: Sendable {
    private struct State {
        var socket: (any WebSocketChannel)?
        /// Which attempt it is: what an older socket says counts no more.
        var attempt = 0
        /// Attempts since the proxy last let us in.
        var failures = 0
        var isJoined = false
        var isClosed = false
        /// Whether no new question is taken.
        var isQuiet = false
        /// Bytes of a frame that the proxy takes; an old one has not said.
        var frameBytes = Limits.proxyUsualFrameBytes
        var tellsProofs = false
    }

    // The link owns its lines, and outlives their sockets.
    private let link: WalletLink
    private let invoice: String
    private let secret: String?
    private let state = Mutex(State())

    init(_ link: WalletLink, invoice: String, secret: String?) {
        self.link = link
        self.invoice = invoice
        self.secret = secret
    }

    private var isHealth: Bool { invoice == ProxyCore.healthChannel }

    var isJoined: Bool { state.withLock { $0.isJoined } }

    // MARK: - Opening

    /// Opens the socket, aside.
    func dial() {
        link.dialing.async { [self] in
            link.slots.wait()
            defer { link.slots.signal() }
            let attempt: Int? = state.withLock { state in
                guard !state.isClosed else { return nil }
                state.attempt += 1
                state.frameBytes = Limits.proxyUsualFrameBytes
                state.tellsProofs = false
                return state.attempt
            }
            guard let attempt else { return }
            do throws(NetworkError) {
                let socket = try link.client.open(
                    link.proxy.appending(path: invoice, query: "internal=true"), headers: headers
                ) { [self] channel in
                    state.withLock { $0.socket = channel }
                    return LineSink(line: self, attempt: attempt)
                }
                // Closed while it was being opened.
                if state.withLock({ $0.isClosed }) { socket.close(code: 1000, reason: "") }
            } catch { lost(attempt, error.reason) }
        }
    }

    private var headers: HTTPHeaders {
        var headers: HTTPHeaders = [
            SocketMessage.frameBytesHeader: String(Limits.proxyFrameBytes)
        ]
        if let secret { headers.add(ProxyService.secretHeader, secret) }
        if let admission = link.options.admission {
            headers.add("Authorization", "Bearer " + admission)
        }
        return headers
    }

    /// The socket is gone, or never came about: another one is tried later.
    fileprivate func lost(_ attempt: Int, _ reason: String) {
        let milliseconds: Int? = state.withLock { state -> Int? in
            guard state.attempt == attempt else { return nil }
            state.socket = nil
            state.isJoined = false
            guard !state.isClosed else { return nil }
            state.failures += 1
            return pause(state.failures)
        }
        guard let milliseconds else { return }
        link.surroundings.onEvent(
            .lost(invoice: invoice, reason: reason, retryMilliseconds: milliseconds))
        link.timers.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            self?.dial()
        }
    }

    /// Twice as long each time, and never the same for two wallets: they would all come at once
    /// when the proxy has been away.
    private func pause(_ failures: Int) -> Int {
        let options = link.options
        let steps = min(failures - 1, 20)
        let longest = min(options.firstPauseMilliseconds << steps, options.longestPauseMilliseconds)
        let bytes = (try? link.surroundings.random.bytes(4)) ?? [0x80, 0, 0, 0]
        let random = bytes.reduce(0) { $0 << 8 | Int($1) }
        return max(1, longest / 2 + longest / 2 * random >> 32)
    }

    // MARK: - Ending

    /// Takes no new question.
    func quieten() { state.withLock { $0.isQuiet = true } }

    func close() {
        let socket = state.withLock { state in
            state.isClosed = true
            state.isJoined = false
            defer { state.socket = nil }
            return state.socket
        }
        socket?.close(code: 1000, reason: "")
    }

    // MARK: - Answering

    fileprivate func received(_ text: String, _ attempt: Int) {
        guard let message = try? SocketMessage(Array(text.utf8)) else { return }
        switch message.type {
        case SocketMessage.Kind.joined: joined(message, attempt)
        case SocketMessage.Kind.channelExpired, SocketMessage.Kind.channelClosed:
            // The proxy closes the socket, or should.
            state.withLock { $0.socket }?.close(code: 1000, reason: "")
        default:
            guard !isHealth, state.withLock({ $0.attempt == attempt && !$0.isQuiet }) else {
                return
            }
            link.desk.async { [self] in answer(message) }
        }
    }

    private func joined(_ message: SocketMessage, _ attempt: Int) {
        let isNew = state.withLock { state in
            guard state.attempt == attempt, !state.isClosed else { return false }
            if let bytes = message.header(SocketMessage.frameBytesHeader).flatMap({ Int($0) }) {
                state.frameBytes = max(Limits.proxyUsualFrameBytes, bytes)
                state.tellsProofs = true
            }
            defer { state.isJoined = true }
            state.failures = 0
            return !state.isJoined
        }
        guard isNew else { return }
        if isHealth { return sendHealth(attempt) }
        link.surroundings.onEvent(.joined(invoice: invoice))
    }

    private func answer(_ message: SocketMessage) {
        let (tellsProofs, frameBytes) = state.withLock { ($0.tellsProofs, $0.frameBytes) }
        guard
            var reply = link.clerk.answer(
                message, for: invoice, tellsProofs: tellsProofs, identifier: identifier(),
                timestamp: link.surroundings.now().text)
        else { return }
        reply.headers = [("X-Origin-Id", [identifier()])]
        var frame = reply.bytes
        if frame.count > frameBytes, reply.body[DeskClerk.signedMember] != nil {
            // An old proxy takes 10,000 bytes: the terms matter more than their signature.
            reply.body = reply.body.without(DeskClerk.signedMember)
            frame = reply.bytes
        }
        if frame.count > frameBytes {
            // What is too long would end the connection, and with it the answer.
            link.surroundings.onEvent(
                .failed(
                    invoice: invoice,
                    DirectPaymentError.malformedMessage(
                        reason: "the proxy takes \(frameBytes) bytes, not \(frame.count)")))
            return
        }
        guard let socket = state.withLock({ $0.socket }) else { return }
        socket.send(.text(String(decoding: frame, as: UTF8.self)))
        link.surroundings.onEvent(.answered(invoice: invoice, type: reply.type))
    }

    private func identifier() -> String {
        ProxyStamp(now: 0, seed: (try? link.surroundings.random.bytes(16)) ?? []).identifier(0)
    }

    /// A sign of life, now and from now on.
    private func sendHealth(_ attempt: Int) {
        guard let milliseconds = link.options.healthMilliseconds else { return }
        let socket = state.withLock { $0.attempt == attempt && !$0.isClosed ? $0.socket : nil }
        guard let socket else { return }
        var message = SocketMessage(
            type: SocketMessage.Kind.health, channel: invoice, body: "ping", headers: nil)
        message.id = identifier()
        message.timestamp = link.surroundings.now().text
        socket.send(.text(String(decoding: message.bytes, as: UTF8.self)))
        link.timers.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            self?.sendHealth(attempt)
        }
    }
}

/// What one socket of a line tells.
private struct LineSink: WebSocketSink {
    let line: LinkLine
    let attempt: Int

    func received(_ message: WebSocketMessage) {
        if case .text(let text) = message { line.received(text, attempt) }
    }

    func drained() {}

    func closed(code: Int) { line.lost(attempt, "the proxy closed the connection (\(code))") }
}

extension NetworkError {
    /// A sentence for people, without the address: it holds the invoice.
    var reason: String {
        switch self {
        case .invalidURL(_, let reason), .unknownHost(_, let reason),
            .unreachable(_, let reason), .insecure(_, let reason), .malformed(_, let reason),
            .cannotListen(_, let reason), .unusableCertificate(_, let reason):
            reason
        case .privateAddress: "the address is private"
        case .timedOut(_, let what, let seconds): "no \(what) within \(seconds) seconds"
        case .disconnected: "the connection was lost"
        case .tooLarge(_, let limit): "more than \(limit) bytes came"
        }
    }
}
