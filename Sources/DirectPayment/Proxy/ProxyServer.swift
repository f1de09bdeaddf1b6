// A relay that listens: sockets, the store and the beat that keeps time.
import Bytes
import Cryptography
import Dispatch
import Network
import Synchronization

/// What the operator of a relay's server decides.
public struct ProxyServing: Sendable {
    /// How it behaves.
    public var options: ProxyOptions
    /// Where to listen.
    public var addresses: [ListenAddress]
    /// Certificate chain and key; nil for plain HTTP.
    public var tls: TLSFiles?
    /// The database; nil: nothing outlives the process.
    public var storePath: String?
    /// Whether another server ends TLS, and names peers in `X-Forwarded-For`.
    public var isBehindProxy = false
    /// Connections at one time from one address: a wallet has one for each invoice.
    public var connectionsOfAddress = Limits.proxyConnectionsOfAddress
    /// Connections at one time altogether.
    public var connections = Limits.proxyConnections
    /// Milliseconds between two pings.
    public var pingMilliseconds = 54_000

    /// The usual serving.
    public init(options: ProxyOptions, addresses: [ListenAddress]) {
        self.options = options
        self.addresses = addresses
    }
}

/// A running relay.
public final class ProxyServer: Sendable {
    private let service: ProxyService
    private let loop: EventLoop
    private let server: HTTPServer
    private let isSecure: Bool
    private let end = DispatchSemaphore(value: 0)
    private let isStopping = Atomic<Bool>(false)
    private let beat = DispatchQueue(label: "proxy.beat")

    // limit: seconds that running requests have to end
    private static let graceSeconds = 10
    // limit: milliseconds between two looks at the clock
    private static let beatMilliseconds = 250

    /// Opens the store; nobody is let in before `start`.
    /// - Throws: failures of storage; `NetworkError`, `DirectPaymentError`.
    public init(_ serving: ProxyServing, _ surroundings: ProxyService.Surroundings) throws {
        service = try ProxyService(
            serving.options, store: try serving.storePath.map { try ProxyStore(path: $0) },
            isBehindProxy: serving.isBehindProxy, surroundings)
        loop = try EventLoop()
        isSecure = serving.tls != nil
        var limits = ServerLimits()
        limits.connectionsOfAddress = serving.connectionsOfAddress
        limits.connections = serving.connections
        limits.pingMilliseconds = serving.pingMilliseconds
        limits.messageBytes = serving.options.frameBytes
        limits.backlogBytes = 2 * serving.options.frameBytes
        server = HTTPServer(
            loop: loop, addresses: serving.addresses, tls: serving.tls, limits: limits,
            clock: { surroundings.now() / 1_000 }, handler: service)
    }

    /// Lets people in.
    /// - Returns: the URLs under which the relay answers; the first is the public one where none
    ///   was given.
    /// - Throws: `NetworkError`.
    public func start() throws -> [String] {
        let addresses = try server.start()
        tick()
        let urls = addresses.map { address in
            switch address {
            case .unix: address.description
            default: (isSecure ? "https://" : "http://") + address.description
            }
        }
        service.namePublicURL(urls.first { $0.hasPrefix("http") } ?? "http://localhost")
        return urls
    }

    private func tick() {
        beat.asyncAfter(deadline: .now() + .milliseconds(Self.beatMilliseconds)) { [weak self] in
            guard let self, !isStopping.load(ordering: .relaxed) else { return }
            service.tick()
            tick()
        }
    }

    /// Asks the relay to stop; from any thread.
    public func requestStop() { end.signal() }

    /// Waits until somebody asks for the end; then closes sockets and lets requests end.
    public func wait() {
        end.wait()
        isStopping.store(true, ordering: .relaxed)
        service.stop()
        server.stop(graceSeconds: Self.graceSeconds)
        service.stop()
        loop.stop()
    }
}
