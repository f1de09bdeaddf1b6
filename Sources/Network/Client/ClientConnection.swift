// A client's connection: one request after the other.

/// Sends one request at a time and reads its response; the loop's thread's alone.
final class ClientConnection: @unchecked Sendable {  // Safe: only the loop's thread touches it
    typealias Outcome = Result<HTTPResponse, NetworkError>

    private struct Pending {
        let request: HTTPRequest
        var parser: HTTPResponseParser
        var head: HTTPResponseHead?
        var body: [UInt8] = []
        var since: Int64
        var receivedBytes = 0
        let done: (Outcome) -> Void
    }

    let origin: Destination.Origin
    private let core: LoopCore
    private let limits: ClientLimits
    private let ended: (ClientConnection) -> Void
    private var wire: Wire?
    private var pending: Pending?
    private var timer: LoopTimer?
    private var dialer: Dialer?
    private(set) var isOver = false
    /// Whether it has had a response already: the server may close it at any time.
    private(set) var isUsed = false
    /// Whether something of the awaited response has come.
    private(set) var hasBegun = false

    /// - Parameter ended: called when it can take no further request.
    init(
        _ core: LoopCore, _ origin: Destination.Origin, limits: ClientLimits,
        ended: @escaping (ClientConnection) -> Void
    ) {
        self.core = core
        self.origin = origin
        self.limits = limits
        self.ended = ended
    }

    /// Connects, and sends the request that it was given meanwhile.
    func dial(_ destination: Destination, trust: TLSTrust) {
        let dialer = Dialer(core, destination, trust: trust, limits: limits, user: self)
        self.dialer = dialer
        dialer.dial { [weak self] wire in
            guard let self else { return wire.abort() }
            self.wire = wire
            self.dialer = nil
            transmit()
        }
    }

    /// Sends a request; `done` is called once.
    func send(_ request: HTTPRequest, _ done: @escaping (Outcome) -> Void) {
        precondition(pending == nil, "one request at a time")
        guard !isOver else { return done(.failure(.disconnected(host: origin.name))) }
        hasBegun = false
        pending = Pending(
            request: request, parser: HTTPResponseParser(method: request.method), since: core.now,
            done: done)
        if wire != nil { transmit() }
    }

    /// Waits for another request, not for ever.
    func rest() { setTimer(limits.idleMilliseconds) }

    /// Ends it.
    func close() {
        isOver = true
        wire?.abort()
    }
}

extension ClientConnection: DialerUser {
    func dialerFailed(_ error: NetworkError) {
        dialer = nil
        settle(.failure(error))
        over()
    }

    func wireReceived(_ bytes: UnsafeRawBufferPointer) {
        // What comes unasked is no response to what is asked next.
        guard pending != nil else { return close() }
        hasBegun = true
        pending?.parser.append(bytes)
        pending?.receivedBytes += bytes.count
        read()
    }

    func wireDrained() {}

    func wireClosed(_ reason: String?) {
        let endsCleanly = wire?.endsCleanly ?? false
        wire = nil
        if pending != nil, endsCleanly {
            // The end of the connection ends a body whose length nobody has told.
            do throws(HTTPFault) {
                try pending?.parser.ended()
                read()
            } catch {
                settle(.failure(.disconnected(host: origin.name)))
            }
        }
        settle(.failure(.disconnected(host: origin.name)))
        over()
    }
}

extension ClientConnection {
    private func transmit() {
        guard let wire, let request = pending?.request else { return }
        pending?.since = core.now
        var bytes = HTTPWriter.requestHead(request, bodyBytes: request.body.count)
        if request.body.count <= TransportLimits.writeBytes / 4 {
            bytes += request.body
            wire.write(bytes)
        } else {
            wire.write(bytes)
            wire.write(request.body)
        }
        setTimer(limits.responseMilliseconds)
    }

    private func read() {
        do throws(HTTPFault) {
            while pending != nil, let event = try pending?.parser.next() { take(event) }
        } catch {
            settle(.failure(.malformed(host: origin.name, reason: error.message)))
            close()
        }
    }

    private func take(_ event: HTTPResponseEvent) {
        switch event {
        case .head(let head):
            pending?.head = head
            if head.status == 101 {
                settle(
                    .failure(
                        .malformed(
                            host: origin.name, reason: "the server changes the protocol unasked")))
                close()
            }
        case .body(let bytes):
            pending?.body += bytes
            guard let count = pending?.body.count, count > limits.bodyBytes else { return }
            settle(.failure(.tooLarge(host: origin.name, limitBytes: limits.bodyBytes)))
            close()
        case .end:
            guard let pending, let head = pending.head else { return }
            if !head.keepsAlive || pending.parser.bufferedBytes > 0 { isOver = true }
            isUsed = true
            setTimer(nil)
            settle(
                .success(
                    HTTPResponse(
                        status: head.status, headers: head.headers, body: pending.body,
                        closes: !head.keepsAlive)))
            if isOver { wire?.abort() }
        }
    }

    private func settle(_ outcome: Outcome) {
        guard let done = pending?.done else { return }
        pending = nil
        done(outcome)
    }

    private func over() {
        isOver = true
        if let timer { core.drop(timer) }
        timer = nil
        ended(self)
    }

    private func setTimer(_ milliseconds: Int?) {
        let timer = timer ?? LoopTimer { [weak self] in self?.timeIsUp() }
        self.timer = timer
        core.set(timer, milliseconds: milliseconds)
    }

    private func timeIsUp() {
        guard let pending else { return close() }
        // Whoever sends much may take longer.
        let earned = pending.receivedBytes * 1_000 / max(1, limits.bytesPerSecond)
        let allowed = limits.responseMilliseconds + earned
        let taken = Int((core.now - pending.since) / 1_000)
        if wire?.isDrained == false {
            // The request is still on its way; the wire looks after those who do not take it.
            self.pending?.since = core.now
            return setTimer(limits.responseMilliseconds)
        }
        if taken < allowed { return setTimer(allowed - taken) }
        settle(
            .failure(.timedOut(host: origin.name, what: "response", seconds: taken / 1_000)))
        close()
    }
}
