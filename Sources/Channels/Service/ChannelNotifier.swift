// Who is told when a message arrives.
import Network
import Synchronization

/// The WebSockets that follow channels.
final class ChannelNotifier: Sendable {
    /// One of them.
    final class Follower: Sendable {
        let channel: String
        let socket: any WebSocketChannel
        /// The token that it showed; nil where anybody may read.
        let token: Int?

        init(channel: String, socket: any WebSocketChannel, token: Int?) {
            self.channel = channel
            self.socket = socket
            self.token = token
        }
    }

    private struct State {
        var followers: [String: [ObjectIdentifier: Follower]] = [:]
        var count = 0
        /// Those that must show a token, and for how many beats they have been asked.
        var asked: [ObjectIdentifier: (socket: ChannelSocket, beats: Int)] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// How many there are.
    var count: Int { state.withLock { $0.count } }

    /// Adds a follower; false where there are too many.
    func add(_ follower: Follower) -> Bool {
        state.withLock { state in
            guard state.count < limit, !state.isStopped else { return false }
            state.followers[follower.channel, default: [:]][ObjectIdentifier(follower)] = follower
            state.count += 1
            return true
        }
    }

    /// Beats within which a token must be shown.
    private static let patience = 10

    /// Waits for a token.
    func ask(_ socket: ChannelSocket) {
        let isTaken = state.withLock { state in
            guard state.asked.count < limit, !state.isStopped else { return false }
            state.asked[ObjectIdentifier(socket)] = (socket, 0)
            return true
        }
        if !isTaken { socket.giveUp() }
    }

    func forget(_ socket: ChannelSocket) {
        state.withLock { _ = $0.asked.removeValue(forKey: ObjectIdentifier(socket)) }
    }

    /// To be called once a second.
    func beat() {
        let late = state.withLock { state in
            for key in state.asked.keys { state.asked[key]?.beats += 1 }
            return state.asked.values.filter { $0.beats > Self.patience }.map(\.socket)
        }
        for socket in late {
            forget(socket)
            socket.giveUp()
        }
    }

    func remove(_ follower: Follower) {
        state.withLock { state in
            guard
                state.followers[follower.channel]?.removeValue(
                    forKey: ObjectIdentifier(follower)) != nil
            else { return }
            state.count -= 1
            if state.followers[follower.channel]?.isEmpty == true {
                state.followers[follower.channel] = nil
            }
        }
    }

    /// Tells all who follow a channel but the author of what has come.
    func tell(_ channel: String, author: Int?, _ text: String) {
        let followers = state.withLock { Array(($0.followers[channel] ?? [:]).values) }
        for follower in followers where author == nil || follower.token != author {
            follower.socket.send(.text(text))
        }
    }

    /// Ends those that came without a token: the channel is no longer public.
    func endPublic(_ channel: String) {
        let followers = state.withLock { Array(($0.followers[channel] ?? [:]).values) }
        for follower in followers where follower.token == nil {
            follower.socket.close(code: 1008, reason: "the channel is not public")
        }
    }

    /// Ends those whose token is no longer good, or all of a channel.
    func end(_ channel: String, token: Int? = nil) {
        let followers = state.withLock { Array(($0.followers[channel] ?? [:]).values) }
        for follower in followers where token == nil || follower.token == token {
            follower.socket.close(code: 1008, reason: "the token has ended")
        }
    }

    /// Ends all.
    func stop() {
        let followers = state.withLock { state in
            state.isStopped = true
            return state.followers.values.flatMap(\.values)
        }
        for follower in followers { follower.socket.close(code: 1001, reason: "") }
    }
}
