// A client of HTTP/1.1.
import Synchronization

/// Sends requests over connections that it keeps. For several threads at once; follows no
/// redirects.
public final class HTTPClient: HTTPSender {
    private let loop: EventLoop
    private let trust: TLSTrust
    private let allowsPrivateAddresses: Bool
    private let limits: ClientLimits
    private let pool: ClientPool

    /// - Parameters:
    ///   - trust: Whose certificates are believed.
    ///   - allowsPrivateAddresses: Whether servers may be asked that not everybody reaches: on this
    ///     machine, on private networks, behind Unix sockets. Not where a stranger gives the URL.
    public init(
        loop: EventLoop, trust: TLSTrust = .system, allowsPrivateAddresses: Bool,
        limits: ClientLimits = ClientLimits()
    ) {
        self.loop = loop
        self.trust = trust
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.limits = limits
        pool = ClientPool(loop.core, limits: limits)
    }

    deinit { close() }

    /// The response to `request`; blocks the calling thread, which must not be the loop's.
    /// - Throws: `NetworkError`.
    public func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        precondition(!loop.core.isCurrent, "the loop cannot wait for itself")
        let origin = Destination.Origin(request.url)
        // A kept connection may be closed by the server just when it is used; then what may be
        // asked twice is asked again.
        if let outcome = try attempt(request, origin, nil) { return try outcome.get() }
        let destination = try Destination(
            request.url, allowsPrivate: allowsPrivateAddresses, limit: limits.addresses)
        guard let outcome = try attempt(request, origin, destination) else {
            throw .disconnected(host: origin.name)
        }
        return try outcome.get()
    }

    /// Closes the connections that are kept.
    public func close() {
        let pool = pool
        loop.execute { pool.close() }
    }

    /// - Parameter destination: Where to connect; nil to use a kept connection.
    /// - Returns: nil where there is no kept connection, or it had just ended.
    private func attempt(
        _ request: HTTPRequest, _ origin: Destination.Origin, _ destination: Destination?
    ) throws(NetworkError) -> ClientConnection.Outcome? {
        let reply = Reply<ClientConnection.Outcome?>()
        let isTaken = loop.core.execute { [pool, trust] in
            pool.send(request, origin, destination, trust: trust) { reply.give($0) }
        }
        guard isTaken, let outcome = reply.wait() else {
            throw .disconnected(host: origin.name)
        }
        return outcome
    }
}

/// Connections that are kept; the loop's thread's alone.
final class ClientPool: @unchecked Sendable {  // Safe: only the loop's thread touches what varies
    private let core: LoopCore
    private let limits: ClientLimits
    private var idle: [Destination.Origin: [ClientConnection]] = [:]
    private var all: [ObjectIdentifier: ClientConnection] = [:]
    private var isClosed = false

    init(_ core: LoopCore, limits: ClientLimits) {
        self.core = core
        self.limits = limits
    }

    /// Requests that may be sent twice (RFC 9110 §9.2.2).
    private static let repeatable: Set = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]

    /// - Parameter done: called once; with nil where a kept connection was to be used and is none.
    func send(
        _ request: HTTPRequest, _ origin: Destination.Origin, _ destination: Destination?,
        trust: TLSTrust, _ done: @escaping (ClientConnection.Outcome?) -> Void
    ) {
        let connection: ClientConnection
        if destination != nil {
            connection = ClientConnection(core, origin, limits: limits) { [weak self] in
                self?.forget($0)
            }
            all[ObjectIdentifier(connection)] = connection
        } else if let kept = idle[origin]?.popLast() {
            connection = kept
        } else {
            return done(nil)
        }
        connection.send(request) { [weak self, unowned connection] outcome in
            if case .failure(.disconnected) = outcome, connection.isUsed, !connection.hasBegun,
                Self.repeatable.contains(request.method)
            {
                return done(nil)
            }
            if case .success = outcome { self?.keep(connection) }
            done(outcome)
        }
        if let destination { connection.dial(destination, trust: trust) }
    }

    private func keep(_ connection: ClientConnection) {
        guard !connection.isOver else { return }
        guard !isClosed, idle[connection.origin, default: []].count < limits.idleConnections else {
            return connection.close()
        }
        idle[connection.origin, default: []].append(connection)
        connection.rest()
    }

    private func forget(_ connection: ClientConnection) {
        all[ObjectIdentifier(connection)] = nil
        idle[connection.origin]?.removeAll { $0 === connection }
        if idle[connection.origin]?.isEmpty == true { idle[connection.origin] = nil }
    }

    func close() {
        isClosed = true
        let kept = idle.values.flatMap { $0 }
        idle = [:]
        for connection in kept { connection.close() }
    }
}
