// What a proxy keeps for wallets that sleep.
import Bytes
import Cryptography
import SQLite

/// The records of a proxy in a database. Not to be shared among threads.
public final class ProxyStore {
    private let database: Database
    /// Records since the write-ahead log was last moved.
    private var unmoved = 0
    private static let version = 1
    // limit: records in the write-ahead log
    private static let moveRecords = 1_000

    /// Opens `proxy.db`; makes its table where there is none.
    /// - Throws: `DirectPaymentError.storage`.
    public convenience init(path: String) throws(DirectPaymentError) {
        do {
            try self.init(opening: path)
        } catch let error as DatabaseError {
            throw .storage(
                path: path,
                reason: error.isBusy ? "another relay uses it" : error.description)
        } catch let error as DirectPaymentError {
            throw error
        } catch { throw .storage(path: path, reason: "\(error)") }
    }

    private init(opening path: String) throws {
        database = try Database(path: path, mode: .readWriteCreate)
        // One process alone: a second one would answer from another memory.
        try database.execute("PRAGMA locking_mode = EXCLUSIVE")
        try database.setWriteAheadLog()
        try database.execute("PRAGMA synchronous = FULL")
        let found = try database.userVersion()
        guard found <= Self.version else {
            throw DirectPaymentError.storage(
                path: path, reason: "a later version of this program has written it")
        }
        if found == 0 {
            try database.transaction {
                try database.execute(
                    """
                    CREATE TABLE records (
                      sequence INTEGER PRIMARY KEY,
                      channel TEXT NOT NULL,
                      kind TEXT NOT NULL,
                      key BLOB NOT NULL,
                      kept INTEGER NOT NULL,
                      expires INTEGER,
                      body BLOB NOT NULL,
                      UNIQUE (channel, kind, key));
                    """)
                try database.execute("PRAGMA user_version = \(Self.version)")
            }
        }
    }

    /// Keeps records, durably, all or none.
    /// - Throws: `DatabaseError`.
    public func keep(_ records: [ProxyRecord], now: Int64) throws {
        try database.transaction {
            for record in records { try keep(record, now) }
        }
        unmoved += records.count
        guard unmoved >= Self.moveRecords else { return }
        unmoved = 0
        // Nobody else has the database open.
        try database.checkpoint(truncate: false)
    }

    private func keep(_ record: ProxyRecord, _ now: Int64) throws {
        switch record {
        case .channel(let channel, let secret):
            try write(channel, "channel", [], now, nil, secret.bytes)
        case .terms(let channel, let body, let expires):
            try write(channel, "terms", [], now, expires, body)
        case .message(let channel, let digest, let kind, let body):
            // What follows `message` names the transaction of a proof.
            let name = "message " + kind.name + (kind.transaction.map { " " + $0 } ?? "")
            try write(channel, name, digest.bytes, now, nil, body)
        case .answer(let channel, let digest, let answer):
            let delete = try database.prepare(
                "DELETE FROM records WHERE channel = ?1 AND kind <> 'channel' AND key = ?2")
            try delete.bind(1, channel)
            try delete.bind(2, digest.bytes)
            try delete.run()
            try write(channel, "answer \(answer.status)", digest.bytes, now, nil, answer.body)
        case .forgotten(let channel):
            let delete = try database.prepare("DELETE FROM records WHERE channel = ?1")
            try delete.bind(1, channel)
            try delete.run()
        }
    }

    private func write(
        _ channel: String, _ kind: String, _ key: [UInt8], _ now: Int64, _ expires: Int64?,
        _ body: [UInt8]
    ) throws {
        let insert = try database.prepare(
            "INSERT OR REPLACE INTO records (channel, kind, key, kept, expires, body) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        try insert.bind(1, channel)
        try insert.bind(2, kind)
        try insert.bind(3, key)
        try insert.bind(4, now)
        if let expires { try insert.bind(5, expires) } else { try insert.bindNull(5) }
        try insert.bind(6, body)
        try insert.run()
    }

    /// All that is kept, in the order in which it came.
    /// - Throws: `DatabaseError`.
    public func records() throws -> [ProxyRecord] {
        let query = try database.prepare(
            "SELECT channel, kind, key, expires, body FROM records ORDER BY sequence")
        defer { query.reset() }
        var records: [ProxyRecord] = []
        while try query.step() {
            let channel = query.text(0)
            let body = query.blob(4)
            let words = query.text(1).split(separator: " ").map(String.init)
            let expires = query.isNull(3) ? nil : query.int64(3)
            if let record = Self.record(words, channel, query.blob(2), expires, body) {
                records.append(record)
            }
        }
        return records
    }

    private static func record(
        _ words: [String], _ channel: String, _ key: [UInt8], _ expires: Int64?, _ body: [UInt8]
    ) -> ProxyRecord? {
        switch words.first {
        case "channel": return Digest256(body).map { .channel(channel, secret: $0) }
        case "terms": return .terms(channel: channel, body, expires: expires)
        case "answer":
            guard words.count == 2, let status = Int(words[1]), let digest = Digest256(key)
            else { return nil }
            return .answer(
                channel: channel, digest: digest, ProxyAnswer(status: status, body: body))
        case "message":
            let transaction = words.count == 3 ? words[2] : nil
            guard words.count >= 2, let digest = Digest256(key),
                let kind = ProxyQuestion.Kind(name: words[1], transaction: transaction)
            else { return nil }
            return .message(channel: channel, digest: digest, kind: kind, body)
        default: return nil
        }
    }
}

extension ProxyQuestion.Kind {
    var name: String {
        switch self {
        case .terms: "terms"
        case .payment: "payment"
        case .proof: "proof"
        }
    }

    var transaction: String? { if case .proof(let transaction) = self { transaction } else { nil } }

    init?(name: String, transaction: String?) {
        switch (name, transaction) {
        case ("terms", _): self = .terms
        case ("payment", _): self = .payment
        case ("proof", let transaction?): self = .proof(transaction: transaction)
        default: return nil
        }
    }
}
