// Accounts, channels, tokens and messages in a database.
import Bytes
import Cryptography
import SQLite

/// The store of a channel server. Not to be shared among threads.
///
/// A token is not kept: its digest is, and a salt from which the server's secret makes it again for
/// the account's owner. Whoever reads the database alone cannot use any channel.
public final class ChannelStore {
    /// Runs its argument while no other process does the same with this store. SQLite before 3.51.3
    /// may damage a database whose log is reset while another connection commits.
    public typealias Exclusion = (_ body: () throws -> Void) throws -> Void

    let database: Database
    private let secret: [UInt8]
    let random: any RandomSource
    let exclusively: Exclusion
    /// Bytes that were written since the log was last moved into the database, about.
    private var unmovedBytes = 0

    /// Bytes of a channel's id and of a token.
    private static let valueBytes = 64
    private static let saltBytes = 16

    /// Opens the store.
    /// - Parameters:
    ///   - secret: of the server, at least 32 bytes.
    ///   - exclusively: needed where several processes write.
    /// - Throws: `ChannelError.unknownSchema`; `DatabaseError`.
    public init(
        path: String, secret: [UInt8], random: any RandomSource,
        exclusively: @escaping Exclusion = { try $0() }
    ) throws {
        precondition(secret.count >= 32, "a secret has at least 256 bits")
        database = try ChannelSchema.open(path)
        self.secret = secret
        self.random = random
        self.exclusively = exclusively
    }

    // MARK: - Transactions

    /// Runs several operations and makes them durable together. An operation that throws changes
    /// nothing, and the others are not touched by it.
    /// - Parameter operations: each of them is called once.
    /// - Throws: `DatabaseError`, where nothing at all has happened.
    public func together(_ operations: () throws -> Void) throws {
        try database.transaction { try operations() }
    }

    /// The write-ahead log is moved into the database when it has grown so far.
    private static let logBytes = 8_388_608

    /// Moves the write-ahead log into the database, where it has grown and nobody is in the way.
    /// What was written is durable before, and whether this succeeds.
    func moveLongLog() throws {
        guard unmovedBytes >= Self.logBytes else { return }
        try moveLog()
    }

    /// Moves the write-ahead log into the database, where nobody is in the way.
    func moveLog() throws {
        try exclusively {
            do throws(DatabaseError) {
                if try database.checkpoint(truncate: false) { unmovedBytes = 0 }
            } catch {
                guard error.isBusy else { throw error }
            }
        }
    }

    /// Fails where the store cannot be written, before anybody relies on it.
    func checkWriting() throws {
        try database.transaction {
            try database.execute("PRAGMA user_version = \(try database.userVersion())")
        }
    }

    func noteWritten(bytes: Int) { unmovedBytes += bytes }

