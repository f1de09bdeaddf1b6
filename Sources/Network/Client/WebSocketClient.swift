// Opening WebSockets.
import Cryptography

/// Opens WebSockets (RFC 6455) to servers.
public final class WebSocketClient: Sendable {
    private let loop: EventLoop
    private let trust: TLSTrust
    private let allowsPrivateAddresses: Bool
    private let limits: ClientLimits
    private let random: any RandomSource

    /// - Parameters:
    ///   - trust: Whose certificates are believed.
    ///   - allowsPrivateAddresses: As of `HTTPClient`.
    ///   - random: Keys and masks; nobody must foresee them.
    public init(
        loop: EventLoop, trust: TLSTrust = .system, allowsPrivateAddresses: Bool,
        limits: ClientLimits = ClientLimits(), random: any RandomSource = SystemRandom()
    ) {
        self.loop = loop
        self.trust = trust
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.limits = limits
        self.random = random
    }

    /// Opens a WebSocket; blocks the calling thread, which must not be the loop's, until it is
    /// open.
    /// - Parameters:
    ///   - url: `ws`, `wss` or `unix`; `http` and `https` stand for the former two.
    ///   - headers: Fields besides those of the handshake.
    ///   - sink: Takes what comes, from the first message on; made on the loop's thread. Not called
    ///     where this throws.
    /// - Throws: `NetworkError`.
    public func open(
        _ url: WebURL, headers: HTTPHeaders = HTTPHeaders(),
        sink: @escaping @Sendable (any WebSocketChannel) -> any WebSocketSink
    ) throws(NetworkError) -> any WebSocketChannel {
        precondition(!loop.core.isCurrent, "the loop cannot wait for itself")
        let destination = try Destination(
            url, allowsPrivate: allowsPrivateAddresses, limit: limits.addresses)
        guard let random16 = try? random.bytes(16) else {
            throw .unreachable(host: destination.origin.name, reason: "no randomness")
        }
        let key = WebSocketHandshake.key(random16)
        let head = WebSocketHandshake.requestHead(url, key: key, headers: headers)
        let reply = Reply<Result<WebSocketSession, NetworkError>>()
        let isTaken = loop.core.execute { [loop, trust, limits, random] in
            let opening = WebSocketOpening(
                loop.core, destination, limits: limits, masks: random, key: key, sink: sink,
                done: { reply.give($0) })
            opening.start(head, trust: trust)
        }
        guard isTaken, let outcome = reply.wait() else {
            throw .disconnected(host: destination.origin.name)
        }
        return try outcome.get()
    }

    /// Opens a WebSocket, as the other function, with a sink that needs no channel.
    /// - Throws: `NetworkError`.
    public func open(
        _ url: WebURL, headers: HTTPHeaders = HTTPHeaders(), sink: any WebSocketSink
    ) throws(NetworkError) -> any WebSocketChannel {
        try open(url, headers: headers) { _ in sink }
    }
}

/// The handshake, then the session's wire; the loop's thread's alone.
final class WebSocketOpening: @unchecked Sendable {  // Safe: only the loop's thread touches it
    private let core: LoopCore
    private let destination: Destination
    private let limits: ClientLimits
    private let masks: any RandomSource
    private let key: String
    private let sink: (any WebSocketChannel) -> any WebSocketSink
    private var done: ((Result<WebSocketSession, NetworkError>) -> Void)?
    private var parser: HTTPResponseParser? = HTTPResponseParser(method: "GET")
    private var wire: Wire?
    private var session: WebSocketSession?
    private var dialer: Dialer?
    private var timer: LoopTimer?

    init(
        _ core: LoopCore, _ destination: Destination, limits: ClientLimits,
        masks: any RandomSource, key: String,
        sink: @escaping (any WebSocketChannel) -> any WebSocketSink,
        done: @escaping (Result<WebSocketSession, NetworkError>) -> Void
    ) {
        self.core = core
        self.destination = destination
        self.limits = limits
        self.masks = masks
        self.key = key
        self.sink = sink
        self.done = done
    }

    func start(_ head: [UInt8], trust: TLSTrust) {
        let dialer = Dialer(core, destination, trust: trust, limits: limits, user: self)
        self.dialer = dialer
        dialer.dial { wire in
            self.wire = wire
            self.dialer = nil
            wire.write(head)
            let timer = LoopTimer { [weak self] in self?.timeIsUp() }
            self.timer = timer
            self.core.set(timer, milliseconds: self.limits.responseMilliseconds)
        }
    }

    private func fail(_ error: NetworkError) {
        stopTimer()
        let done = done
        self.done = nil
        done?(.failure(error))
        wire?.abort()
    }

    private func stopTimer() {
        if let timer { core.drop(timer) }
        timer = nil
    }

    private func timeIsUp() {
        fail(
            .timedOut(
                host: destination.origin.name, what: "response",
                seconds: limits.responseMilliseconds / 1_000))
    }

    private func readHead() throws(HTTPFault) {
        guard let event = try parser?.next(), case .head(let head) = event, let wire else { return }
        try WebSocketHandshake.check(head, key: key)
        stopTimer()
        // An event of the end that brings nothing.
        _ = try parser?.next()
        let rest = parser?.takeRest() ?? []
        parser = nil
        let session = WebSocketSession(
            wire,
            limits: WebSocketLimits(
                messageBytes: limits.messageBytes, pingMilliseconds: limits.pingMilliseconds,
                closeMilliseconds: TransportLimits.closeMilliseconds), masks: masks)
        self.session = session
        let done = done
        self.done = nil
        let sink = sink(session)
        done?(.success(session))
        session.start(sink, rest: rest)
    }
}

extension WebSocketOpening: DialerUser {
    func dialerFailed(_ error: NetworkError) {
        dialer = nil
        fail(error)
    }

    func wireReceived(_ bytes: UnsafeRawBufferPointer) {
        if let session { return session.received(bytes) }
        guard done != nil else { return }
        parser?.append(bytes)
        do throws(HTTPFault) {
            try readHead()
        } catch {
            fail(.malformed(host: destination.origin.name, reason: error.message))
        }
    }

    func wireDrained() { session?.drained() }

    func wireClosed(_ reason: String?) {
        wire = nil
        stopTimer()
        fail(.disconnected(host: destination.origin.name))
        session?.closed()
        session = nil
    }
}
