// Follows several sources at once, each on a thread of its own: one that fails is tried again, one
// that lies is dropped.
import Dispatch
import Files
import Headers
import Network
import Synchronization

/// Keeps a chain up to date.
public final class HeaderFollower: Sendable {
    private let chain: SharedChain
    private let sources: [HeaderSource]
    private let surroundings: FollowSurroundings
    private let sign = StopSign()
    private let connected = Mutex<Set<HeaderSource>>([])

    private static let pauseMilliseconds: Int64 = 100
    private static let firstBackoffMilliseconds: Int64 = 1_000

    /// A follower of `sources`.
    public init(
        _ chain: SharedChain, _ sources: [HeaderSource], _ surroundings: FollowSurroundings
    ) {
        self.chain = chain
        self.sources = sources
        self.surroundings = surroundings
    }

    /// The sources that answer at the moment.
    public var peers: [HeaderSource] {
        connected.withLock { connected in sources.filter { connected.contains($0) } }
    }

    /// Asks all to end; from any thread.
    public func stop() { sign.stop() }

    /// Follows until `stop`, until no source is left, or until the chain cannot be written; blocks.
    /// - Parameter once: each source is left when it has nothing more, or has failed.
    /// - Returns: how each of them ended.
    /// - Throws: the failure of storage that has ended it.
    public func run(once: Bool) throws -> [(source: HeaderSource, outcome: FollowOutcome)] {
        let outcomes = Mutex<[HeaderSource: FollowOutcome]>([:])
        let broken = Mutex<(any Error)?>(nil)
        let group = DispatchGroup()
        for source in sources {
            DispatchQueue(label: "follow").async(group: group) { [self] in
                do {
                    let outcome = try follow(source, once: once)
                    outcomes.withLock { $0[source] = outcome }
                } catch {
                    broken.withLock { if $0 == nil { $0 = error } }
                    sign.stop()
                }
            }
        }
        group.wait()
        if let error = broken.withLock({ $0 }) { throw error }
        return outcomes.withLock { outcomes in
            sources.map { ($0, outcomes[$0] ?? .stopped) }
        }
    }

    /// - Throws: failures of storage alone.
    private func follow(_ source: HeaderSource, once: Bool) throws -> FollowOutcome {
        var backoff = Self.firstBackoffMilliseconds
        while !sign.isStopped {
            let began = surroundings.elapsed()
            do {
                defer { _ = connected.withLock { $0.remove(source) } }
                return try talk(source, once: once)
            } catch let lie as Misbehaviour {
                surroundings.report(source, .dropped(lie.reason))
                return .dropped(lie.reason)
            } catch let error as NetworkError {
                if once {
                    surroundings.report(source, .failed(error, retryMilliseconds: nil))
                    return .failed(error)
                }
                // Whoever has talked for long is called again at once.
                if surroundings.elapsed() - began > HeaderServiceLimits.backoffMilliseconds {
                    backoff = Self.firstBackoffMilliseconds
                }
                surroundings.report(source, .failed(error, retryMilliseconds: backoff))
                wait(backoff)
                backoff = min(2 * backoff, HeaderServiceLimits.backoffMilliseconds)
            }
        }
        return .stopped
    }

    private func talk(_ source: HeaderSource, once: Bool) throws -> FollowOutcome {
        var surroundings = surroundings
        let report = surroundings.report
        surroundings.report = { [self] source, event in
            switch event {
            case .connected, .caughtUp: _ = connected.withLock { $0.insert(source) }
            default: break
            }
            report(source, event)
        }
        switch source {
        case .node(let host, let port):
            return try NodeFollowing(
                host: host, port: port, source: source, chain: chain, surroundings: surroundings,
                stop: sign
            ).run(once: once)
        case .service(let url):
            return try ServiceFollowing(
                url: url, source: source, chain: chain, surroundings: surroundings, stop: sign
            ).run(once: once)
        }
    }

    private func wait(_ milliseconds: Int64) {
        let began = surroundings.elapsed()
        while !sign.isStopped, surroundings.elapsed() - began < milliseconds {
            surroundings.pause(Self.pauseMilliseconds)
        }
    }
}
