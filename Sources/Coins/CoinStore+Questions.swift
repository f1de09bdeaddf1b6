// What is asked of a store: coins, sums, transactions, and evidence for others.
import Bitcoin
import Bytes
import Headers
import SQLite

extension CoinStore {
    /// Blocks above a block whose first transaction's outputs may be spent.
    public static let coinbaseMaturity = 100

    /// The unspent outputs, whether they count or not; mined ones first, then by their age.
    /// - Parameters:
    ///   - tip: the height of the last header, for first transactions of blocks; nil: they are
    ///     immature.
    ///   - now: milliseconds since 1970.
    /// - Throws: failures of storage.
    public func coins(tip: Int? = nil, now: Int64) throws -> [Coin] {
        let query = try database.prepare(
            "SELECT coins.txid, coins.number, coins.satoshis, coins.script, t.state, t.height, "
                + "accounts.name, s.branch, s.number, s.label, "
                + "MAX(CASE WHEN u.state = 5 THEN u.until END), "
                + "MAX(CASE WHEN u.state IN (0, 1) THEN 1 END), f.txid "
                + "FROM coins JOIN transactions t ON t.txid = coins.txid "
                + "JOIN scripts s ON s.script = coins.script "
                + "JOIN accounts ON accounts.id = s.account "
                + "LEFT JOIN inputs f ON f.place = t.place "
                + "AND f.txid = x'\(Digest256.zero.hexadecimal)' "
                + "LEFT JOIN inputs i ON i.txid = coins.txid AND i.number = coins.number "
                + "LEFT JOIN transactions u ON u.place = i.place "
                + "WHERE t.state IN (0, 1, 2) GROUP BY coins.txid, coins.number "
                + "ORDER BY t.state, t.place, coins.number")
        defer { query.reset() }
        var coins: [Coin] = []
        while try query.step() {
            // Spent by what counts.
            guard query.isNull(11), let id = Digest256(query.blob(0)) else { continue }
            let height = query.isNull(5) ? nil : Int(query.int64(5))
            let state = TransactionState(rawValue: Int(query.int64(4))) ?? .unverified
            let isFirst = !query.isNull(12)
            let depth = tip.flatMap { tip in height.map { tip - $0 + 1 } } ?? 0
            let until = query.isNull(10) ? nil : query.int64(10)
            coins.append(
                Coin(
                    coin: SpendableCoin(
                        outpoint: Outpoint(transaction: id, index: UInt32(query.int64(1))),
                        output: TransactionOutput(
                            satoshis: UInt64(query.int64(2)), script: Script(query.blob(3)))),
                    state: state, height: state == .mined ? height : nil,
                    key: KeyPlace(
                        account: query.text(6), branch: Int(query.int64(7)),
                        number: Int(query.int64(8))), label: query.text(9),
                    reserved: until.flatMap { $0 > now ? $0 : nil },
                    isImmature: isFirst && depth < Self.coinbaseMaturity))
        }
        return coins
    }

    /// The sums.
    /// - Throws: failures of storage.
    public func balance(tip: Int? = nil, now: Int64) throws -> CoinBalance {
        var balance = CoinBalance()
        for coin in try coins(tip: tip, now: now) {
            switch coin.state {
            case .mined: balance.mined += coin.satoshis
            case .supported: balance.supported += coin.satoshis
            default:
                // Whoever likes may hand over as many false ones as he wants.
                balance.unverified = min(
                    balance.unverified + coin.satoshis, UInt64(Limits.satoshis))
                continue
            }
            if !coin.isFree { balance.held += coin.satoshis }
        }
        return balance
    }

    /// A transaction with what is known of it.
    /// - Throws: `CoinError.unknownTransaction`; failures of storage.
    public func stored(_ id: Digest256) throws -> StoredTransaction {
        guard let record = try record(id) else { throw CoinError.unknownTransaction(id) }
        return try stored(record)
    }

    /// All transactions that touch this wallet's coins, the latest first.
    /// - Throws: failures of storage.
    public func transactions() throws -> [StoredTransaction] {
        try records(
            where: "EXISTS (SELECT 1 FROM coins WHERE coins.txid = transactions.txid) "
                + "OR own = 1 OR EXISTS (SELECT 1 FROM inputs JOIN coins ON coins.txid = inputs.txid "
                + "AND coins.number = inputs.number WHERE inputs.place = transactions.place)"
        ).reversed().map { try stored($0) }
    }