    /// A transaction, or a step of the one that is open.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        guard database.isInTransaction else { return try database.transaction(body) }
        try run("SAVEPOINT step")
        do {
            let result = try body()
            try run("RELEASE step")
            return result
        } catch {
            // A full disk ends the whole transaction, and its steps with it.
            if database.isInTransaction {
                try database.execute("ROLLBACK TO step; RELEASE step")
            }
            throw error
        }
    }

    /// A statement that is compiled once.
    private func run(_ sql: String) throws {
        let statement = try database.prepare(sql)
        defer { statement.reset() }
        _ = try statement.step()
    }

    // MARK: - Channels

    private static let columns =
        "id, account, publicRead, publicWrite, sequenced, locked, head, minimumDays, maximumDays, "
        + "prunes"

    private static func channel(_ row: Statement) throws -> Channel {
        func days(_ column: Int32) -> Int? { row.isNull(column) ? nil : Int(row.int64(column)) }
        return Channel(
            id: row.text(0), account: Int(row.int64(1)), publicRead: row.int64(2) != 0,
            publicWrite: row.int64(3) != 0, isSequenced: row.int64(4) != 0,
            isLocked: row.int64(5) != 0, head: Int(row.int64(6)),
            retention: try ChannelRetention(
                minimumDays: days(7), maximumDays: days(8), prunes: row.int64(9) != 0))
    }

    /// The channels of an account, in the order of their ids.
    /// - Throws: `DatabaseError`.
    public func channels(of account: Int) throws -> [Channel] {
        let query = try database.prepare(
            "SELECT \(Self.columns) FROM channels WHERE account = ?1 ORDER BY id")
        defer { query.reset() }
        try query.bind(1, Int64(account))
        var channels: [Channel] = []
        while try query.step() { channels.append(try Self.channel(query)) }
        return channels
    }

    /// A channel.
    /// - Throws: `ChannelError.unknown`; `DatabaseError`.
    public func channel(_ id: String) throws -> Channel {
        let query = try database.prepare("SELECT \(Self.columns) FROM channels WHERE id = ?1")
        defer { query.reset() }
        try query.bind(1, id)
        guard try query.step() else { throw ChannelError.unknown(what: "channel") }
        return try Self.channel(query)
    }

    /// Makes a channel, and a token for its owner that may do everything.
    /// - Throws: `ChannelError.unknown` for the account; `DatabaseError`.
    public func create(
        account: Int, publicRead: Bool, publicWrite: Bool, isSequenced: Bool,
        retention: ChannelRetention
    ) throws -> (channel: Channel, owner: ChannelToken) {
        let channel = Channel(
            id: Base64.encodeURL(try random.bytes(Self.valueBytes)), account: account,
            publicRead: publicRead, publicWrite: publicWrite, isSequenced: isSequenced,
            isLocked: false, head: 0, retention: retention)
        return try transaction {
            try checkAccount(account)
            try checkCount(
                "channels", Limits.channelsOfAccount,
                "SELECT COUNT(*) FROM channels WHERE account = ?1"
            ) { try $0.bind(1, Int64(account)) }
            let insert = try database.prepare(
                "INSERT INTO channels (id, account, publicRead, publicWrite, sequenced, "
                    + "minimumDays, maximumDays, prunes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            try insert.bind(1, channel.id)
            try insert.bind(2, Int64(account))
            try insert.bind(3, publicRead ? 1 : 0)
            try insert.bind(4, publicWrite ? 1 : 0)
            try insert.bind(5, isSequenced ? 1 : 0)
            try insert.bind(optional: 6, retention.minimumDays)
            try insert.bind(optional: 7, retention.maximumDays)
            try insert.bind(8, retention.prunes ? 1 : 0)
            try insert.run()
            let owner = try insertToken(channel, "Owner", canRead: true, canWrite: true)
            return (channel, owner)
        }
    }

    /// Changes who may use a channel without a token, and whether it takes messages.
    /// - Throws: `ChannelError.unknown`; `DatabaseError`.
    public func change(
        _ id: String, publicRead: Bool, publicWrite: Bool, isLocked: Bool
    ) throws {
        let update = try database.prepare(
            "UPDATE channels SET publicRead = ?2, publicWrite = ?3, locked = ?4 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, publicRead ? 1 : 0)
        try update.bind(3, publicWrite ? 1 : 0)
        try update.bind(4, isLocked ? 1 : 0)
        try update.run()
        guard database.changes > 0 else { throw ChannelError.unknown(what: "channel") }
    }

    /// Deletes a channel with all that is in it.
    /// - Throws: `ChannelError.unknown`; `DatabaseError`.
    public func delete(_ id: String) throws {
        let delete = try database.prepare("DELETE FROM channels WHERE id = ?1")
        try delete.bind(1, id)
        try delete.run()
        guard database.changes > 0 else { throw ChannelError.unknown(what: "channel") }
    }

    // MARK: - Tokens

    /// Makes a token.
    /// - Throws: `ChannelError.malformed` for a long description; `.unknown`; `DatabaseError`.
    public func createToken(
        _ channel: String, description: String, canRead: Bool, canWrite: Bool
    ) throws -> ChannelToken {
        guard description.utf8.count <= Limits.channelDescriptionBytes else {
            throw ChannelError.malformed(
                name: "description", reason: "has more than \(Limits.channelDescriptionBytes) bytes"
            )
        }
        return try transaction {
            try checkCount(
                "tokens", Limits.channelTokens,
                "SELECT COUNT(*) FROM tokens WHERE channel = ?1 AND ended = 0"
            ) {
                try $0.bind(1, channel)
            }
            return try insertToken(
                try self.channel(channel), description, canRead: canRead, canWrite: canWrite)
        }
    }

    private func checkCount(
        _ what: String, _ limit: Int, _ sql: String, _ bind: (Statement) throws -> Void
    ) throws {
        let query = try database.prepare(sql)
        defer { query.reset() }
        try bind(query)
        guard try query.step(), query.int64(0) < Int64(limit) else {
            throw ChannelError.tooMany(what: what, limit: limit)
        }
    }

    private func insertToken(
        _ channel: Channel, _ description: String, canRead: Bool, canWrite: Bool
    ) throws -> ChannelToken {
        let salt = try random.bytes(Self.saltBytes)
        let value = value(salt, channel.id)
        let insert = try database.prepare(
            "INSERT INTO tokens (channel, salt, digest, description, canRead, canWrite, since) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id")
        try insert.bind(1, channel.id)
        try insert.bind(2, salt)
        try insert.bind(3, Self.digest(value))
        try insert.bind(4, description)
        try insert.bind(5, canRead ? 1 : 0)
        try insert.bind(6, canWrite ? 1 : 0)
        try insert.bind(7, Int64(channel.head))
        defer { insert.reset() }
        guard try insert.step() else { throw ChannelError.unknown(what: "token") }
        let id = Int(insert.int64(0))
        // To its end: a statement between two rows holds its locks.
        _ = try insert.step()
        return ChannelToken(
            id: id, channel: channel.id, value: value, description: description,
            canRead: canRead, canWrite: canWrite, since: channel.head)
    }

    private func value(_ salt: [UInt8], _ channel: String) -> String {
        Base64.encodeURL(Hash.hmacSHA512(key: secret, message: salt + Array(channel.utf8)))
    }

    private static func digest(_ value: String) -> [UInt8] {
        Hash.sha256(Array(value.utf8)).bytes
    }

    private static let tokenColumns = "id, channel, salt, description, canRead, canWrite, since"

    private func token(_ row: Statement) -> ChannelToken {
        let channel = row.text(1)
        return ChannelToken(
            id: Int(row.int64(0)), channel: channel, value: value(row.blob(2), channel),
            description: row.text(3), canRead: row.int64(4) != 0, canWrite: row.int64(5) != 0,
            since: Int(row.int64(6)))
    }

    /// The tokens of a channel that have not ended, in the order in which they were made.
    /// - Throws: `DatabaseError`.
    public func tokens(of channel: String) throws -> [ChannelToken] {
        let query = try database.prepare(
            "SELECT \(Self.tokenColumns) FROM tokens WHERE channel = ?1 AND ended = 0 ORDER BY id")
        defer { query.reset() }
        try query.bind(1, channel)
        var tokens: [ChannelToken] = []
        while try query.step() { tokens.append(token(query)) }
        return tokens
    }

    /// The token that a bearer shows; nil where it is none, or has ended.
    /// - Throws: `DatabaseError`.
    public func token(bearer: String) throws -> ChannelToken? {
        guard bearer.utf8.count <= Limits.channelTokenBytes else { return nil }
        let query = try database.prepare(
            "SELECT \(Self.tokenColumns) FROM tokens WHERE digest = ?1 AND ended = 0")
        defer { query.reset() }
        try query.bind(1, Self.digest(bearer))
        return try query.step() ? token(query) : nil
    }

    /// Whether a token of a channel may read and has not ended.
    func isGood(token id: Int, of channel: String) throws -> Bool {
        let query = try database.prepare(
            "SELECT canRead FROM tokens WHERE id = ?1 AND channel = ?2 AND ended = 0")
        defer { query.reset() }
        try query.bind(1, Int64(id))
        try query.bind(2, channel)
        return try query.step() && query.int64(0) != 0
    }

    /// Ends a token.
    /// - Throws: `ChannelError.unknown`; `DatabaseError`.
    public func end(token id: Int, of channel: String) throws {
        let update = try database.prepare(
            "UPDATE tokens SET ended = 1 WHERE id = ?1 AND channel = ?2 AND ended = 0")
        try update.bind(1, Int64(id))
        try update.bind(2, channel)
        try update.run()
        guard database.changes > 0 else { throw ChannelError.unknown(what: "token") }
    }

    /// Refuses whoever may not write.
    func checkWriter(_ bearer: String?, of id: String) throws {
        let channel = try channel(id)
        let caller = try caller(bearer, of: channel, isPublic: channel.publicWrite)
        guard caller.token?.canWrite ?? true else { throw ChannelError.notAllowed(right: "write") }
    }

    /// Who asks with this bearer, for a channel.
    /// - Throws: `ChannelError.unauthenticated` for none where the channel is not public, and for a
    ///   false one; `.forbidden` for one of another channel; `.unknown`; `DatabaseError`.
    public func caller(_ bearer: String?, of channel: Channel, isPublic: Bool) throws
        -> ChannelCaller
    {
        guard let bearer else {
            guard isPublic else { throw ChannelError.unauthenticated }
            return .anybody
        }
        guard let token = try token(bearer: bearer) else { throw ChannelError.unauthenticated }
        guard token.channel == channel.id else { throw ChannelError.forbidden }
        return .token(token)
    }
}

extension Statement {
    /// Binds a number, or NULL.
    func bind(optional index: Int32, _ value: Int?) throws(DatabaseError) {
        if let value { try bind(index, Int64(value)) } else { try bindNull(index) }
    }
}
