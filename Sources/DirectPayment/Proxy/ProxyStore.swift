// What a proxy keeps for wallets that sleep.
import Bytes
import Cryptography
import Documents
import SQLite

/// The records of a proxy in a database. Not to be shared among threads.
public final class ProxyStore {
    private let database: Database
    private static let version = 1

    /// Opens `proxy.db`; makes its table where there is none.
    /// - Throws: `DirectPaymentError.unknownSchema`; `DatabaseError`.
    public init(path: String) throws {
        database = try Database(path: path, mode: .readWriteCreate)
        try database.execute("PRAGMA busy_timeout = 5000")
        try database.setWriteAheadLog()
        try database.execute("PRAGMA synchronous = FULL")
        let found = try database.userVersion()
        guard found <= Self.version else { throw DirectPaymentError.unknownSchema(version: found) }
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
    }

    private func keep(_ record: ProxyRecord, _ now: Int64) throws {
        switch record {
        case .channel(let channel, let secret):
            try write(channel, "channel", [], now, nil, secret?.bytes ?? [])
        case .terms(let channel, let json, let expires):
            try write(channel, "terms", [], now, expires, json.bytes)
        case .message(let channel, let digest, let kind, let body):
            let envelope: ForeignJSON = [
                "body": body, "kind": .string(kind.name),
                "transaction": ForeignJSON(kind.transaction),
            ]
            try write(channel, "message", digest.bytes, now, nil, envelope.bytes)
        case .answer(let channel, let digest, let answer):
            let delete = try database.prepare(
                "DELETE FROM records WHERE channel = ?1 AND kind = 'message' AND key = ?2")
            try delete.bind(1, channel)
            try delete.bind(2, digest.bytes)
            try delete.run()
            let envelope: ForeignJSON = [
                "body": answer.body, "status": ForeignJSON(answer.status),
            ]
            try write(channel, "answer", digest.bytes, now, nil, envelope.bytes)
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
            switch query.text(1) {
            case "channel": records.append(.channel(channel, secret: Digest256(body)))
            case "terms":
                guard let json = try? ForeignJSON(body) else { continue }
                records.append(
                    .terms(
                        channel: channel, json,
                        expires: query.isNull(3) ? nil : query.int64(3)))
            case let kind:
                guard let digest = Digest256(query.blob(2)), let json = try? ForeignJSON(body)
                else { continue }
                records += Self.record(kind, channel, digest, json).map { [$0] } ?? []
            }
        }
        return records
    }

    private static func record(
        _ kind: String, _ channel: String, _ digest: Digest256, _ json: ForeignJSON
    ) -> ProxyRecord? {
        let body = json["body"] ?? .null
        if kind == "answer" {
            return .answer(
                channel: channel, digest: digest,
                ProxyAnswer(status: json["status"]?.integer ?? 500, body: body))
        }
        return ProxyQuestion.Kind(
            name: json["kind"]?.string ?? "", transaction: json["transaction"]?.string
        ).map { .message(channel: channel, digest: digest, kind: $0, body) }
    }

    /// Forgets channels of which nothing has been heard for so long.
    /// - Throws: `DatabaseError`.
    public func prune(before moment: Int64) throws {
        let delete = try database.prepare(
            "DELETE FROM records WHERE channel IN (SELECT channel FROM records GROUP BY channel "
                + "HAVING MAX(MAX(kept), COALESCE(MAX(expires), 0)) < ?1)")
        try delete.bind(1, moment)
        try delete.run()
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