    /// The transactions of which nothing shows yet that they are mined, and which may be.
    /// - Throws: failures of storage.
    public func open() throws -> [StoredTransaction] {
        try records(where: "state IN (1, 2)").map { try stored($0) }
    }

    /// The transactions whose identifiers begin with these digits.
    /// - Throws: failures of storage.
    public func identifiers(beginning digits: String) throws -> [Digest256] {
        let query = try database.prepare("SELECT txid FROM transactions")
        defer { query.reset() }
        var found: [Digest256] = []
        while try query.step() {
            if let id = Digest256(query.blob(0)), id.displayed.hasPrefix(digits) {
                found.append(id)
            }
        }
        return found
    }

    private func stored(_ record: CoinRecord) throws -> StoredTransaction {
        StoredTransaction(
            transaction: record.transaction, state: record.state,
            height: record.state == .mined ? record.height : nil,
            block: record.state == .mined ? record.block : nil, seen: record.seen,
            label: try label(of: record), isOwn: record.isOwn, isSent: record.isSent,
            delta: try delta(of: record))
    }

    /// What it is for; what the address was made for that it pays, where nothing is said.
    private func label(of record: CoinRecord) throws -> String {
        guard record.label.isEmpty else { return record.label }
        let query = try database.prepare(
            "SELECT label FROM coins JOIN scripts USING (script) WHERE txid = ?1 AND branch = 0 "
                + "AND label <> '' ORDER BY coins.number LIMIT 1")
        defer { query.reset() }
        try query.bind(1, record.transaction.id.bytes)
        return try query.step() ? query.text(0) : ""
    }

    private func delta(of record: CoinRecord) throws -> Int64 {
        func sum(_ sql: String) throws -> Int64 {
            let query = try database.prepare(sql)
            defer { query.reset() }
            try query.bind(1, record.place)
            return try query.step() ? query.int64(0) : 0
        }
        let came = try sum(
            "SELECT IFNULL(SUM(satoshis), 0) FROM coins JOIN transactions t USING (txid) "
                + "WHERE t.place = ?1")
        let went = try sum(
            "SELECT IFNULL(SUM(satoshis), 0) FROM coins JOIN inputs i "
                + "ON i.txid = coins.txid AND i.number = coins.number WHERE i.place = ?1")
        return came - went
    }

    /// A transaction with its ancestors down to mined ones, as others can verify it.
    /// - Throws: `CoinError.unknownTransaction`, `.unsupported`; failures of storage.
    public func evidence(for id: Digest256) throws -> BEEF {
        guard try record(id) != nil else { throw CoinError.unknownTransaction(id) }
        var entries: [BEEF.Entry] = []
        var paths: [BUMP] = []
        var done: Set<Digest256> = []
        var stack: [(id: Digest256, isOpened: Bool)] = [(id, false)]
        while let next = stack.popLast() {
            guard !done.contains(next.id) else { continue }
            guard let record = try record(next.id) else { throw CoinError.unsupported(id) }
            if record.state == .mined, let binary = record.path {
                paths.append(try BUMP(binary: binary))
                entries.append(
                    BEEF.Entry(
                        id: next.id, transaction: record.transaction, path: paths.count - 1))
                done.insert(next.id)
            } else if next.isOpened {
                entries.append(
                    BEEF.Entry(id: next.id, transaction: record.transaction, path: nil))
                done.insert(next.id)
            } else {
                guard [.supported, .draft].contains(record.state),
                    entries.count + stack.count < Limits.beefTransactions
                else { throw CoinError.unsupported(id) }
                stack.append((next.id, true))
                for input in record.transaction.inputs {
                    stack.append((input.outpoint.transaction, false))
                }
            }
        }
        return try BEEF(paths: paths, entries: entries, subject: id).merged()
    }

    /// The outputs that a transaction spends, in the order of its inputs; nil where one of them is
    /// not known here. Miners' Extended Format (BRC-30) needs them.
    /// - Throws: failures of storage.
    public func spentOutputs(
        of transaction: BitcoinTransaction
    ) throws -> [TransactionOutput]? {
        var outputs: [TransactionOutput] = []
        for input in transaction.inputs {
            guard let parent = try record(input.outpoint.transaction)?.transaction,
                parent.outputs.indices.contains(Int(input.outpoint.index))
            else { return nil }
            outputs.append(parent.outputs[Int(input.outpoint.index)])
        }
        return outputs
    }
}
