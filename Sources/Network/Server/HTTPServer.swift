// A server of HTTP/1.1 and WebSocket.
import Dispatch
import Glibc
import Synchronization

/// Listens on some addresses and has a handler answer.
public final class HTTPServer: Sendable {
    private enum State {
        case made
        case running
        case stopped
    }

    private let loop: EventLoop
    private let addresses: [ListenAddress]
    private let tls: TLSFiles?
    private let socketMode: UInt32
    private let core: ServerCore
    private let state = Mutex(State.made)

    /// - Parameters:
    ///   - addresses: Where it listens. Those of the network use TLS where `tls` is given, Unix
    ///     sockets never.
    ///   - socketMode: Who may use Unix sockets; the owner alone, unless said otherwise.
    ///   - clock: Seconds since 1970, for `Date`.
    public init(
        loop: EventLoop, addresses: [ListenAddress], tls: TLSFiles? = nil,
        limits: ServerLimits = ServerLimits(), socketMode: UInt32 = 0o600,
        clock: @escaping @Sendable () -> Int64, handler: any HTTPHandler
    ) {
        self.loop = loop
        self.addresses = addresses
        self.tls = tls
        self.socketMode = socketMode
        core = ServerCore(loop.core, limits: limits, clock: clock, handler: handler)
    }

    /// Binds and begins to accept; once.
    /// - Returns: Where it listens, with the ports that the system chose.
    /// - Throws: `NetworkError.cannotListen`, `.unusableCertificate`.
    public func start() throws(NetworkError) -> [ListenAddress] {
        let isFirst = state.withLock { state in
            defer { if state == .made { state = .running } }
            return state == .made
        }
        precondition(isFirst, "a server starts once")
        var sockets: [ListeningSocket] = []
        do throws(NetworkError) {
            for address in addresses {
                sockets.append(try ListeningSocket(address, mode: socketMode))
            }
        } catch {
            for socket in sockets {
                socket.remove()
                close(socket.descriptor)
            }
            throw error
        }
        let bound = sockets
        let result = loop.core.ask { [core, tls] in
            Result { () throws(NetworkError) in try core.start(bound, tls: tls) }
        }
        guard let result else {
            throw NetworkError.cannotListen(address: "", reason: "the loop has ended")
        }
        try result.get()
        return bound.map(\.address)
    }

    /// Accepts nothing more; running requests are finished and their connections closed,
    /// WebSockets are closed with 1001. Returns when all is closed, at the latest after
    /// `graceSeconds`, when it closes what is left. Not to be called on the loop's thread.
    public func stop(graceSeconds: Int) {
        let wasRunning = state.withLock { state in
            defer { state = .stopped }
            return state == .running
        }
        guard wasRunning else { return }
        precondition(!loop.core.isCurrent, "the loop cannot wait for itself")
        let done = DispatchSemaphore(value: 0)
        guard loop.core.execute({ [core] in core.retire { done.signal() } }) else { return }
        if done.wait(timeout: .now() + .seconds(graceSeconds)) == .success { return }
        loop.core.execute { [core] in core.abort() }
        // They are gone in the next turn of the loop.
        _ = done.wait(timeout: .now() + .seconds(1))
    }
}
