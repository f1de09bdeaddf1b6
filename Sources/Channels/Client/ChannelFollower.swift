// Following a channel: being told, over a WebSocket, that a message has come.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

/// That something has come. It is a trigger: what has come is read with `ChannelClient.messages`.
public struct ChannelNotification: Sendable, Equatable {
    /// What the server says, such as `New message arrived.`
    public let text: String
    /// The channel, where the server names it.
    public let channel: String?
    /// When, as the server says it.
    public let received: String?

    /// An object, a JSON string, or any text.
    init(_ text: String) {
        let value = try? ForeignJSON(Array(text.utf8))
        self.text = value?["notification"]?.string ?? value?.string ?? text
        channel = value?["channel_id"]?.string
        received = value?["received"]?.string
    }
}

/// An open WebSocket of a channel.
public final class ChannelFollower: Sendable {
    private struct State {
        var waiting: [ChannelNotification] = []
        var ended: Int?
    }

    private let state = Mutex(State())
    private let arrived = DispatchSemaphore(value: 0)
    private let socket = Mutex<(any WebSocketChannel)?>(nil)

    /// Notifications that wait; what comes beyond says nothing new.
    private static let waitingLimit = 1_000

    init() {}

    func opened(_ channel: any WebSocketChannel) { socket.withLock { $0 = channel } }

    /// The next notification; nil where none has come in time.
    /// - Parameter milliseconds: how long to wait; nil: until one comes.
    /// - Throws: `ChannelClientError.ended`.
    public func next(milliseconds: Int?) throws(ChannelClientError) -> ChannelNotification? {
        let deadline = milliseconds.map { DispatchTime.now() + .milliseconds($0) } ?? .distantFuture
        while true {
            let (notification, ended) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.ended)
            }
            if let notification { return notification }
            if let ended { throw .ended(code: ended) }
            if arrived.wait(timeout: deadline) == .timedOut { return nil }
        }
    }

    /// Takes all notifications that wait: one reading answers them all.
    public func forgetWaiting() { state.withLock { $0.waiting = [] } }

    /// Closes the WebSocket; whoever waits in `next` is told.
    public func stop() { socket.withLock { $0 }?.close(code: 1000, reason: "") }
}

extension ChannelFollower: WebSocketSink {
    /// Takes a notification.
    public func received(_ message: WebSocketMessage) {
        guard case .text(let text) = message, text.utf8.count <= Limits.channelPathBytes else {
            return
        }
        let isNew = state.withLock { state in
            guard state.waiting.count < Self.waitingLimit else { return false }
            state.waiting.append(ChannelNotification(text))
            return true
        }
        if isNew { arrived.signal() }
    }

    /// Nothing is waited for.
    public func drained() {}

    /// The connection is over.
    public func closed(code: Int) {
        state.withLock { $0.ended = code }
        arrived.signal()
    }
}

extension ChannelClient {
    /// Follows the channel: from the moment at which this returns, nothing comes without a
    /// notification. What this token writes itself is not told.
    /// - Parameters:
    ///   - sockets: decides whose certificates are believed.
    ///   - showsTokenInQuery: as servers of others want it. Queries end up in logs: ours takes the
    ///     token in a field.
    public func follow(
        over sockets: WebSocketClient, showsTokenInQuery: Bool = false
    ) throws(ChannelClientError) -> ChannelFollower {
        var url = url.appending(path: "/notify")
        var headers = HTTPHeaders()
        if showsTokenInQuery {
            url.query = tokenText.map { "token=\($0)" }
        } else if let authorization {
            headers.add(
                "Authorization",
                authorization.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
        }
        let follower = ChannelFollower()
        do throws(NetworkError) {
            follower.opened(try sockets.open(url, headers: headers, sink: follower))
        } catch {
            // The answer to a handshake says little: a question says why.
            if case .malformed = error { _ = try highest() }
            throw .network(error)
        }
        return follower
    }

    /// The messages that are for this token, once there is one; empty where none has come in time.
    /// - Parameters:
    ///   - after: only those behind this sequence.
    ///   - milliseconds: how long to wait; nil: until one comes.
    public func waitForMessages(
        unreadOnly: Bool, after: Int = 0, milliseconds: Int?, over sockets: WebSocketClient,
        showsTokenInQuery: Bool = false
    ) throws(ChannelClientError) -> [ReceivedMessage] {
        // First the WebSocket, then the question: so nothing comes in between.
        let follower = try follow(over: sockets, showsTokenInQuery: showsTokenInQuery)
        defer { follower.stop() }
        let deadline = milliseconds.map { DispatchTime.now() + .milliseconds($0) }
        while true {
            let messages = try messages(unreadOnly: unreadOnly, after: after)
            if !messages.isEmpty { return messages }
            let left = deadline.map { deadline in
                let now = DispatchTime.now().uptimeNanoseconds
                return deadline.uptimeNanoseconds > now
                    ? Int((deadline.uptimeNanoseconds - now) / 1_000_000) : 0
            }
            guard try follower.next(milliseconds: left) != nil else { return [] }
            follower.forgetWaiting()
        }
    }
}
