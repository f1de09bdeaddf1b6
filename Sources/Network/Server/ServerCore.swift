// What all connections of a server share.
import CWebSockets
import Dispatch
import Glibc

/// The server on the loop's thread, which alone touches it.
final class ServerCore: @unchecked Sendable {  // Safe: only the loop's thread touches what varies
    let core: LoopCore
    let limits: ServerLimits
    let handler: any HTTPHandler
    private let clock: @Sendable () -> Int64
    private var listeners: [Listener] = []
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    private var counts: [String: Int] = [:]
    private var tlsHost: OpaquePointer?
    private var dateText = ""
    private var dateSecond: Int64 = -1
    private(set) var isStopping = false
    private var whenEmpty: (() -> Void)?

    init(
        _ core: LoopCore, limits: ServerLimits, clock: @escaping @Sendable () -> Int64,
        handler: any HTTPHandler
    ) {
        self.core = core
        self.limits = limits
        self.clock = clock
        self.handler = handler
    }

    var headLimits: HTTPLimits {
        var bounds = HTTPLimits()
        bounds.lineBytes = limits.lineBytes
        bounds.headBytes = limits.headBytes
        bounds.fields = limits.fields
        return bounds
    }

    var webSocketLimits: WebSocketLimits {
        WebSocketLimits(
            messageBytes: limits.messageBytes, pingMilliseconds: limits.pingMilliseconds,
            closeMilliseconds: TransportLimits.closeMilliseconds)
    }

    var patience: WirePatience {
        WirePatience(milliseconds: limits.stallMilliseconds, backlogBytes: limits.backlogBytes)
    }

    /// The time for `Date`, written anew each second.
    var date: String {
        let second = clock()
        if second != dateSecond {
            dateSecond = second
            dateText = HTTPWriter.date(unixSeconds: second)
        }
        return dateText
    }
}

extension ServerCore {
    /// Begins to accept on all sockets.
    func start(_ sockets: [ListeningSocket], tls: TLSFiles?) throws(NetworkError) {
        if let tls { tlsHost = try core.makeTLSHost(tls) }
        for socket in sockets {
            var hasTLS = false
            if case .network = socket.address { hasTLS = tls != nil }
            let listener = Listener(core, socket) { [weak self] descriptor, peer in
                guard let self else {
                    close(descriptor)
                    return
                }
                accept(descriptor, peer, hasTLS: hasTLS)
            }
            guard listener.start() else {
                stopListening()
                throw .cannotListen(
                    address: socket.address.description, reason: "no descriptor is left")
            }
            listeners.append(listener)
        }
    }

    private func accept(_ descriptor: CInt, _ peer: PeerAddress, hasTLS: Bool) {
        let limit = peer.isLocal ? limits.connectionsOfLocal : limits.connectionsOfAddress
        let count = counts[peer.network, default: 0]
        guard !isStopping, connections.count < limits.connections, count < limit ?? .max,
            let host = hasTLS ? tlsHost : core.plainHost
        else {
            close(descriptor)
            return
        }
        counts[peer.network] = count + 1
        let connection = ServerConnection(self, peer)
        connections[ObjectIdentifier(connection)] = connection
        connection.start(descriptor, host: host, hasTLS: hasTLS)
    }

    /// A connection is gone.
    func ended(_ connection: ServerConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        let network = connection.peer.network
        let left = counts[network, default: 1] - 1
        counts[network] = left > 0 ? left : nil
        endWhenEmpty()
    }

    /// Accepts nothing more and ends what is not in use.
    /// - Parameter done: called once nothing is left.
    func retire(_ done: @escaping () -> Void) {
        isStopping = true
        whenEmpty = done
        stopListening()
        for connection in connections.values { connection.retire() }
        endWhenEmpty()
    }

    /// Ends whatever is left.
    func abort() {
        for connection in connections.values { connection.abort() }
    }

    private func stopListening() {
        for listener in listeners { listener.stop() }
        listeners = []
    }

    private func endWhenEmpty() {
        guard isStopping, connections.isEmpty, let done = whenEmpty else { return }
        whenEmpty = nil
        // In the next turn: the last connection may be just about to leave its host.
        core.execute { [self] in
            if let tlsHost { lws_vhost_destroy(tlsHost) }
            tlsHost = nil
        }
        done()
    }
}
