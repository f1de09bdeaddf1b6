// Spending: a transaction that is being made holds its coins, and gives them back when its time is
// over, unless it was handed out.
import Bitcoin
import Bytes
import SQLite

extension CoinStore {
    /// Makes and keeps a transaction in one step, so that no two processes choose the same coins.
    ///
    /// It is a draft: it holds its coins until `until`, and counts for nothing.
    /// - Parameters:
    ///   - label: what it is for. A draft, or a transaction that was handed out, of the same label
    ///     is given again and `make` is not called; an empty label never is.
    ///   - until: milliseconds since 1970.
    ///   - tip: the height of the last header.
    ///   - make: chooses among the free coins and signs; all that it spends must be among them.
    ///     The second parameter gives a fresh script for change.
    /// - Throws: what `make` throws; failures of storage.
    public func draft(
        label: String, until: Int64, account: String, tip: Int?, now: Int64,
        _ make: ([Coin], () throws -> Script) throws -> BitcoinTransaction
    ) throws -> StoredTransaction {
        try database.transaction {
            try settle(now: now)
            if !label.isEmpty, let earlier = try made(label: label) {
                return try stored(earlier.transaction.id)
            }
            let free = try coins(tip: tip, now: now).filter(\.isFree)
            let transaction = try make(free) {
                try fresh(account, 1, label.isEmpty ? "change" : "change: " + label).script
            }
            let known = Set(free.map(\.coin.outpoint))
            guard transaction.inputs.allSatisfy({ known.contains($0.outpoint) }) else {
                throw CoinError.notOurs(transaction.id)
            }
            try enter(transaction, isOwn: true, until: until, label: label, seen: now)
            try settle(now: now)
            return try stored(transaction.id)
        }
    }

    /// The transaction that was made for a purpose and was not given up.
    func made(label: String) throws -> CoinRecord? {
        let query = try database.prepare(
            "SELECT \(CoinRecord.columns) FROM transactions "
                + "WHERE label = ?1 AND own = 1 AND state NOT IN (3, 4) ORDER BY place LIMIT 1")
        defer { query.reset() }
        try query.bind(1, label)
        return try query.step() ? try CoinRecord(query) : nil
    }

    /// Notes that a draft is about to leave this machine: from now on its coins are spent, whatever
    /// the answer will be. Called before it is sent.
    /// - Throws: `CoinError.unknownTransaction`, `.dropped`; failures of storage.
    public func handOut(_ id: Digest256, now: Int64) throws -> StoredTransaction {
        try database.transaction {
            try settle(now: now)
            guard let record = try record(id) else { throw CoinError.unknownTransaction(id) }
            guard record.state != .dropped else { throw CoinError.dropped(id) }
            let update = try database.prepare(
                "UPDATE transactions SET until = NULL, state = 2 WHERE txid = ?1 AND state = 5")
            try update.bind(1, id.bytes)
            try update.run()
            try settle(now: now)
            return try stored(id)
        }
    }

    /// Notes that miners have taken a transaction.
    /// - Throws: failures of storage.
    public func noteSent(_ id: Digest256) throws {
        let update = try database.prepare("UPDATE transactions SET sent = 1 WHERE txid = ?1")
        try update.bind(1, id.bytes)
        try update.run()
    }

    /// Gives a transaction up that is not mined: what it spends is free again. If it is mined in
    /// spite of that, its proof counts.
    /// - Throws: `CoinError.unknownTransaction`; failures of storage.
    public func drop(_ id: Digest256, now: Int64) throws {
        try database.transaction {
            guard let record = try record(id) else { throw CoinError.unknownTransaction(id) }
            guard record.state != .mined else { return }
            try set(.dropped, of: id)
            try settle(now: now)
        }
    }

    /// Takes back that a transaction was given up: miners have it after all.
    /// - Throws: failures of storage.
    public func restore(_ id: Digest256, now: Int64) throws {
        try database.transaction {
            let update = try database.prepare(
                "UPDATE transactions SET state = 2, until = NULL WHERE txid = ?1 AND state = 4")
            try update.bind(1, id.bytes)
            try update.run()
            try settle(now: now)
        }
    }
}
