// How long messages are kept: as long as they must, and no longer than they may.
import Bytes
import SQLite

extension ChannelStore {
    /// Deletes a message; its sequence is not used again.
    /// - Throws: `ChannelError.unknown`, `.tooYoung`; `DatabaseError`.
    public func delete(_ sequence: Int, of channel: Channel, now: Int64) throws {
        try transaction {
            guard let received = try received(sequence, channel) else {
                throw ChannelError.unknown(what: "message")
            }
            if let days = channel.retention.minimumDays,
                now - received < Int64(days) * ChannelRetention.millisecondsPerDay
            {
                throw ChannelError.tooYoung(minimumDays: days)
            }
            try delete(sequence...sequence, of: channel.id)
        }
    }

    private func delete(_ sequences: ClosedRange<Int>, of id: String) throws {
        for sql in [
            "DELETE FROM messages WHERE channel = ?1 AND sequence BETWEEN ?2 AND ?3",
            "DELETE FROM marks WHERE token IN (SELECT id FROM tokens WHERE channel = ?1) "
                + "AND sequence BETWEEN ?2 AND ?3",
        ] {
            let delete = try database.prepare(sql)
            try delete.bind(1, id)
            try delete.bind(2, Int64(sequences.lowerBound))
            try delete.bind(3, Int64(sequences.upperBound))
            try delete.run()
            noteWritten(bytes: sequences.count * Self.rowBytes)
        }
    }

    /// Deletes what has outlived its channel's retention.
    /// - Returns: how many messages.
    /// - Throws: `DatabaseError`.
    public func prune(now: Int64) throws -> Int {
        let query = try database.prepare(
            "SELECT id FROM channels WHERE prunes = 1 AND maximumDays IS NOT NULL")
        var ids: [String] = []
        while try query.step() { ids.append(query.text(0)) }
        query.reset()
        var count = 0
        for id in ids { count += try prune(try channel(id), now: now) }
        return count
    }

    /// The same for one channel. Messages are in the order in which they came, so the first that is
    /// young enough ends it.
    @discardableResult
    func prune(_ channel: Channel, now: Int64) throws -> Int {
        let beginning = channel.retention.beginning(at: now)
        guard beginning > Int64.min else { return 0 }
        let query = try database.prepare(
            "SELECT sequence, received FROM messages WHERE channel = ?1 ORDER BY sequence")
        defer { query.reset() }
        try query.bind(1, channel.id)
        var count = 0
        var last = 0
        while try query.step(), query.int64(1) < beginning {
            last = Int(query.int64(0))
            count += 1
        }
        guard count > 0 else { return 0 }
        query.reset()
        try transaction { try delete(1...last, of: channel.id) }
        return count
    }
}
