// Centrifuge's protocol in JSON, as far as clients of the block headers service use it: connect,
// subscribe to the channel `headers`, recover what was missed, pings.
import Bytes
import Cryptography
import Documents
import Network
import Synchronization

/// Frames that the server sends.
enum CentrifugeReply {
    static let channel = "headers"
    /// Seconds between two pings.
    static let pingSeconds = 25

    /// Errors of the protocol.
    enum Fault: Int {
        case unauthorized = 101
        case unknownChannel = 102
        case methodNotFound = 104
        case alreadySubscribed = 105
        case badRequest = 107
        case notAvailable = 108

        var message: String {
            switch self {
            case .unauthorized: "unauthorized"
            case .unknownChannel: "unknown channel"
            case .methodNotFound: "method not found"
            case .alreadySubscribed: "already subscribed"
            case .badRequest: "bad request"
            case .notAvailable: "not available"
            }
        }
    }

    static func publication(_ json: ForeignJSON, offset: Int) -> String {
        text(
            .object([
                .init(
                    "push",
                    .object([
                        .init("channel", .string(channel)),
                        .init("pub", pub(json, offset: offset)),
                    ]))
            ]))
    }

    static func pub(_ json: ForeignJSON, offset: Int) -> ForeignJSON {
        .object([.init("data", json), .init("offset", ForeignJSON(offset))])
    }

    static func reply(_ id: Int, _ name: String, _ result: ForeignJSON) -> String {
        text(.object([.init("id", ForeignJSON(id)), .init(name, result)]))
    }

    static func fault(_ id: Int, _ fault: Fault) -> String {
        reply(
            id, "error",
            .object([
                .init("code", ForeignJSON(fault.rawValue)),
                .init("message", .string(fault.message)),
            ]))
    }

    static func text(_ json: ForeignJSON) -> String { String(decoding: json.bytes, as: UTF8.self) }
}

/// One connection of such a client.
final class CentrifugeSocket: WebSocketSink, Sendable {
    private struct State {
        var isConnected = false
        var isSubscribed = false
    }

    private let feed: HeaderFeed
    private let follower: HeaderFeed.Follower
    private let client: String
    private let mayRead: @Sendable (String?) -> Bool
    private let state = Mutex(State())

    /// - Parameter mayRead: whether a token, or none, lets somebody read.
    init(
        _ feed: HeaderFeed, _ socket: any WebSocketChannel, client: String,
        mayRead: @escaping @Sendable (String?) -> Bool
    ) {
        self.feed = feed
        follower = HeaderFeed.Follower(socket, isPlain: false)
        self.client = client
        self.mayRead = mayRead
    }

    private func send(_ text: String) { follower.socket.send(.text(text)) }

    func received(_ message: WebSocketMessage) {
        guard case .text(let text) = message else {
            return follower.socket.close(code: 3501, reason: "bad request")
        }
        // Several commands may stand in a frame, a line each.
        for line in text.split(separator: "\n") {
            guard let command = try? ForeignJSON(Array(line.utf8)), let members = command.members
            else { return follower.socket.close(code: 3501, reason: "bad request") }
            // An empty one answers our ping.
            if !members.isEmpty { answer(command) }
        }
    }

    private func answer(_ command: ForeignJSON) {
        guard let id = command["id"]?.integer, id > 0 else {
            // Without a number nobody waits for an answer.
            if command["send"] == nil { follower.socket.close(code: 3501, reason: "bad request") }
            return
        }
        if let connect = command["connect"] { return self.connect(id, connect) }
        guard state.withLock({ $0.isConnected }) else {
            return follower.socket.close(code: 3501, reason: "bad request")
        }
        if let subscribe = command["subscribe"] {
            self.subscribe(id, subscribe)
        } else if let unsubscribe = command["unsubscribe"] {
            guard unsubscribe["channel"]?.string == CentrifugeReply.channel else {
                return send(CentrifugeReply.fault(id, .unknownChannel))
            }
            state.withLock { $0.isSubscribed = false }
            feed.remove(follower)
            send(CentrifugeReply.reply(id, "unsubscribe", .object([])))
        } else if command["ping"] != nil {
            send(CentrifugeReply.reply(id, "ping", .object([])))
        } else {
            let isKnown = ["publish", "presence", "presence_stats", "history", "rpc", "refresh"]
                .contains { command[$0] != nil }
            send(CentrifugeReply.fault(id, isKnown ? .notAvailable : .methodNotFound))
        }
    }

    private func connect(_ id: Int, _ command: ForeignJSON) {
        guard mayRead(command["token"]?.string) else {
            return follower.socket.close(code: 3500, reason: "invalid token")
        }
        guard !state.withLock({ $0.isConnected }) else {
            return send(CentrifugeReply.fault(id, .badRequest))
        }
        state.withLock { $0.isConnected = true }
        send(
            CentrifugeReply.reply(
                id, "connect",
                .object([
                    .init("client", .string(client)), .init("version", "wallet"),
                    .init("ping", ForeignJSON(CentrifugeReply.pingSeconds)), .init("pong", true),
                ])))
    }

    private func subscribe(_ id: Int, _ command: ForeignJSON) {
        guard command["channel"]?.string == CentrifugeReply.channel else {
            return send(CentrifugeReply.fault(id, .unknownChannel))
        }
        guard !state.withLock({ $0.isSubscribed }) else {
            return send(CentrifugeReply.fault(id, .alreadySubscribed))
        }
        state.withLock { $0.isSubscribed = true }
        let isRecovering = command["recover"]?.boolean ?? false
        let isSameRun = command["epoch"]?.string == feed.epoch
        let since = isRecovering && isSameRun ? command["offset"]?.integer ?? 0 : nil
        let (offset, missed) = feed.add(follower, since: since)
        var members: [ForeignJSON.Member] = [
            .init("recoverable", true), .init("epoch", .string(feed.epoch)),
            .init("offset", ForeignJSON(offset)), .init("positioned", true),
        ]
        if isRecovering {
            members.append(.init("was_recovering", true))
            members.append(.init("recovered", .boolean(missed != nil)))
            let publications = (missed ?? []).map {
                CentrifugeReply.pub($0.json, offset: $0.offset)
            }
            members.append(.init("publications", .array(publications)))
        }
        send(CentrifugeReply.reply(id, "subscribe", .object(members)))
    }

    func drained() {}

    func closed(code: Int) {
        feed.remove(follower)
        feed.leave()
    }
}
