// What the owner of an account does with its channels.
import Bytes
import Documents
import Network

/// One request of the account API.
struct AccountOperations {
    let store: ChannelStore
    let json: ChannelJSON
    let body: [UInt8]

    func outcome(
        _ head: HTTPRequestHead, _ target: ChannelTarget, _ notifier: ChannelNotifier
    ) throws -> ChannelOutcome {
        switch (target, head.method) {
        case (.list(let account), _):
            return .json(
                json.channels(
                    try store.channels(of: account).map { ($0, try store.tokens(of: $0.id)) }))
        case (.creation(let account), _): return .json(try create(account))
        case (.administration(let account, let id), "DELETE"):
            let channel = try own(id, account)
            try store.delete(channel.id)
            return ChannelOutcome(HTTPResponse(status: 204)) { notifier.end(channel.id) }
        case (.administration(let account, let id), "POST"):
            return try change(try own(id, account), notifier)
        case (.administration(let account, let id), _):
            let channel = try own(id, account)
            return .json(json.channel(channel, try store.tokens(of: channel.id)))
        case (.tokens(let account, let id), "POST"):
            return .json(try createToken(try own(id, account)))
        case (.tokens(let account, let id), _):
            return .json(try tokens(try own(id, account), head.query))
        case (.token(let account, let id, let token), "DELETE"):
            let channel = try own(id, account)
            try store.end(token: token, of: channel.id)
            return ChannelOutcome(HTTPResponse(status: 204)) {
                notifier.end(channel.id, token: token)
            }
        case (.token(let account, let id, let number), _):
            let channel = try own(id, account)
            guard let token = try store.tokens(of: channel.id).first(where: { $0.id == number })
            else { throw ChannelError.unknown(what: "token") }
            return .json(ChannelJSON.token(token))
        default: throw ChannelError.unknown(what: "path")
        }
    }

    /// A channel of this account; of another one nobody learns that it is there.
    private func own(_ id: String, _ account: Int) throws -> Channel {
        let channel = try store.channel(id)
        guard channel.account == account else { throw ChannelError.unknown(what: "channel") }
        return channel
    }

    private func object() throws -> ForeignJSON {
        let value: ForeignJSON
        do throws(JSONError) { value = try ForeignJSON(body) } catch {
            throw ChannelError.malformed(
                name: "body", reason: "is no JSON: \(error.reason), at byte \(error.offset)")
        }
        guard value.members != nil else {
            throw ChannelError.malformed(name: "body", reason: "must be an object")
        }
        return value
    }

    private func flag(
        _ name: String, in object: ForeignJSON, default standard: Bool = false
    ) throws -> Bool {
        guard let value = object[name] else { return standard }
        guard let flag = value.boolean else {
            throw ChannelError.malformed(name: name, reason: "must be true or false")
        }
        return flag
    }

    private func days(_ name: String, in object: ForeignJSON?) throws -> Int? {
        guard let value = object?[name] else { return nil }
        guard let days = value.integer else {
            throw ChannelError.malformed(name: name, reason: "must be a whole number")
        }
        return days
    }

    private func create(_ account: Int) throws -> [UInt8] {
        let object = try object()
        let retention = object["retention"]
        guard retention.map({ $0.members != nil }) ?? true else {
            throw ChannelError.malformed(name: "retention", reason: "must be an object")
        }
        let (channel, owner) = try store.create(
            account: account, publicRead: try flag("public_read", in: object),
            publicWrite: try flag("public_write", in: object),
            isSequenced: try flag("sequenced", in: object),
            retention: ChannelRetention(
                minimumDays: try days("min_age_days", in: retention),
                maximumDays: try days("max_age_days", in: retention),
                prunes: try retention.map { try flag("auto_prune", in: $0) } ?? false))
        return json.channel(channel, [owner])
    }

    /// What is not said stays as it is.
    private func change(
        _ channel: Channel, _ notifier: ChannelNotifier
    ) throws -> ChannelOutcome {
        let object = try object()
        let publicRead = try flag("public_read", in: object, default: channel.publicRead)
        let publicWrite = try flag("public_write", in: object, default: channel.publicWrite)
        let isLocked = try flag("locked", in: object, default: channel.isLocked)
        try store.change(
            channel.id, publicRead: publicRead, publicWrite: publicWrite, isLocked: isLocked)
        let body = ChannelJSON.rights(
            publicRead: publicRead, publicWrite: publicWrite, isLocked: isLocked)
        return ChannelOutcome(HTTPResponse.json(body)) {
            if !publicRead { notifier.endPublic(channel.id) }
        }
    }

    private func createToken(_ channel: Channel) throws -> [UInt8] {
        let object = try object()
        if let description = object["description"], description.string == nil {
            throw ChannelError.malformed(name: "description", reason: "must be a text")
        }
        let token = try store.createToken(
            channel.id, description: object["description"]?.string ?? "",
            canRead: try flag("can_read", in: object), canWrite: try flag("can_write", in: object))
        return ChannelJSON.token(token)
    }

    private func tokens(_ channel: Channel, _ query: String?) throws -> [UInt8] {
        var tokens = try store.tokens(of: channel.id)
        if let wanted = ChannelCredentials.query(query, "token") {
            tokens = tokens.filter { $0.value == wanted }
            if tokens.isEmpty { throw ChannelError.unknown(what: "token") }
        }
        return ChannelJSON.tokens(tokens)
    }
}

extension ChannelOutcome {
    /// An answer that is JSON.
    static func json(_ body: [UInt8]) -> ChannelOutcome { ChannelOutcome(.json(body)) }
}

extension HTTPResponse {
    static func json(_ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: body)
    }
}
