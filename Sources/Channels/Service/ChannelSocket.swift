// One follower's connection. Where it came without a token, its first message is one.
import Network
import Synchronization

/// Takes what a follower says.
final class ChannelSocket: WebSocketSink, Sendable {
    private enum State {
        /// Since then it is waited for a token.
        case asked
        case admitted(ChannelNotifier.Follower)
        case over
    }

    private let service: ChannelService
    private let socket: any WebSocketChannel
    private let channel: Channel
    private let state = Mutex(State.asked)

    /// - Parameter token: nil where none was shown.
    /// - Parameter isAdmitted: whether nothing more is asked.
    init(
        _ service: ChannelService, _ socket: any WebSocketChannel, _ channel: Channel,
        token: Int?, isAdmitted: Bool
    ) {
        self.service = service
        self.socket = socket
        self.channel = channel
        if isAdmitted { admit(token) } else { service.notifier.ask(self) }
    }

    private func admit(_ token: Int?) {
        let new = ChannelNotifier.Follower(channel: channel.id, socket: socket, token: token)
        guard service.notifier.add(new) else {
            return socket.close(code: 1013, reason: "too many follow")
        }
        state.withLock { $0 = .admitted(new) }
        // Since the head was judged the token may have ended, or the channel.
        if !service.mayFollow(channel.id, token: token) {
            socket.close(code: 1008, reason: "the token has ended")
        }
    }

    /// It has not shown a token in time.
    func giveUp() {
        socket.close(code: 1008, reason: "no token has come")
    }

    func received(_ message: WebSocketMessage) {
        // Those who are admitted have nothing to say.
        guard state.withLock({ if case .asked = $0 { true } else { false } }),
            case .text(let text) = message
        else { return }
        service.notifier.forget(self)
        guard let token = try? service.reader(text, channel) else {
            return socket.close(code: 1008, reason: "no token of this channel")
        }
        admit(token.id)
    }

    func drained() {}

    func closed(code: Int) {
        service.notifier.forget(self)
        let last = state.withLock { state in
            defer { state = .over }
            return state
        }
        if case .admitted(let gone) = last { service.notifier.remove(gone) }
    }
}
