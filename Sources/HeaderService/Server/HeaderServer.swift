// A chain on the network: sockets, the beat that keeps them going, and what follows other sources.
import Dispatch
import Headers
import Network
import Synchronization

/// A running service of headers.
public final class HeaderServer: Sendable {
    private let chain: SharedChain
    private let service: HeaderService
    private let server: HTTPServer
    private let follower: HeaderFollower?
    private let ending = DispatchSemaphore(value: 0)
    private let failure = Mutex<(any Error)?>(nil)
    private let isStopped = Atomic<Bool>(false)
    private let isSecure: Bool
    private let beat = DispatchQueue(label: "headers-beat")
    private let following = DispatchQueue(label: "headers-follow")
    private let followed = DispatchGroup()

    private static let graceSeconds = 10

    /// - Parameters:
    ///   - follower: takes headers in meanwhile; nil where another process does.
    ///   - clock: seconds since 1970.
    public init(
        _ chain: SharedChain, _ service: HeaderService, loop: EventLoop,
        addresses: [ListenAddress], tls: TLSFiles?, follower: HeaderFollower?,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.chain = chain
        self.service = service
        self.follower = follower
        isSecure = tls != nil
        var limits = ServerLimits()
        limits.messageBytes = HeaderServiceLimits.followerBytes
        server = HTTPServer(
            loop: loop, addresses: addresses, tls: tls, limits: limits, clock: clock,
            handler: service)
    }

    /// Lets people in.
    /// - Returns: the URLs under which it answers.
    /// - Throws: `NetworkError`.
    public func start() throws -> [String] {
        let addresses = try server.start()
        pulse()
        if let follower {
            following.async(group: followed) { [self] in
                do { _ = try follower.run(once: false) } catch { end(error) }
            }
        }
        return addresses.map { address in
            switch address {
            case .unix: address.description
            default: (isSecure ? "https://" : "http://") + address.description
            }
        }
    }

    private func pulse() {
        beat.asyncAfter(deadline: .now() + .seconds(1)) { [self] in
            guard !isStopped.load(ordering: .relaxed) else { return }
            service.tick()
            pulse()
        }
    }

    /// Asks it to stop; from any thread.
    public func requestStop() { end(nil) }

    private func end(_ error: (any Error)?) {
        failure.withLock { if $0 == nil { $0 = error } }
        ending.signal()
    }

    /// Waits until somebody asks for the end, or the chain cannot be written any more; lets running
    /// requests end.
    /// - Throws: the failure of storage that has ended it.
    public func wait() throws {
        ending.wait()
        isStopped.store(true, ordering: .relaxed)
        follower?.stop()
        service.stop()
        server.stop(graceSeconds: Self.graceSeconds)
        followed.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
