// Being told over WebSockets, and waiting for messages.
import Bytes
import Cryptography
import Documents
import Glibc
import Network
import Synchronization
import Testing

@testable import Channels

/// A follower's own end.
private final class Ear: WebSocketSink {
    struct State {
        var texts: [String] = []
        var code: Int?
    }

    let state = Mutex(State())

    func received(_ message: WebSocketMessage) {
        if case .text(let text) = message { state.withLock { $0.texts.append(text) } }
    }
    func drained() {}
    func closed(code: Int) { state.withLock { $0.code = code } }

    /// Waits until something holds, twenty seconds at most.
    func wait(_ holds: (State) -> Bool) throws -> State {
        for _ in 0..<2_000 {
            let now = state.withLock { $0 }
            if holds(now) { return now }
            breathe()
        }
        Issue.record("nothing has come")
        return state.withLock { $0 }
    }

    func code() throws -> Int? { try wait { $0.code != nil }.code }
}

private func breathe() {
    var time = timespec(tv_sec: 0, tv_nsec: 10_000_000)
    nanosleep(&time, nil)
}

@Suite struct FollowingTests {
    private func open(
        _ rig: ChannelRig, _ id: String, query: String? = nil, bearer: String? = nil
    ) throws -> (ear: Ear, socket: any WebSocketChannel) {
        let ear = Ear()
        var url = rig.url
        url.path = "/api/v1/channel/\(id)/notify"
        url.query = query
        var headers = HTTPHeaders()
        if let bearer { headers.add("Authorization", bearer) }
        let client = WebSocketClient(loop: rig.loop, allowsPrivateAddresses: true)
        return (ear, try client.open(url, headers: headers, sink: ear))
    }

    /// Waits until the server has so many followers.
    private func settle(_ rig: ChannelRig, _ count: Int) throws {
        for _ in 0..<2_000 where rig.service.notifier.count != count { breathe() }
        #expect(rig.service.notifier.count == count)
    }

    private func started(
        _ body: String = "{}", _ change: (inout ChannelOptions) -> Void = { _ in }
    ) throws -> (rig: ChannelRig, id: String, owner: String) {
        let rig = try ChannelRig(change)
        try rig.account()
        let (id, owner) = try rig.channel(body)
        return (rig, id, owner)
    }

    @Test func `all but the author are told, by field, query and first message`() throws {
        let (rig, id, owner) = try started()
        let readers = try (0..<3).map { _ in try rig.token(id).bearer }
        let field = try open(rig, id, bearer: readers[0])
        let query = try open(rig, id, query: "token=\(readers[1].dropFirst(7))")
        let first = try open(rig, id)
        first.socket.send(.text(String(readers[2].dropFirst(7))))
        let author = try open(rig, id, bearer: owner)
        try settle(rig, 4)
        _ = try rig.write(id, owner)
        let expected =
            #"{"channel_id":"\#(id)","notification":"New message arrived.","#
            + #""received":"2026-10-03T04:00:00.000Z"}"#
        for (ear, _) in [field, query, first] {
            #expect(try ear.wait { !$0.texts.isEmpty }.texts == [expected])
        }
        _ = try rig.write(id, readers[0])
        #expect(try author.ear.wait { !$0.texts.isEmpty }.texts == [expected])
        #expect(try query.ear.wait { $0.texts.count == 2 }.texts.count == 2)
        #expect(field.ear.state.withLock { $0.texts.count } == 1)
        for (_, socket) in [field, query, first, author] { socket.close(code: 1000, reason: "") }
        try settle(rig, 0)
    }

    @Test func `the reference server's string`() throws {
        let (rig, id, owner) = try started { $0.tellsStrings = true }
        let reader = try rig.token(id).bearer
        let (ear, _) = try open(rig, id, bearer: reader)
        try settle(rig, 1)
        _ = try rig.write(id, owner)
        #expect(try ear.wait { !$0.texts.isEmpty }.texts == [#""New message arrived.""#])
    }

