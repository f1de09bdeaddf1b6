// Getting through to a server: one address after the other.

/// What a connection's user is told first.
protocol DialerUser: WireOwner {
    /// Nobody answers, or not as he must.
    func dialerFailed(_ error: NetworkError)
}

/// Tries the addresses of a server until one answers; then the wire is the user's. The loop's
/// thread's alone.
final class Dialer: @unchecked Sendable {  // Safe: only the loop's thread touches it
    private let core: LoopCore
    private let destination: Destination
    private let trust: TLSTrust
    private let limits: ClientLimits
    private var user: (any DialerUser)?
    private var left: ArraySlice<String>
    private var wire: Wire?
    private var timer: LoopTimer?
    private var hasTimedOut = false
    /// The address that is tried.
    private var address = ""

    init(
        _ core: LoopCore, _ destination: Destination, trust: TLSTrust, limits: ClientLimits,
        user: any DialerUser
    ) {
        self.core = core
        self.destination = destination
        self.trust = trust
        self.limits = limits
        self.user = user
        left = destination.addresses[...]
    }

    /// Begins. The user is given the wire by `connected`.
    func dial(_ connected: @escaping (Wire) -> Void) {
        self.connected = connected
        next()
    }

    private var connected: ((Wire) -> Void)?

    private func next() {
        guard let address = left.popFirst(), let context = core.context else {
            return fail(.unreachable(host: destination.origin.name, reason: "no address is left"))
        }
        let hasTLS = destination.origin.hasTLS
        self.address =
            destination.origin.socket
            ?? (address.contains(":") ? "[\(address)]" : address) + ":\(destination.origin.port)"
        do throws(NetworkError) {
            guard let host = core.plainHost else {
                return fail(.disconnected(host: destination.origin.name))
            }
            let tls = hasTLS ? try stream() : nil
            hasTimedOut = false
            let wire = Wire(
                core, owner: self, tls: tls,
                patience: WirePatience(
                    milliseconds: limits.stallMilliseconds, backlogBytes: .max))
            self.wire = wire
            let timer = LoopTimer { [weak self] in
                self?.hasTimedOut = true
                self?.wire?.abort()
            }
            self.timer = timer
            core.set(timer, milliseconds: limits.connectMilliseconds)
            wire.connect(
                context, host: host, address: address, port: destination.origin.port)
        } catch {
            fail(error)
        }
    }

    private func stream() throws(NetworkError) -> TLSClientStream {
        let host = destination.origin.host
        guard let stream = TLSClientStream(try core.clientContext(trust), host: host) else {
            throw .insecure(host: host, reason: "no certificate can have this name")
        }
        return stream
    }

    private func stopTimer() {
        if let timer { core.drop(timer) }
        timer = nil
    }

    private func fail(_ error: NetworkError) {
        let user = user
        self.user = nil
        connected = nil
        user?.dialerFailed(error)
    }
}

extension Dialer: WireOwner {
    func wireConnected() {
        stopTimer()
        guard let wire, let user, let connected else { return }
        self.user = nil
        self.connected = nil
        self.wire = nil
        wire.handOver(to: user)
        connected(wire)
    }

    func wireReceived(_ bytes: UnsafeRawBufferPointer) {}

    func wireDrained() {}

    func wireClosed(_ reason: String?) {
        stopTimer()
        wire = nil
        guard user != nil else { return }
        let name = destination.origin.name
        let reason = reason ?? ""
        let error: NetworkError
        if hasTimedOut {
            error = .timedOut(
                host: name, what: "connection", seconds: limits.connectMilliseconds / 1_000)
        } else if reason.hasPrefix("TLS: ") {
            error = .insecure(host: name, reason: String(reason.dropFirst(5)))
        } else {
            // What libwebsockets says of it is no more than that.
            error = .unreachable(host: name, reason: "no connection to '\(address)'")
        }
        // Another address may do better; the certificate is the same everywhere.
        if left.isEmpty || error.code == "insecure" { fail(error) } else { next() }
    }
}
