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

    func answer(
        _ head: HTTPRequestHead, _ target: ChannelTarget,
        _ arrived: (String, ChannelMessage) -> Void
    ) throws -> HTTPResponse {
        switch (target, head.method) {
        case (.messages(let id), "POST"): return try write(id, head, arrived)
        case (.messages(let id), "HEAD"):
            let (channel, caller) = try reader(id)
            return HTTPResponse(
                status: 200, headers: ["ETag": String(try store.highest(of: channel, for: caller))])
        case (.messages(let id), _): return try read(id, head.query)
        case (.message(let id, let sequence), "POST"): return try mark(id, sequence, head.query)
        case (.message(let id, let sequence), _):
            let channel = try store.channel(id)
            _ = try writer(channel)
            try store.delete(sequence, of: channel, now: now)
            return HTTPResponse(status: 204)
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
        _ id: String, _ head: HTTPRequestHead, _ arrived: (String, ChannelMessage) -> Void
    ) throws -> HTTPResponse {
        let channel = try store.channel(id)
        let message = try store.write(
            body, type: head.headers["Content-Type"] ?? "", to: id, by: try writer(channel),
            now: now)
        arrived(id, message)
        return .json(ChannelJSON.message(message))
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
        let messages = try store.messages(
            of: channel, for: caller, unreadOnly: try flag("unread", query))
        var response = HTTPResponse.json(ChannelJSON.messages(messages))
        response.headers.add("ETag", String(try store.highest(of: channel, for: caller)))
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
