// Messages: written in a sequence, read by those whose tokens were there, kept as long as they must.
import Bytes
import SQLite

extension ChannelStore {
    private static let millisecondsPerDay: Int64 = 86_400_000

    /// Writes a message: durable when this returns.
    /// - Throws: `ChannelError.locked`, `.unread` in a sequenced channel, `.empty`, `.tooLarge`;
    ///   `DatabaseError`.
    public func write(
        _ payload: [UInt8], type: String, to id: String, by caller: ChannelCaller, now: Int64
    ) throws -> ChannelMessage {
        guard !payload.isEmpty else { throw ChannelError.empty }
        guard payload.count <= Limits.channelMessageBytes else {
            throw ChannelError.tooLarge(bytes: payload.count, limit: Limits.channelMessageBytes)
        }
        return try database.transaction {
            let channel = try channel(id)
            guard !channel.isLocked else { throw ChannelError.locked }
            if channel.isSequenced, let token = caller.token,
                let unread = try firstUnread(token, channel)
            {
                throw ChannelError.unread(sequence: unread)
            }
            let message = ChannelMessage(
                sequence: channel.head + 1, author: caller.token?.id, received: now, type: type,
                payload: payload)
            let insert = try database.prepare(
                "INSERT INTO messages (channel, sequence, author, received, type, payload) "
                    + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            try insert.bind(1, id)
            try insert.bind(2, Int64(message.sequence))
            try insert.bind(optional: 3, message.author)
            try insert.bind(4, now)
            try insert.bind(5, type)
            try insert.bind(6, payload)
            try insert.run()
            let update = try database.prepare("UPDATE channels SET head = ?2 WHERE id = ?1")
            try update.bind(1, id)
            try update.bind(2, Int64(message.sequence))
            try update.run()
            return message
        }
    }

    private func firstUnread(_ token: ChannelToken, _ channel: Channel) throws -> Int? {
        let query = try database.prepare(
            "SELECT MIN(sequence) FROM messages WHERE channel = ?1 AND sequence > ?2 "
                + "AND author IS NOT ?3 AND NOT EXISTS "
                + "(SELECT 1 FROM marks WHERE token = ?3 AND marks.sequence = messages.sequence)")
        defer { query.reset() }
        try query.bind(1, channel.id)
        try query.bind(2, Int64(token.since))
        try query.bind(3, Int64(token.id))
        return try query.step() && !query.isNull(0) ? Int(query.int64(0)) : nil
    }

    /// The messages that are for whoever asks, ascending.
    /// - Parameters:
    ///   - unreadOnly: without those that the token wrote or has marked as read.
    ///   - after: only later ones.
    ///   - limitBytes: no more once so many bytes of payload are there.
    /// - Throws: `DatabaseError`.
    public func messages(
        of channel: Channel, for caller: ChannelCaller, unreadOnly: Bool, after: Int = 0,
        limitBytes: Int = Limits.channelAnswerBytes
    ) throws -> [ChannelMessage] {
        let query = try database.prepare(
            "SELECT sequence, author, received, type, payload FROM messages "
                + "WHERE channel = ?1 AND sequence > ?2 AND (?3 = 0 OR author IS NOT ?4 AND "
                + "NOT EXISTS (SELECT 1 FROM marks WHERE token = ?4 "
                + "AND marks.sequence = messages.sequence)) ORDER BY sequence")
        defer { query.reset() }
        try query.bind(1, channel.id)
        try query.bind(2, Int64(max(caller.token?.since ?? 0, after)))
        try query.bind(3, unreadOnly ? 1 : 0)
        try query.bind(4, Int64(caller.token?.id ?? 0))
        var messages: [ChannelMessage] = []
        var size = 0
        while size < limitBytes, try query.step() {
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
    public func highest(of channel: Channel, for caller: ChannelCaller) throws -> Int {
        let query = try database.prepare(
            "SELECT MAX(sequence) FROM messages WHERE channel = ?1 AND sequence > ?2 "
                + "AND author IS NOT ?3")
        defer { query.reset() }
        try query.bind(1, channel.id)
        try query.bind(2, Int64(caller.token?.since ?? 0))
        try query.bind(3, Int64(caller.token?.id ?? 0))
        return try query.step() ? Int(query.int64(0)) : 0
    }

    /// Marks a message as read by a token, or as unread.
    /// - Parameter older: the same for all before it.
    /// - Throws: `ChannelError.unknown`; `DatabaseError`.
    public func mark(
        _ sequence: Int, of channel: Channel, by token: ChannelToken, isRead: Bool, older: Bool
    ) throws {
        try database.transaction {
            guard sequence > token.since, try has(sequence, channel) else {
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
        }
    }

    private func has(_ sequence: Int, _ channel: Channel) throws -> Bool {
        let query = try database.prepare(
            "SELECT 1 FROM messages WHERE channel = ?1 AND sequence = ?2")
        defer { query.reset() }
        try query.bind(1, channel.id)
        try query.bind(2, Int64(sequence))
        return try query.step()
    }

    /// Deletes a message; its sequence is not used again.
    /// - Throws: `ChannelError.unknown`, `.tooYoung`; `DatabaseError`.
    public func delete(_ sequence: Int, of channel: Channel, now: Int64) throws {
        try database.transaction {
            let query = try database.prepare(
                "SELECT received FROM messages WHERE channel = ?1 AND sequence = ?2")
            try query.bind(1, channel.id)
            try query.bind(2, Int64(sequence))
            let received = try query.step() ? query.int64(0) : nil
            query.reset()
            guard let received else { throw ChannelError.unknown(what: "message") }
            if let days = channel.retention.minimumDays,
                now - received < Int64(days) * Self.millisecondsPerDay
            {
                throw ChannelError.tooYoung(minimumDays: days)
            }
            let delete = try database.prepare(
                "DELETE FROM messages WHERE channel = ?1 AND sequence = ?2")
            try delete.bind(1, channel.id)
            try delete.bind(2, Int64(sequence))
            try delete.run()
        }
    }

    /// Deletes what has outlived its channel's retention.
    /// - Returns: how many messages.
    /// - Throws: `DatabaseError`.
    public func prune(now: Int64) throws -> Int {
        let delete = try database.prepare(
            "DELETE FROM messages WHERE EXISTS (SELECT 1 FROM channels WHERE id = channel "
                + "AND prunes = 1 AND maximumDays IS NOT NULL "
                + "AND received < ?1 - maximumDays * \(Self.millisecondsPerDay))")
        try delete.bind(1, now)
        try delete.run()
        let count = database.changes
        let marks = try database.prepare(
            "DELETE FROM marks WHERE NOT EXISTS (SELECT 1 FROM messages, tokens "
                + "WHERE tokens.id = marks.token AND messages.channel = tokens.channel "
                + "AND messages.sequence = marks.sequence)")
        if count > 0 { try marks.run() }
        return count
    }
}
