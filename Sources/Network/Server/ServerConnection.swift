// A client's connection: one request after the other, or a WebSocket.
import Bytes

/// Serves one connection; the loop's thread's alone.
final class ServerConnection: @unchecked Sendable {  // Safe: only the loop's thread touches it
    let peer: PeerAddress
    private let server: ServerCore
    private var wire: Wire?
    private var parser: HTTPRequestParser?
    private var exchange: Exchange?
    private var session: WebSocketSession?
    private var timer: LoopTimer?
    private var requests = 0
    private var isPumping = false
    /// Whether no further request is taken.
    private var isLast = false
    /// Since when a head is awaited: since its first byte, or since the connection is there.
    private var headSince: Int64?
    /// Since when nothing is asked.
    private var idleSince: Int64?
    private var bodySince: Int64 = 0
    private var bodyBytes = 0
    private var pausedSince: Int64?

    init(_ server: ServerCore, _ peer: PeerAddress) {
        self.server = server
        self.peer = peer
        parser = HTTPRequestParser(limits: server.headLimits)
    }

    /// Takes over a socket.
    func start(_ socket: CInt, host: OpaquePointer, hasTLS: Bool) {
        let wire = Wire(
            server.core, owner: self, hasTLS: hasTLS, patience: server.patience)
        self.wire = wire
        headSince = server.core.now
        wire.adopt(socket, host: host)
        setDeadline()
    }

    /// The time for `Date`.
    var date: String { server.date }

    /// Whether another request may follow a response that is about to go out.
    func mayKeepAlive(after exchange: Exchange) -> Bool {
        exchange.head.keepsAlive && !isLast && !server.isStopping
            && requests < server.limits.requestsOnConnection
    }

    /// Ends it as soon as nobody is disappointed: the server stops.
    func retire() {
        isLast = true
        if let session {
            session.beginClosing(1001, "the server stops")
        } else if exchange == nil {
            wire?.finish()
        }
    }

    /// Ends it at once.
    func abort() { wire?.abort() }
}

extension ServerConnection: WireOwner {
    func wireReceived(_ bytes: UnsafeRawBufferPointer) {
        if let session { return session.received(bytes) }
        guard parser != nil else { return }
        if exchange == nil, headSince == nil {
            headSince = server.core.now
            idleSince = nil
        }
        parser?.append(bytes)
        pump()
    }

    func wireDrained() {
        if let session { return session.drained() }
        exchange?.drained()
        pump()
    }

    func wireClosed(_ reason: String?) {
        if let timer { server.core.drop(timer) }
        timer = nil
        parser = nil
        let exchange = exchange
        self.exchange = nil
        exchange?.end()
        let session = session
        self.session = nil
        session?.closed()
        wire = nil
        server.ended(self)
    }
}

// MARK: requests

extension ServerConnection {
    /// The exchange has been given something.
    func exchangeChanged(_ exchange: Exchange) {
        if exchange === self.exchange { pump() }
    }

