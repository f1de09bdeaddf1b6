// The account API from the other side: whoever has an account makes channels and tokens.
import Bytes
import Cryptography
import Documents
import Network

/// An account on a channel server.
///
///     let account = try ChannelAccountClient(
///         server, account: 1, user: "shop", password: password, over: HTTPClient(…))
///     let channel = try account.create(ChannelTerms())
///     let writer = try account.createToken(
///         channel.id, description: "miner", canRead: false, canWrite: true)
public struct ChannelAccountClient: Sendable {
    /// Where the server is; `/api/v1/…` follows its path.
    public let server: WebURL
    /// The account's number.
    public let account: Int
    private let authorization: SecretBytes
    private let sender: any HTTPSender

    /// An account.
    /// - Parameter sender: decides whose certificates are believed.
    public init(
        _ server: WebURL, account: Int, user: String, password: SecretBytes,
        over sender: any HTTPSender
    ) {
        self.server = server
        self.account = account
        self.sender = sender
        authorization = Self.authorization(user, password)
    }

    private static func authorization(_ user: String, _ password: SecretBytes) -> SecretBytes {
        var pair = Array("\(user):".utf8)
        password.withUnsafeBytes { pair += $0 }
        return SecretBytes(Array("Basic ".utf8) + Base64.encodedBytes(pair))
    }

    /// The number of a user's account, as our servers tell it; nil where the server is another's.
    public static func number(
        _ server: WebURL, user: String, password: SecretBytes, over sender: any HTTPSender
    ) throws(ChannelClientError) -> Int? {
        do throws(ChannelClientError) {
            let answer = try ChannelRequest.send(
                "GET", server.appending(path: "/api/v1/account"),
                authorization: authorization(user, password), type: nil, body: [], over: sender)
            return try ChannelAnswer.value(answer.body, "the account")["account"]?.integer
        } catch .refused(let refusal) where [404, 405].contains(refusal.status) { return nil }
    }

    // MARK: - Channels

    /// Makes a channel; the first of its tokens is the owner's, which may read and write.
    public func create(_ terms: ChannelTerms) throws(ChannelClientError) -> RemoteChannel {
        try RemoteChannel(
            ChannelAnswer.value(try send("POST", "", terms.json).body, "a channel"))
    }

    /// All channels of the account.
    public func channels() throws(ChannelClientError) -> [RemoteChannel] {
        let what = "the channels"
        let body = try send("GET", "/list").body
        var channels: [RemoteChannel] = []
        for value in try ChannelAnswer.list(
            try ChannelAnswer.value(body, what)["channels"] ?? .null, what)
        {
            channels.append(try RemoteChannel(value))
        }
        return channels
    }

    /// A channel, with its tokens.
    public func channel(_ id: String) throws(ChannelClientError) -> RemoteChannel {
        try RemoteChannel(
            ChannelAnswer.value(try send("GET", "/" + (try segment(id))).body, "a channel"))
    }

    /// Changes who may use a channel without a token, and whether it takes messages.
    public func change(
        _ id: String, publicRead: Bool, publicWrite: Bool, isLocked: Bool
    ) throws(ChannelClientError) {
        let body: ForeignJSON = [
            "public_read": .boolean(publicRead), "public_write": .boolean(publicWrite),
            "locked": .boolean(isLocked),
        ]
        _ = try send("POST", "/" + (try segment(id)), body.bytes)
    }

    /// Deletes a channel with all that is in it.
    public func delete(_ id: String) throws(ChannelClientError) {
        _ = try send("DELETE", "/" + (try segment(id)))
    }

    // MARK: - Tokens

    /// Makes a token.
    public func createToken(
        _ id: String, description: String, canRead: Bool, canWrite: Bool
    ) throws(ChannelClientError) -> RemoteToken {
        let body: ForeignJSON = [
            "description": .string(description), "can_read": .boolean(canRead),
            "can_write": .boolean(canWrite),
        ]
        let answer = try send("POST", "/" + (try segment(id)) + "/api-token", body.bytes)
        return try RemoteToken(ChannelAnswer.value(answer.body, "a token"))
    }

    /// The tokens of a channel that have not ended.
    public func tokens(_ id: String) throws(ChannelClientError) -> [RemoteToken] {
        let what = "the tokens of a channel"
        let body = try send("GET", "/" + (try segment(id)) + "/api-token").body
        var tokens: [RemoteToken] = []
        for value in try ChannelAnswer.list(try ChannelAnswer.value(body, what), what) {
            tokens.append(try RemoteToken(value))
        }
        return tokens
    }

    /// Ends a token.
    public func endToken(_ token: String, of id: String) throws(ChannelClientError) {
        _ = try send(
            "DELETE", "/" + (try segment(id)) + "/api-token/" + (try segment(token)))
    }

    // MARK: - Requests

    /// Where a channel is, for those with tokens; whatever the server itself says in `href`.
    public func url(of id: String) -> WebURL {
        server.appending(path: "/api/v1/channel/\(id)")
    }

    private func segment(_ text: String) throws(ChannelClientError) -> String {
        guard ChannelAnswer.isSegment(text) else {
            throw .unreadable(what: "a name", reason: "'\(text)' cannot stand in a path")
        }
        return text
    }

    private func send(
        _ method: String, _ path: String, _ body: [UInt8] = []
    ) throws(ChannelClientError) -> HTTPResponse {
        let url = server.appending(path: "/api/v1/account/\(account)/channel" + path)
        return try ChannelRequest.send(
            method, url, authorization: authorization, type: ChannelRequest.json, body: body,
            over: sender)
    }
}

/// One request, with what all of them have.
enum ChannelRequest {
    static let json = "application/json; charset=utf-8"

    static func send(
        _ method: String, _ url: WebURL, authorization: SecretBytes?, type: String?, body: [UInt8],
        ifMatch: Int? = nil, over sender: any HTTPSender
    ) throws(ChannelClientError) -> HTTPResponse {
        var headers: HTTPHeaders = ["Accept": json]
        if let authorization {
            headers.add(
                "Authorization",
                authorization.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
        }
        if let ifMatch { headers.add("If-Match", String(ifMatch)) }
        if let type, method == "POST" { headers.add("Content-Type", type) }
        let response: HTTPResponse
        do throws(NetworkError) {
            response = try sender.send(HTTPRequest(method, url, headers: headers, body: body))
        } catch { throw .network(error) }
        guard (200...299).contains(response.status) else {
            throw .refused(ChannelRefusal(response))
        }
        return response
    }
}
