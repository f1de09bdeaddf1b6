// The client: against our server, and against answers that others might give.
import Bytes
import Cryptography
import Documents
import Network
import Synchronization
import Testing

@testable import Channels

/// Answers what it is told.
private final class ScriptedSender: HTTPSender {
    let requests = Mutex<[HTTPRequest]>([])
    let answer: HTTPResponse

    init(_ status: Int, _ body: String = "", _ headers: HTTPHeaders = HTTPHeaders()) {
        answer = HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        return answer
    }
}

private let secret = SecretBytes(Array("tok-en".utf8))

@Suite struct ChannelClientTests {
    private func channel(_ sender: ScriptedSender) throws -> ChannelClient {
        try ChannelClient(
            WebURL("https://c.example/api/v1/channel/abc"), token: secret, over: sender)
    }

    private func account(_ sender: any HTTPSender, _ url: WebURL) -> ChannelAccountClient {
        ChannelAccountClient(
            url, account: 1, user: "username",
            password: SecretBytes(Array(ChannelRig.password.utf8)), over: sender)
    }

    @Test func `everything that an account and a token can do`() throws {
        let rig = try ChannelRig()
        try rig.account()
        let account = account(rig.client, rig.url)
        var terms = ChannelTerms()
        terms.isSequenced = true
        terms.maximumDays = 30
        terms.prunes = true
        let made = try account.create(terms)
        #expect(made.isSequenced && made.prunes && made.maximumDays == 30 && made.head == 0)
        #expect(made.tokens.map(\.description) == ["Owner"])
        #expect(made.href == account.url(of: made.id).description)
        let token = try account.createToken(
            made.id, description: "reader", canRead: true, canWrite: false)
        #expect(token.canRead && !token.canWrite && token.description == "reader")
        #expect(try account.tokens(made.id) == made.tokens + [token])
        let url = account.url(of: made.id)
        let owner = try ChannelClient(url, token: made.tokens[0].token, over: rig.client)
        let reader = try ChannelClient(url, token: token.token, over: rig.client)
        let first = try owner.write([0, 255], type: "application/octet-stream")
        let second = try owner.write([1], type: "text/plain", ifHighest: 0)
        #expect(try reader.highest() == 2)
        #expect(try reader.messages(unreadOnly: true) == [first, second])
        #expect(first.payload == [0, 255] && first.type == "application/octet-stream")
        try reader.mark(2, isRead: true, older: true)
        #expect(try reader.messages(unreadOnly: true).isEmpty)
        try reader.mark(1, isRead: false)
        #expect(try reader.messages(unreadOnly: true) == [first])
        #expect(try reader.messages(unreadOnly: false, after: 1) == [second])
        try owner.delete(1)
        #expect(throws: ChannelClientError.self) { try owner.delete(1) }
        try account.change(made.id, publicRead: true, publicWrite: false, isLocked: true)
        let changed = try account.channel(made.id)
        #expect(changed.isLocked && changed.publicRead && changed.head == 2)
        let anybody = try ChannelClient(url, token: nil, over: rig.client)
        #expect(try anybody.messages(unreadOnly: false) == [second])
        let refusal = ChannelRefusal(
            status: 403, code: "channel-locked", message: "Channel is locked")
        #expect(throws: ChannelClientError.refused(refusal)) {
            try owner.write([1], type: "a/b")
        }
        try account.endToken(token.id, of: made.id)
        #expect(throws: ChannelClientError.self) { try reader.highest() }
        #expect(try account.channels().map(\.id) == [made.id])
        try account.delete(made.id)
        #expect(try account.channels().isEmpty)
    }

    @Test func `more than one answer holds is read on`() throws {
        let rig = try ChannelRig()
        try rig.account()
        let made = try account(rig.client, rig.url).create(ChannelTerms())
        let owner = try ChannelClient(
            account(rig.client, rig.url).url(of: made.id), token: made.tokens[0].token,
            over: rig.client)
        let store = try ChannelRig.store(rig.directory + "/channels.db")
        let count = Limits.channelAnswerEntries + 5
        try store.together {
            for _ in 0..<count {
                _ = try store.write([7], type: "a/b", to: made.id, by: .anybody, now: 1)
            }
        }
        #expect(try owner.messages(unreadOnly: true).map(\.sequence) == Array(1...count))
        let raw = try rig.client.send(
            HTTPRequest(
                "GET", owner.url,
                headers: ["Authorization": "Bearer " + String(made.tokens[0].token)]))
        #expect(
            try ForeignJSON(raw.body).elements?.count == Limits.channelAnswerEntries)
    }

    @Test func `shapes of other servers`() throws {
        // .NET's dates, a string as id, members that are not known.
        let message =
            #"[{"sequence":3,"received":"2021-10-06T10:18:41.1234567Z","content_type":"a/b","#
            + #""payload":"aGk=","extra":1}]"#
        #expect(
            try channel(ScriptedSender(200, message)).messages(unreadOnly: false)[0].payload
                == Array("hi".utf8))
        #expect(
            try channel(ScriptedSender(200, "", ["ETag": "\"12\""])).highest() == 12)
        let wrapped =
            #"{"type":"x","title":"Sequencing Failure.","status":409,"traceId":"1"}"#
        #expect(
            throws: ChannelClientError.refused(
                ChannelRefusal(status: 409, code: "http-409", message: "Sequencing Failure."))
        ) { try channel(ScriptedSender(400, wrapped)).write([1], type: "a/b") }
        let busy = ScriptedSender(503, "no JSON", ["Retry-After": "7"])
        do {
            try channel(busy).delete(1)
            Issue.record("a refusal is an answer")
        } catch ChannelClientError.refused(let refusal) {
            #expect(refusal.isTemporary && refusal.retryAfterSeconds == 7)
            #expect(refusal.code == "http-503")
        }
    }

    @Test(arguments: [
        "{}", "[1]", "[{}]", #"[{"sequence":1,"payload":"!!"}]"#, "[", "",
        #"[{"sequence":-1,"payload":""}]"#,
        #"[{"sequence":2,"payload":""},{"sequence":1,"payload":""}]"#,
        #"[{"sequence":1,"payload":"aa","content_type":1}]"#,
    ])
    func `messages that are none`(body: String) throws {
        #expect(throws: ChannelClientError.self) {
            try channel(ScriptedSender(200, body)).messages(unreadOnly: false)
        }
    }

    @Test(arguments: [
        #"{"id":"../x","access_tokens":[]}"#, #"{"id":""}"#, #"{"id":"a"}"#, "[]",
        #"{"id":"a","head":1,"access_tokens":[{"id":"1","token":"a b"}]}"#,
        #"{"id":"a","head":1,"access_tokens":{}}"#, #"{"id":"a","head":1,"locked":"no"}"#,
    ])
    func `channels that are none`(body: String) throws {
        let sender = ScriptedSender(200, body)
        #expect(throws: ChannelClientError.self) {
            try account(sender, WebURL("https://c.example")).create(ChannelTerms())
        }
    }

    @Test func `an answer has its limits`() throws {
        let many = Array(repeating: "{}", count: Limits.channelAnswerEntries + 1)
        let large = Base64.encode([UInt8](repeating: 1, count: Limits.channelMessageBytes + 3))
        for body in [
            "[\(many.joined(separator: ","))]", #"[{"sequence":1,"payload":"\#(large)"}]"#,
        ] {
            #expect(throws: ChannelClientError.self) {
                try channel(ScriptedSender(200, body)).messages(unreadOnly: false)
            }
        }
        #expect(throws: ChannelClientError.self) {
            try channel(ScriptedSender(200, "", ["ETag": "12345678901234567890"])).highest()
        }
    }

    @Test func `tokens stand in a field alone, and what cannot be one is not sent`() throws {
        let sender = ScriptedSender(200, "[]")
        _ = try channel(sender).messages(unreadOnly: true)
        let request = try #require(sender.requests.withLock { $0.first })
        #expect(request.headers["Authorization"] == "Bearer tok-en")
        #expect(!request.url.description.contains("tok-en"))
        #expect(request.url.query == "unread=true")
        for text in ["", "a b", "a\r\nX: y", "é", String(repeating: "a", count: 257)] {
            #expect(throws: ChannelClientError.self) {
                try ChannelClient(
                    try WebURL("https://c.example/c"), token: SecretBytes(Array(text.utf8)),
                    over: sender)
            }
        }
        #expect(throws: ChannelClientError.self) {
            try account(sender, WebURL("https://c.example")).delete("a/b")
        }
        #expect("\(try channel(sender))".contains("tok-en") == false)
    }
}

extension String {
    fileprivate init(_ secret: SecretBytes) {
        self = secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