    /// Goes on as far as it can.
    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        while step() {}
        isPumping = false
        setReading()
        setDeadline()
    }

    /// One step; false where there is nothing to do before something else happens.
    private func step() -> Bool {
        guard let wire, wire.isOpen, parser != nil, session == nil else { return false }
        if let exchange {
            if exchange.isDone, exchange.isWhole || !exchange.keepsAlive {
                return conclude(exchange)
            }
            if exchange.isWhole { return false }
        } else if !wire.isDrained {
            // Whoever does not read his responses gets no further ones.
            return false
        }
        do throws(HTTPFault) {
            guard let event = try parser?.next() else { return false }
            try take(event, wire)
            return true
        } catch {
            fail(error)
            return false
        }
    }

    private func take(_ event: HTTPRequestEvent, _ wire: Wire) throws(HTTPFault) {
        switch event {
        case .head(let head): try begin(head, wire)
        case .body(let bytes):
            bodyBytes += bytes.count
            guard let exchange, !exchange.received(bytes) else { return }
            throw Self.tooLarge
        case .end:
            exchange?.ended()
        }
    }

    private static let keptBytes = 4_096

    private static let tooLarge = HTTPFault(
        413, "body-too-large", "the body exceeds what is taken here")

    private func begin(_ head: HTTPRequestHead, _ wire: Wire) throws(HTTPFault) {
        var head = head
        head.peer = peer
        requests += 1
        headSince = nil
        idleSince = nil
        bodyBytes = 0
        bodySince = server.core.now
        let exchange = Exchange(head, wire, self)
        self.exchange = exchange
        let hasBody = head.bodyBytes != 0
        switch server.handler.disposition(of: head) {
        case .answer(let response):
            if !hasBody { exchange.isWhole = true }
            exchange.send(response)
            // The event of the end, which brings nothing new.
            if !hasBody { _ = try parser?.next() }
        case .gather(let limit, let run):
            if let bodyBytes = head.bodyBytes, bodyBytes > limit { throw Self.tooLarge }
            exchange.body = .gathered([], limit: limit, run: run)
            if hasBody { goOn(head, wire) }
        case .stream(let open):
            if hasBody { goOn(head, wire) }
            exchange.body = .streamed(open(exchange, exchange))
        case .upgrade(let open): try upgrade(head, wire, open)
        }
    }

    /// Says that the body is wanted, where the client waits for that (RFC 9110 §10.1.1).
    private func goOn(_ head: HTTPRequestHead, _ wire: Wire) {
        guard head.headers["Expect"] != nil, head.takesChunks, parser?.bufferedBytes == 0 else {
            return
        }
        wire.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }

    private func upgrade(
        _ head: HTTPRequestHead, _ wire: Wire,
        _ open: @Sendable (any WebSocketChannel) -> any WebSocketSink
    ) throws(HTTPFault) {
        let answer = try WebSocketHandshake.accept(head)
        _ = try parser?.next()
        let rest = parser?.takeRest() ?? []
        wire.write(answer)
        let session = WebSocketSession(wire, limits: server.webSocketLimits, masks: nil)
        self.session = session
        parser = nil
        exchange?.end()
        exchange = nil
        if let timer { server.core.drop(timer) }
        timer = nil
        session.start(open(session), rest: rest)
        if server.isStopping { session.beginClosing(1001, "the server stops") }
    }

    /// A response is complete; whether another request may be read.
    private func conclude(_ exchange: Exchange) -> Bool {
        self.exchange = nil
        let goesOn = exchange.isWhole && exchange.keepsAlive && !isLast && !server.isStopping
        exchange.end()
        guard goesOn, let parser else {
            finish()
            return false
        }
        if parser.bufferedBytes > 0 {
            headSince = server.core.now
        } else {
            idleSince = server.core.now
            // Whoever rests keeps no room for a large body.
            if bodyBytes > Self.keptBytes {
                self.parser = HTTPRequestParser(limits: server.headLimits)
            }
        }
        return true
    }

    private func finish() {
        parser = nil
        wire?.finish()
    }

    /// What came is no request, or one that breaks a limit: says so, then closes.
    private func fail(_ fault: HTTPFault) {
        guard let wire else { return }
        let exchange = exchange
        self.exchange = nil
        if exchange?.isAnswered == true {
            exchange?.end()
            // Half a response is out: only the end of the connection can say that it is none.
            return wire.abort()
        }
        let response = server.handler.response(to: fault)
        let isHead = exchange?.head.method == "HEAD"
        exchange?.end()
        wire.write(
            HTTPWriter.responseHead(
                status: response.status, headers: response.headers,
                bodyBytes: response.body.count, keepsAlive: false, date: date))
        if !isHead { wire.write(response.body) }
        finish()
    }
}

// MARK: reading and time

extension ServerConnection {
    /// Reads only what can be used: a client that closes its side while it waits for its response
    /// would otherwise be taken for gone.
    private func setReading() {
        guard let wire, session == nil, wire.isOpen else { return }
        let isWanted: Bool
        if let exchange {
            isWanted = !exchange.isWhole && !exchange.isPaused
        } else {
            isWanted = wire.isDrained
        }
        if isWanted { wire.resumeReading() } else { wire.pauseReading() }
        guard let exchange, !exchange.isWhole else {
            pausedSince = nil
            return
        }
        // Time in which nothing is read is not the client's.
        if isWanted, let since = pausedSince {
            bodySince += server.core.now - since
            pausedSince = nil
        } else if !isWanted, pausedSince == nil {
            pausedSince = server.core.now
        }
    }

    /// When something must have happened; nil where there is no hurry.
    private var deadline: Int64? {
        guard let wire, wire.isOpen, parser != nil else { return nil }
        let limits = server.limits
        if let exchange {
            guard !exchange.isWhole, pausedSince == nil else { return nil }
            let earned = Int64(bodyBytes) * 1_000_000 / Int64(max(1, limits.bodyBytesPerSecond))
            return bodySince + Int64(limits.bodyGraceMilliseconds) * 1_000 + earned
        }
        if let headSince { return headSince + Int64(limits.headMilliseconds) * 1_000 }
        return idleSince.map { $0 + Int64(limits.idleMilliseconds) * 1_000 }
    }

    private func setDeadline() {
        let deadline = deadline
        guard deadline != nil || timer != nil else { return }
        let timer = timer ?? LoopTimer { [weak self] in self?.timeIsUp() }
        self.timer = timer
        server.core.set(timer, to: deadline)
    }

    private func timeIsUp() {
        guard let deadline, deadline <= server.core.now else { return setDeadline() }
        if exchange != nil {
            fail(HTTPFault(408, "too-slow", "the body comes too slowly"))
        } else if headSince != nil, let parser, parser.bufferedBytes > 0 {
            fail(HTTPFault(408, "too-slow", "the head did not come in time"))
        } else {
            // Nothing was asked, so nothing is answered.
            finish()
        }
    }
}
