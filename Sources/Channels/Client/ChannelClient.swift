// The message API from the other side: whoever has a token reads and writes.
import Bytes
import Cryptography
import Documents
import Network

/// A channel, and a token for it.
///
///     let channel = try ChannelClient(url, token: token, over: HTTPClient(…))
///     let written = try channel.write(bytes, type: "application/json")
///     for message in try channel.messages(unreadOnly: true) { … }
///     try channel.mark(written.sequence, isRead: true)
public struct ChannelClient: Sendable {
    /// Where the channel is: its `href`.
    public let url: WebURL
    private let token: SecretBytes?
    private let sender: any HTTPSender

    /// A channel.
    /// - Parameters:
    ///   - token: nil where the channel is public.
    ///   - sender: decides whose certificates are believed.
    /// - Throws: `ChannelClientError.unreadable` for what cannot be a token.
    public init(
        _ url: WebURL, token: SecretBytes?, over sender: any HTTPSender
    ) throws(ChannelClientError) {
        if let token, !ChannelAnswer.isBearer(token) {
            throw .unreadable(
                what: "the token", reason: "it is empty, too long, or has characters of no token")
        }
        self.url = url
        self.token = token
        self.sender = sender
    }

    /// Writes a message. It is there once this returns; where this throws `.network`, it may be.
    /// - Parameters:
    ///   - type: its media type.
    ///   - highest: only if this is still the highest sequence that others have written; the
    ///     refusal has the status 412. Old servers do not know of it.
    /// - Returns: the message as it was taken.
    public func write(
        _ payload: [UInt8], type: String, ifHighest highest: Int? = nil
    ) throws(ChannelClientError) -> ReceivedMessage {
        let answer = try send("POST", url, type: type, payload, ifMatch: highest)
        return try ReceivedMessage(ChannelAnswer.value(answer.body, "a message"))
    }

    /// The messages that are for this token, ascending.
    /// - Parameters:
    ///   - unreadOnly: without those that it wrote or has marked as read.
    ///   - after: only those behind this sequence.
    public func messages(
        unreadOnly: Bool, after: Int = 0
    ) throws(ChannelClientError) -> [ReceivedMessage] {
        var messages: [ReceivedMessage] = []
        var after = after
        while true {
            let page = try page(unreadOnly: unreadOnly, after: after)
            messages += page
            // An answer is bounded; whoever sends everything at once repeats himself.
            let bytes = page.reduce(0) { $0 + $1.payload.count }
            guard let last = page.last, messages.count < Limits.channelMessages,
                page.count >= Limits.channelAnswerEntries || bytes >= Limits.channelAnswerBytes
            else { return messages }
            after = last.sequence
        }
    }

    private func page(
        unreadOnly: Bool, after: Int
    ) throws(ChannelClientError) -> [ReceivedMessage] {
        let query = "unread=\(unreadOnly)" + (after > 0 ? "&after=\(after)" : "")
        let answer = try send("GET", url.appending(query: query))
        let what = "the messages"
        var messages: [ReceivedMessage] = []
        var last = 0
        for value in try ChannelAnswer.list(try ChannelAnswer.value(answer.body, what), what) {
            let message = try ReceivedMessage(value)
            guard message.sequence > last else {
                throw .unreadable(what: what, reason: "the sequences do not ascend")
            }
            last = message.sequence
            if message.sequence > after { messages.append(message) }
        }
        return messages
    }

    /// The highest sequence that others have written; 0 for none.
    public func highest() throws(ChannelClientError) -> Int {
        let text = try send("HEAD", url).headers["ETag"] ?? ""
        let digits = text.filter { $0 != "\"" }
        guard digits.utf8.count <= 18, let number = Int(digits), number >= 0 else {
            throw .unreadable(what: "the highest sequence", reason: "'ETag' must be a number")
        }
        return number
    }

    /// Marks a message as read, or as unread.
    /// - Parameter older: the same for all before it.
    public func mark(
        _ sequence: Int, isRead: Bool, older: Bool = false
    ) throws(ChannelClientError) {
        let body: ForeignJSON = ["read": .boolean(isRead)]
        _ = try send(
            "POST", url.appending(path: "/\(sequence)", query: "older=\(older)"),
            type: ChannelRequest.json, body.bytes)
    }

    /// Deletes a message.
    public func delete(_ sequence: Int) throws(ChannelClientError) {
        _ = try send("DELETE", url.appending(path: "/\(sequence)"))
    }

    // MARK: - Requests

    /// `Authorization`, for WebSockets too.
    var authorization: SecretBytes? {
        token.map { token in
            SecretBytes(Array("Bearer ".utf8) + token.withUnsafeBytes { Array($0) })
        }
    }

    /// The token as text, where it must stand in a query.
    var tokenText: String? {
        token.map { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
    }

    private func send(
        _ method: String, _ url: WebURL, type: String? = nil, _ body: [UInt8] = [],
        ifMatch: Int? = nil
    ) throws(ChannelClientError) -> HTTPResponse {
        try ChannelRequest.send(
            method, url, authorization: authorization, type: type, body: body, ifMatch: ifMatch,
            over: sender)
    }
}

extension WebURL {
    /// The URL with another query.
    func appending(query: String) -> WebURL {
        var result = self
        result.query = query
        return result
    }
}
