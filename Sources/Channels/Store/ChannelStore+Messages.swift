// Messages: written in a sequence, read by those whose tokens were there.
import Bytes
import SQLite

extension ChannelStore {
    /// A row's cost in the log beside its payload, about.
    static let rowBytes = 16_384

    /// Writes a message: durable when this returns, or when what it is a step of is.
    /// - Parameter highest: nil, or what `highest(of:for:)` must be.
    /// - Throws: `ChannelError.locked`, `.unread` in a sequenced channel, `.changed`, `.empty`,
    ///   `.tooLarge`, `.malformed` for the type; `DatabaseError`.
    public func write(
        _ payload: [UInt8], type: String, to id: String, by caller: ChannelCaller,
        ifHighest highest: Int? = nil, now: Int64
    ) throws -> ChannelMessage {
        guard !payload.isEmpty else { throw ChannelError.empty }
        guard payload.count <= Limits.channelMessageBytes else {
            throw ChannelError.tooLarge(bytes: payload.count, limit: Limits.channelMessageBytes)
        }
        guard type.utf8.count <= Limits.channelTypeBytes else {
            throw ChannelError.malformed(
                name: "Content-Type", reason: "has more than \(Limits.channelTypeBytes) bytes")
        }
        return try transaction {
            let channel = try channel(id)
            guard !channel.isLocked else { throw ChannelError.locked }
            try prune(channel, now: now)
            if let highest {
                let found = try self.highest(of: channel, for: caller, now: now)
                guard found == highest else { throw ChannelError.changed(highest: found) }
            }
            if channel.isSequenced, let token = caller.token,
                let unread = try firstUnread(token, channel)
            {
                throw ChannelError.unread(sequence: unread)
            }
            let message = ChannelMessage(
                sequence: channel.head + 1, author: caller.token?.id, received: now, type: type,
                payload: payload)
            try insert(message, into: id)
            return message
        }
    }

    private func insert(_ message: ChannelMessage, into id: String) throws {
        let insert = try database.prepare(
            "INSERT INTO messages (channel, sequence, author, received, type, payload) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        try insert.bind(1, id)
        try insert.bind(2, Int64(message.sequence))
        try insert.bind(optional: 3, message.author)
        try insert.bind(4, message.received)
        try insert.bind(5, message.type)
        try insert.bind(6, message.payload)
        try insert.run()
        let update = try database.prepare("UPDATE channels SET head = ?2 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, Int64(message.sequence))
        try update.run()
        noteWritten(bytes: message.payload.count + Self.rowBytes)
    }

    private func firstUnread(_ token: ChannelToken, _ channel: Channel) throws -> Int? {
        let query = try database.prepare(
            "SELECT sequence FROM messages WHERE channel = ?1 AND sequence > ?2 "
                + "AND author IS NOT ?3 AND NOT EXISTS "
                + "(SELECT 1 FROM marks WHERE token = ?3 AND marks.sequence = messages.sequence) "
                + "ORDER BY sequence LIMIT 1")
        defer { query.reset() }
        try query.bind(1, channel.id)
        try query.bind(2, Int64(token.since))
        try query.bind(3, Int64(token.id))
        return try query.step() ? Int(query.int64(0)) : nil
    }

    /// The messages that are for whoever asks, ascending.
    /// - Parameters:
    ///   - unreadOnly: without those that the token wrote or has marked as read.
    ///   - after: only later ones.
    ///   - limitBytes: no more once so many bytes of payload are there.
    ///   - now: what has outlived its retention is not shown, deleted already or not.
    /// - Throws: `DatabaseError`.
    public func messages(
        of channel: Channel, for caller: ChannelCaller, unreadOnly: Bool, after: Int = 0,
        limitBytes: Int = Limits.channelAnswerBytes, now: Int64
    ) throws -> [ChannelMessage] {
        let query = try database.prepare(
            "SELECT sequence, author, received, type, payload FROM messages "
                + "WHERE channel = ?1 AND sequence > ?2 AND received >= ?5 "
                + "AND (?3 = 0 OR author IS NOT ?4 AND "
                + "NOT EXISTS (SELECT 1 FROM marks WHERE token = ?4 "
                + "AND marks.sequence = messages.sequence)) ORDER BY sequence")
        defer { query.reset() }
        try query.bind(1, channel.id)
        try query.bind(2, Int64(max(after, caller.token?.since ?? 0)))
        try query.bind(3, unreadOnly ? 1 : 0)
        try query.bind(4, Int64(caller.token?.id ?? 0))
        try query.bind(5, channel.retention.beginning(at: now))
        var messages: [ChannelMessage] = []
        var size = 0
        while size < limitBytes, messages.count < Limits.channelAnswerEntries, try query.step() {
            let message = ChannelMessage(
                sequence: Int(query.int64(0)), author: query.isNull(1) ? nil : Int(query.int64(1)),
                received: query.int64(2), type: query.text(3), payload: query.blob(4))
            messages.append(message)
            size += message.payload.count
        }
        return messages
    }

    /// The highest sequence that somebody else than this token has written; 0 for none.
    /// - Throws: `DatabaseError`.
    public func highest(
        of channel: Channel, for caller: ChannelCaller, now: Int64
    ) throws -> Int {
        let query = try database.prepare(
            "SELECT sequence FROM messages WHERE channel = ?1 AND sequence > ?2 "
                + "AND received >= ?4 AND author IS NOT ?3 ORDER BY sequence DESC LIMIT 1")
        defer { query.reset() }
        try query.bind(1, channel.id)
        try query.bind(2, Int64(caller.token?.since ?? 0))
        try query.bind(3, Int64(caller.token?.id ?? 0))
        try query.bind(4, channel.retention.beginning(at: now))
        return try query.step() ? Int(query.int64(0)) : 0
    }

    /// Marks a message as read by a token, or as unread.
    /// - Parameter older: the same for all before it.
    /// - Throws: `ChannelError.unknown`; `DatabaseError`.
    public func mark(
        _ sequence: Int, of channel: Channel, by token: ChannelToken, isRead: Bool, older: Bool
    ) throws {
        try transaction {
            guard sequence > token.since, try received(sequence, channel) != nil else {
                throw ChannelError.unknown(what: "message")
            }
            let range = "sequence BETWEEN ?2 AND ?3"
            let change = try database.prepare(
                isRead
                    ? "INSERT OR IGNORE INTO marks (token, sequence) SELECT ?1, sequence "
                        + "FROM messages WHERE channel = ?4 AND \(range)"
                    : "DELETE FROM marks WHERE token = ?1 AND \(range) AND ?4 <> ''")
            try change.bind(1, Int64(token.id))
            try change.bind(2, Int64(older ? token.since + 1 : sequence))
            try change.bind(3, Int64(sequence))
            try change.bind(4, channel.id)
            try change.run()
            noteWritten(bytes: Self.rowBytes)
        }
    }

    /// When a message came; nil where there is none.
    func received(_ sequence: Int, _ channel: Channel) throws -> Int64? {
        let query = try database.prepare(
            "SELECT received FROM messages WHERE channel = ?1 AND sequence = ?2")
        defer { query.reset() }
        try query.bind(1, channel.id)
        try query.bind(2, Int64(sequence))
        return try query.step() ? query.int64(0) : nil
    }
}
