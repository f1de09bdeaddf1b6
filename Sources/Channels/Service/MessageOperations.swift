// What the holder of a token does in its channel.
import Bytes
import Documents
import Network

/// One request of the message API.
struct MessageOperations {
    let store: ChannelStore
    /// Milliseconds since 1970.
    let now: Int64
    let bearer: String?
    let body: [UInt8]

    func outcome(
        _ head: HTTPRequestHead, _ target: ChannelTarget,
        _ arrived: @escaping @Sendable (String, ChannelMessage) -> Void
    ) throws -> ChannelOutcome {
        switch (target, head.method) {
        case (.messages(let id), "POST"): return try write(id, head, arrived)
        case (.messages(let id), "HEAD"):
            let (channel, caller) = try reader(id)
            let highest = try store.highest(of: channel, for: caller, now: now)
            return ChannelOutcome(HTTPResponse(status: 200, headers: ["ETag": String(highest)]))
        case (.messages(let id), _): return ChannelOutcome(try read(id, head.query))
        case (.message(let id, let sequence), "POST"):
            return ChannelOutcome(try mark(id, sequence, head.query))
        case (.message(let id, let sequence), _):
            let channel = try store.channel(id)
            guard try writer(channel).token != nil else { throw ChannelError.unauthenticated }
            try store.delete(sequence, of: channel, now: now)
            return ChannelOutcome(HTTPResponse(status: 204))
        default: throw ChannelError.unknown(what: "path")
        }
    }

    private func reader(_ id: String) throws -> (Channel, ChannelCaller) {
        let channel = try store.channel(id)
        let caller = try store.caller(bearer, of: channel, isPublic: channel.publicRead)
        guard caller.token?.canRead ?? true else { throw ChannelError.notAllowed(right: "read") }
        return (channel, caller)
    }

    private func writer(_ channel: Channel) throws -> ChannelCaller {
        let caller = try store.caller(bearer, of: channel, isPublic: channel.publicWrite)
        guard caller.token?.canWrite ?? true else { throw ChannelError.notAllowed(right: "write") }
        return caller
    }

    private func write(
        _ id: String, _ head: HTTPRequestHead,
        _ arrived: @escaping @Sendable (String, ChannelMessage) -> Void
    ) throws -> ChannelOutcome {
        let channel = try store.channel(id)
        let message = try store.write(
            body, type: head.headers["Content-Type"] ?? "", to: id, by: try writer(channel),
            ifHighest: try expectation(head), now: now)
        return ChannelOutcome(.json(ChannelJSON.message(message))) { arrived(id, message) }
    }

    /// `If-Match`: a sequence, with or without quotes; nil for `*` and where there is none.
    private func expectation(_ head: HTTPRequestHead) throws -> Int? {
        guard var text = head.headers["If-Match"], text != "*" else { return nil }
        if text.utf8.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            text = String(text.dropFirst().dropLast())
        }
        guard let number = ChannelTarget.number(text) else {
            throw ChannelError.malformed(name: "If-Match", reason: "must be a sequence")
        }
        return number
    }

    private func flag(_ name: String, _ query: String?) throws -> Bool {
        switch ChannelCredentials.query(query, name)?.lowercased() {
        case nil, "false": return false
        case "true": return true
        default: throw ChannelError.malformed(name: name, reason: "must be true or false")
        }
    }

    private func read(_ id: String, _ query: String?) throws -> HTTPResponse {
        let (channel, caller) = try reader(id)
        var after = 0
        if let text = ChannelCredentials.query(query, "after") {
            guard let number = ChannelTarget.number(text) else {
                throw ChannelError.malformed(name: "after", reason: "must be a sequence")
            }
            after = number
        }
        // First the mark, then the messages: it never promises one that is not shown.
        let highest = try store.highest(of: channel, for: caller, now: now)
        let messages = try store.messages(
            of: channel, for: caller, unreadOnly: try flag("unread", query), after: after, now: now)
        var response = HTTPResponse.json(ChannelJSON.messages(messages))
        response.headers.add("ETag", String(highest))
        return response
    }

    private func mark(_ id: String, _ sequence: Int, _ query: String?) throws -> HTTPResponse {
        let (channel, caller) = try reader(id)
        guard let token = caller.token else { throw ChannelError.unauthenticated }
        guard let isRead = (try? ForeignJSON(body))?["read"]?.boolean else {
            throw ChannelError.malformed(name: "read", reason: "must be true or false")
        }
        try store.mark(
            sequence, of: channel, by: token, isRead: isRead, older: try flag("older", query))
        return HTTPResponse(status: 200)
    }
}
