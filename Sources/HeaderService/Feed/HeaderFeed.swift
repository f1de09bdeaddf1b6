// Who is told at once when headers come: WebSockets, in the protocol of the block headers service's
// clients (Centrifuge's, JSON) or plain.
import Bytes
import Cryptography
import Documents
import Network
import Synchronization

/// All followers, and the last events for those who come back.
final class HeaderFeed: Sendable {
    /// One of them.
    final class Follower: Sendable {
        let socket: any WebSocketChannel
        let isPlain: Bool

        init(_ socket: any WebSocketChannel, isPlain: Bool) {
            self.socket = socket
            self.isPlain = isPlain
        }
    }

    private struct State {
        var followers: [ObjectIdentifier: Follower] = [:]
        var sockets = 0
        var events: [(offset: Int, json: ForeignJSON)] = []
        var offset = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    /// Names this run: offsets of another are of no use.
    let epoch: String

    init(epoch: String) { self.epoch = epoch }

    /// Whether another WebSocket may come.
    func admit() -> Bool {
        state.withLock { state in
            guard state.sockets < HeaderServiceLimits.followers, !state.isStopped else {
                return false
            }
            state.sockets += 1
            return true
        }
    }

    /// One that was admitted is gone.
    func leave() { state.withLock { $0.sockets -= 1 } }

    /// Adds a follower, and gives what it has missed since an offset.
    /// - Returns: the offset now, and the events after `offset`; nil where they are not all known.
    func add(
        _ follower: Follower, since offset: Int?
    ) -> (offset: Int, missed: [(offset: Int, json: ForeignJSON)]?) {
        state.withLock { state in
            state.followers[ObjectIdentifier(follower)] = follower
            guard let offset else { return (state.offset, nil) }
            let missed = state.events.filter { $0.offset > offset }
            let isWhole = offset <= state.offset && missed.count == state.offset - offset
            return (state.offset, isWhole ? missed : nil)
        }
    }

    func remove(_ follower: Follower) {
        _ = state.withLock { $0.followers.removeValue(forKey: ObjectIdentifier(follower)) }
    }

    /// Tells all.
    func tell(_ events: [ForeignJSON]) {
        let (told, followers) = state.withLock { state in
            var told: [(offset: Int, json: ForeignJSON)] = []
            for event in events {
                state.offset += 1
                told.append((state.offset, event))
            }
            state.events = (state.events + told).suffix(HeaderServiceLimits.remembered)
            return (told, Array(state.followers.values))
        }
        let plain = told.map { String(decoding: $0.json.bytes, as: UTF8.self) }
        let framed = told.map { CentrifugeReply.publication($0.json, offset: $0.offset) }
        for follower in followers {
            // Whoever does not read is not waited for.
            guard follower.socket.pendingBytes < HeaderServiceLimits.backlogBytes else {
                follower.socket.close(code: 1008, reason: "too slow")
                continue
            }
            for text in follower.isPlain ? plain : framed { follower.socket.send(.text(text)) }
        }
    }

    /// Keeps connections alive as Centrifuge's clients expect it.
    func ping() {
        let followers = state.withLock { Array($0.followers.values) }
        for follower in followers where !follower.isPlain { follower.socket.send(.text("{}")) }
    }

    /// Ends all.
    func stop() {
        let followers = state.withLock { state in
            state.isStopped = true
            return Array(state.followers.values)
        }
        for follower in followers { follower.socket.close(code: 1001, reason: "") }
    }
}

/// A follower without a protocol: one event a message. Where a token is needed and none came with
/// the request, the first message is one.
final class PlainSocket: WebSocketSink, Sendable {
    private let feed: HeaderFeed
    private let follower: HeaderFeed.Follower
    private let isKnown: @Sendable (String) -> Bool
    private let isAdmitted: Mutex<Bool>

    init(
        _ feed: HeaderFeed, _ socket: any WebSocketChannel, isAdmitted: Bool,
        isKnown: @escaping @Sendable (String) -> Bool
    ) {
        self.feed = feed
        follower = HeaderFeed.Follower(socket, isPlain: true)
        self.isKnown = isKnown
        self.isAdmitted = Mutex(isAdmitted)
        if isAdmitted { _ = feed.add(follower, since: nil) }
    }

    func received(_ message: WebSocketMessage) {
        guard !isAdmitted.withLock({ $0 }), case .text(let token) = message else { return }
        guard isKnown(token) else {
            return follower.socket.close(code: 1008, reason: "no such access token")
        }
        isAdmitted.withLock { $0 = true }
        _ = feed.add(follower, since: nil)
    }

    func drained() {}

    func closed(code: Int) {
        feed.remove(follower)
        feed.leave()
    }
}
