// A channel server on the network: service, sockets, and the beat that keeps them going.
import Dispatch
import Network
import Synchronization

/// A running server of channels.
public final class ChannelServer: Sendable {
    private let service: ChannelService
    private let loop: EventLoop
    private let server: HTTPServer
    private let isSecure: Bool
    private let ending = DispatchSemaphore(value: 0)
    private let isOver = Mutex(false)
    private let queue = DispatchQueue(label: "channels.beat")

    /// Seconds that running requests have to end after a stop.
    private static let graceSeconds = 10

    /// Opens what is to be served; nobody is let in before `start`.
    /// - Throws: `NetworkError`.
    public init(
        _ service: ChannelService, listen addresses: [ListenAddress], tls: TLSFiles?
    ) throws(NetworkError) {
        self.service = service
        isSecure = tls != nil
        loop = try EventLoop()
        let now = service.options.now
        server = HTTPServer(
            loop: loop, addresses: addresses, tls: tls, clock: { now() / 1_000 }, handler: service)
    }

    /// Lets people in.
    /// - Returns: the URLs under which the server answers.
    /// - Throws: `NetworkError`.
    public func start() throws(NetworkError) -> [String] {
        let addresses = try server.start()
        beat()
        return addresses.map { address in
            switch address {
            case .unix: address.description
            default: (isSecure ? "https://" : "http://") + address.description
            }
        }
    }

    private func beat() {
        queue.asyncAfter(deadline: .now() + .seconds(1)) { [self] in
            guard !isOver.withLock({ $0 }) else { return }
            service.tick()
            beat()
        }
    }

    /// Asks the server to stop; from any thread, and from a signal's handler on a queue.
    public func requestStop() { ending.signal() }

    /// Waits until somebody asks for the end; then lets running requests end.
    public func wait() {
        ending.wait()
        isOver.withLock { $0 = true }
        service.stop()
        server.stop(graceSeconds: Self.graceSeconds)
        loop.stop()
        service.close()
    }
}
