// Rows of transactions, and what follows from their bytes.
import Bitcoin
import Bytes
import Headers
import SQLite

/// A row of the table of transactions.
struct CoinRecord {
    let place: Int64
    let transaction: BitcoinTransaction
    var state: TransactionState
    var isChecked: Bool
    let block: Digest256?
    let height: Int?
    let path: [UInt8]?
    let until: Int64?
    let isOwn: Bool
    let isSent: Bool
    let seen: Int64
    let label: String

    static let columns =
        "place, raw, state, checked, block, height, path, until, own, sent, seen, label"

    init(_ row: Statement) throws {
        place = row.int64(0)
        transaction = try BitcoinTransaction(row.blob(1))
        state = TransactionState(rawValue: Int(row.int64(2))) ?? .unverified
        isChecked = row.int64(3) != 0
        block = row.isNull(4) ? nil : Digest256(row.blob(4))
        height = row.isNull(5) ? nil : Int(row.int64(5))
        path = row.isNull(6) ? nil : row.blob(6)
        until = row.isNull(7) ? nil : row.int64(7)
        isOwn = row.int64(8) != 0
        isSent = row.int64(9) != 0
        seen = row.int64(10)
        label = row.text(11)
    }
}

extension CoinStore {
    func record(_ id: Digest256) throws -> CoinRecord? {
        let query = try database.prepare(
            "SELECT \(CoinRecord.columns) FROM transactions WHERE txid = ?1")
        defer { query.reset() }
        try query.bind(1, id.bytes)
        return try query.step() ? try CoinRecord(query) : nil
    }

    func records(where condition: String) throws -> [CoinRecord] {
        let query = try database.prepare(
            "SELECT \(CoinRecord.columns) FROM transactions WHERE \(condition) ORDER BY place")
        defer { query.reset() }
        var records: [CoinRecord] = []
        while try query.step() { records.append(try CoinRecord(query)) }
        return records
    }

    /// Enters a transaction, its inputs and the outputs that are ours; nothing where it is there.
    func enter(
        _ transaction: BitcoinTransaction, isOwn: Bool, until: Int64?, label: String, seen: Int64
    ) throws {
        if try record(transaction.id) != nil { return }
        try checkRoom()
        let insert = try database.prepare(
            "INSERT INTO transactions (txid, raw, state, until, own, sent, seen, label) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)")
        try insert.bind(1, transaction.id.bytes)
        try insert.bind(2, transaction.bytes)
        let state: TransactionState = until == nil ? .unverified : .draft
        try insert.bind(3, Int64(state.rawValue))
        if let until { try insert.bind(4, until) } else { try insert.bindNull(4) }
        try insert.bind(5, isOwn ? 1 : 0)
        try insert.bind(6, seen)
        try insert.bind(7, label)
        try insert.run()
        guard let place = try record(transaction.id)?.place else { return }
        let spend = try database.prepare(
            "INSERT OR IGNORE INTO inputs (place, txid, number) VALUES (?1, ?2, ?3)")
        for input in transaction.inputs {
            try spend.bind(1, place)
            try spend.bind(2, input.outpoint.transaction.bytes)
            try spend.bind(3, Int64(input.outpoint.index))
            try spend.run()
            spend.reset()
        }
        try enterCoins(of: transaction)
    }

    /// Enters the outputs that are ours; nothing where they are there.
    func enterCoins(of transaction: BitcoinTransaction) throws {
        for (number, output) in transaction.outputs.enumerated() {
            guard try address(of: output.script) != nil else { continue }
            let insert = try database.prepare(
                "INSERT OR IGNORE INTO coins (txid, number, satoshis, script) "
                    + "VALUES (?1, ?2, ?3, ?4)")
            try insert.bind(1, transaction.id.bytes)
            try insert.bind(2, Int64(number))
            try insert.bind(3, Int64(output.satoshis))
            try insert.bind(4, output.script.bytes)
            try insert.run()
            let update = try database.prepare("UPDATE scripts SET given = 1 WHERE script = ?1")
            try update.bind(1, output.script.bytes)
            try update.run()
        }
    }

    private func checkRoom() throws {
        let query = try database.prepare("SELECT IFNULL(MAX(place), 0) FROM transactions")
        defer { query.reset() }
        guard try query.step(), query.int64(0) < Int64(Limits.coinTransactions) else {
            throw CoinError.tooMany(what: "transactions", limit: Limits.coinTransactions)
        }
    }

    /// Notes what shows that a transaction is mined; the header was found in the longest chain.
    func prove(_ id: Digest256, _ path: BUMP, _ header: PlacedHeader) throws {
        let update = try database.prepare(
            "UPDATE transactions SET state = 0, block = ?2, height = ?3, path = ?4, until = NULL, "
                + "sent = 1 WHERE txid = ?1")
        try update.bind(1, id.bytes)
        try update.bind(2, header.hash.bytes)
        try update.bind(3, Int64(header.height))
        try update.bind(4, path.binary)
        try update.run()
        // What is proved above the header that was seen last may leave without that one.
        let forget = try database.prepare("DELETE FROM followed WHERE height < ?1")
        try forget.bind(1, Int64(header.height))
        try forget.run()
    }

    func set(_ state: TransactionState, of id: Digest256) throws {
        let update = try database.prepare("UPDATE transactions SET state = ?2 WHERE txid = ?1")
        try update.bind(1, id.bytes)
        try update.bind(2, Int64(state.rawValue))
        try update.run()
    }

    /// The transactions that spend an output, those that were seen first first.
    func spenders(of outpoint: Outpoint) throws -> [(place: Int64, id: Digest256)] {
        let query = try database.prepare(
            "SELECT transactions.place, transactions.txid FROM inputs "
                + "JOIN transactions ON transactions.place = inputs.place "
                + "WHERE inputs.txid = ?1 AND inputs.number = ?2 ORDER BY transactions.place")
        defer { query.reset() }
        try query.bind(1, outpoint.transaction.bytes)
        try query.bind(2, Int64(outpoint.index))
        var found: [(place: Int64, id: Digest256)] = []
        while try query.step() {
            if let id = Digest256(query.blob(1)) { found.append((query.int64(0), id)) }
        }
        return found
    }
}