    @Test func `no upgrade for the unknown and the false`() throws {
        let (rig, id, _) = try started()
        let (other, stranger) = try rig.channel()
        let writer = try rig.token(id, read: false).bearer
        for (channel, bearer) in [
            ("nobody", stranger), (id, "Bearer abc"), (id, stranger), (id, writer),
        ] {
            #expect(throws: NetworkError.self) { try open(rig, channel, bearer: bearer) }
        }
        #expect(throws: NetworkError.self) { try open(rig, other, query: "token=abc") }
        #expect(try rig.ask("GET", "/channel/\(id)/notify", as: stranger).status == 403)
        #expect(try rig.ask("GET", "/channel/nobody/notify", as: stranger).status == 404)
        #expect(try rig.ask("GET", "/channel/\(id)/notify?token=abc").status == 401)
    }

    @Test func `a false first message, and none at all`() throws {
        let (rig, id, _) = try started()
        let wrong = try open(rig, id)
        wrong.socket.send(.text("abc"))
        #expect(try wrong.ear.code() == 1008)
        let silent = try open(rig, id)
        for _ in 0..<30 { rig.service.tick() }
        // It may have come after some of the beats.
        for _ in 0..<2_000 where silent.ear.state.withLock({ $0.code }) == nil {
            rig.service.tick()
            breathe()
        }
        #expect(silent.ear.state.withLock { $0.code } == 1008)
    }

    @Test func `whose right ends is told so`() throws {
        let (rig, id, owner) = try started(#"{"public_read":true}"#)
        let reader = try rig.token(id)
        let token = try open(rig, id, bearer: reader.bearer)
        let anybody = try open(rig, id)
        let last = try open(rig, id, bearer: owner)
        try settle(rig, 3)
        let basic = ChannelRig.basic()
        _ = try rig.ask("DELETE", "/account/1/channel/\(id)/api-token/\(reader.id)", as: basic)
        #expect(try token.ear.code() == 1008)
        _ = try rig.ask(
            "POST", "/account/1/channel/\(id)", as: basic, type: "application/json",
            #"{"public_read":false}"#)
        #expect(try anybody.ear.code() == 1008)
        _ = try rig.ask("DELETE", "/account/1/channel/\(id)", as: basic)
        #expect(try last.ear.code() == 1008)
        try settle(rig, 0)
    }

    @Test func `there are only so many`() throws {
        let (rig, id, owner) = try started { $0.followers = 1 }
        let first = try open(rig, id, bearer: owner)
        try settle(rig, 1)
        let second = try open(rig, id, bearer: owner)
        #expect(try second.ear.code() == 1013)
        rig.service.stop()
        #expect(try first.ear.code() == 1001)
    }

    @Test func `the client follows and waits`() throws {
        let (rig, id, owner) = try started()
        let reader = try rig.token(id).bearer
        func client(_ bearer: String) throws -> ChannelClient {
            try ChannelClient(
                rig.url.appending(path: "/api/v1/channel/\(id)"),
                token: SecretBytes(Array(bearer.dropFirst(7).utf8)), over: rig.client)
        }
        let sockets = WebSocketClient(loop: rig.loop, allowsPrivateAddresses: true)
        let follower = try client(reader).follow(over: sockets)
        #expect(try follower.next(milliseconds: 1) == nil)
        let written = try client(owner).write([1, 2], type: "a/b")
        let told = try #require(try follower.next(milliseconds: 20_000))
        #expect(told.channel == id && told.text == "New message arrived.")
        #expect(told.received == written.received)
        for inQuery in [false, true] {
            let messages = try client(reader).waitForMessages(
                unreadOnly: true, milliseconds: 20_000, over: sockets,
                showsTokenInQuery: inQuery)
            #expect(messages == [written])
        }
        #expect(
            try client(owner).waitForMessages(
                unreadOnly: true, milliseconds: 1, over: sockets
            ).isEmpty)
        follower.stop()
        #expect(throws: ChannelClientError.self) { try follower.next(milliseconds: 20_000) }
    }
}
