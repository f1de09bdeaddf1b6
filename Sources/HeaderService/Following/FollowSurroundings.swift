// What following a source takes of the world.
import Cryptography
import Headers
import Network
import Synchronization

/// Clocks, randomness, a client, and where it is told what happens.
public struct FollowSurroundings: Sendable {
    /// Seconds since 1970.
    public var now: @Sendable () -> Int64
    /// Milliseconds of a clock that only goes forward.
    public var elapsed: @Sendable () -> Int64
    /// Waits so many milliseconds.
    public var pause: @Sendable (Int64) -> Void
    /// Nonces of connections.
    public var random: any RandomSource
    /// Asks other services.
    public var http: any HTTPSender
    /// How this program names itself to nodes: `/wallet:0.1.0/`.
    public var agent: String
    /// Shown to services that ask for it; nil for none.
    public var token: String?
    /// Milliseconds between two looks at a service.
    public var intervalMilliseconds: Int64
    /// Told what happens.
    public var report: @Sendable (HeaderSource, FollowEvent) -> Void

    /// All of it.
    public init(
        now: @escaping @Sendable () -> Int64, elapsed: @escaping @Sendable () -> Int64,
        pause: @escaping @Sendable (Int64) -> Void, random: any RandomSource,
        http: any HTTPSender, agent: String, token: String? = nil,
        intervalMilliseconds: Int64 = 10_000,
        report: @escaping @Sendable (HeaderSource, FollowEvent) -> Void
    ) {
        self.now = now
        self.elapsed = elapsed
        self.pause = pause
        self.random = random
        self.http = http
        self.agent = agent
        self.token = token
        self.intervalMilliseconds = intervalMilliseconds
        self.report = report
    }
}

/// Whether an end was asked for.
final class StopSign: Sendable {
    private let isSet = Atomic<Bool>(false)

    var isStopped: Bool { isSet.load(ordering: .relaxed) }

    func stop() { isSet.store(true, ordering: .relaxed) }
}

/// What a source has sent is false.
struct Misbehaviour: Error {
    let reason: any Error
}
