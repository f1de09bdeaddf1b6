// A WebSocket over a wire, whichever side opened it.
import Cryptography
import Synchronization

/// What a session may take.
struct WebSocketLimits: Sendable {
    let messageBytes: Int
    /// Milliseconds between two pings; nil for none.
    let pingMilliseconds: Int?
    /// Milliseconds that the other side has for its closing frame.
    let closeMilliseconds: Int
}

/// Frames of one connection. `WebSocketChannel` is for any thread, the rest is the loop's.
final class WebSocketSession: @unchecked Sendable {  // Safe: but for `orders` only the loop's
    private enum Order {
        case send(WebSocketMessage, announced: Int)
        case close(Int, String)
        case read(Bool)
    }

    private enum Stage {
        case open
        /// Our closing frame is out, the other's is awaited.
        case closing
        case over
    }

    private let wire: Wire
    private let limits: WebSocketLimits
    private let encoder: WebSocketEncoder
    private let masks: (any RandomSource)?
    private let orders = Mutex<[Order]>([])
    private var decoder: WebSocketDecoder
    private var stage = Stage.open
    private var sink: (any WebSocketSink)?
    private var timer: LoopTimer?
    private var isPaused = false
    private var isObeying = false
    private var closeCode = 1006
    /// Whether something came since the last ping.
    private var hasHeard = true

    /// - Parameter masks: A client's source of masks; nil of a server.
    init(_ wire: Wire, limits: WebSocketLimits, masks: (any RandomSource)?) {
        self.wire = wire
        self.limits = limits
        self.masks = masks
        let role: WebSocketRole = masks == nil ? .server : .client
        encoder = WebSocketEncoder(role: role)
        decoder = WebSocketDecoder(role: role, messageLimitBytes: limits.messageBytes)
    }

    /// Begins.
    /// - Parameter rest: what came behind the handshake.
    func start(_ sink: any WebSocketSink, rest: [UInt8]) {
        self.sink = sink
        wire.tellsEveryDrain = true
        if let pingMilliseconds = limits.pingMilliseconds { setTimer(pingMilliseconds) }
        if !rest.isEmpty { rest.withUnsafeBytes { received($0) } }
    }
}

// MARK: from any thread

extension WebSocketSession: WebSocketChannel {
    var pendingBytes: Int { wire.pendingBytes }

    func send(_ message: WebSocketMessage) {
        let count =
            switch message {
            case .text(let text): text.utf8.count
            case .binary(let bytes): bytes.count
            }
        wire.announce(count)
        give(.send(message, announced: count))
    }

    func close(code: Int, reason: String) { give(.close(code, reason)) }

    func pause() { give(.read(false)) }

    func resume() { give(.read(true)) }

    /// Orders are carried out in the order in which they were given, by whichever thread.
    private func give(_ order: Order) {
        let isFirst = orders.withLock { orders in
            orders.append(order)
            return orders.count == 1
        }
        if wire.core.isCurrent {
            obey()
        } else if isFirst {
            wire.core.execute { [self] in obey() }
        }
    }

    private func obey() {
        // What an order leads to may give further ones; they wait for those before them.
        guard !isObeying else { return }
        isObeying = true
        defer { isObeying = false }
        while true {
            let batch = orders.withLock { orders in
                let all = orders
                orders = []
                return all
            }
            if batch.isEmpty { return }
            for order in batch { obey(order) }
        }
    }

    private func obey(_ order: Order) {
        switch order {
        case .send(let message, let announced):
            wire.retract(announced)
            if stage == .open { wire.write(encoder.message(message, mask: mask())) }
        case .close(let code, let reason): beginClosing(code, reason)
        case .read(let isReading):
            guard stage == .open else { return }
            isPaused = !isReading
            if isPaused { wire.pauseReading() } else { wire.resumeReading() }
        }
    }
}

// MARK: on the loop's thread

extension WebSocketSession {
    func received(_ bytes: UnsafeRawBufferPointer) {
        guard stage != .over else { return }
        hasHeard = true
        decoder.append(bytes)
        do throws(WebSocketFault) {
            while stage != .over, let event = try decoder.next() { take(event) }
        } catch {
            // What cannot be read ends the connection; the code says why (RFC 6455 §7.1.7).
            if stage == .open {
                closeCode = error.closeCode
                wire.write(
                    encoder.close(code: error.closeCode, reason: error.reason, mask: mask()))
            }
            end()
        }
    }

    private func take(_ event: WebSocketEvent) {
        switch event {
        case .message(let message):
            if stage == .open { sink?.received(message) }
        case .ping(let payload):
            if stage == .open { wire.write(encoder.pong(payload, mask: mask())) }
        case .pong: break
        case .close(let code, _):
            closeCode = code ?? 1005
            if stage == .open { wire.write(encoder.close(code: code, mask: mask())) }
            end()
        }
    }

    func drained() {
        if stage == .open { sink?.drained() }
    }

    /// The connection is gone.
    func closed() {
        stage = .over
        stopTimer()
        tellEnd()
    }

    /// Nothing is sent or received any more.
    private func tellEnd() {
        guard let sink else { return }
        self.sink = nil
        sink.closed(code: closeCode)
    }

    /// Begins the closing handshake, if nobody has.
    func beginClosing(_ code: Int, _ reason: String) {
        guard stage == .open else { return }
        stage = .closing
        let usable = WebSocketFault.isClosing(code) ? code : 1000
        wire.write(encoder.close(code: usable, reason: reason, mask: mask()))
        // The other side's closing frame has to be read.
        wire.resumeReading()
        setTimer(limits.closeMilliseconds)
    }

    private func end() {
        stage = .over
        stopTimer()
        wire.finish()
        tellEnd()
    }

    private func stopTimer() {
        if let timer { wire.core.drop(timer) }
        timer = nil
    }

    private func setTimer(_ milliseconds: Int) {
        let timer = timer ?? LoopTimer { [weak self] in self?.timeIsUp() }
        self.timer = timer
        wire.core.set(timer, milliseconds: milliseconds)
    }

    private func timeIsUp() {
        switch stage {
        case .open:
            guard let pingMilliseconds = limits.pingMilliseconds else { return }
            // While we do not read, we cannot hear an answer.
            guard hasHeard || isPaused else { return wire.abort() }
            hasHeard = false
            wire.write(encoder.ping([], mask: mask()))
            setTimer(pingMilliseconds)
        case .closing: wire.abort()
        case .over: break
        }
    }

    /// Four bytes that nobody can foresee (§5.3).
    private func mask() -> UInt32? {
        guard let masks else { return nil }
        guard let bytes = try? masks.bytes(4) else {
            wire.abort()
            return 0
        }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
