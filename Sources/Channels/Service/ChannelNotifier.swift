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
