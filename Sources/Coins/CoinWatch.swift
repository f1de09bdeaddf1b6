// What is looked for in blocks: scripts that are ours, coins that are spent, transactions that wait.
import Bitcoin
import Bytes

/// Chooses transactions, without asking the database about each.
public struct CoinWatch {
    private let store: CoinStore
    private let gap: Int
    private var scripts: Set<Script>
    private var coins: Set<Outpoint>
    private var waiting: Set<Digest256>
    /// What those that wait spend: whoever else is mined with it takes it from them.
    private var contested: Set<Outpoint>

    /// Watches for everything that a store knows, and `gap` scripts ahead of the last that was used
    /// (BIP44).
    /// - Throws: `CoinError`; failures of storage.
    public init(_ store: CoinStore, gap: Int) throws {
        self.store = store
        self.gap = gap
        for account in try store.accounts() { _ = try store.layAhead(account: account, gap: gap) }
        scripts = try store.scripts()
        coins = try store.outpoints()
        let open = try store.open().map(\.transaction)
        waiting = Set(open.map(\.id))
        contested = Set(open.flatMap { $0.inputs.map(\.outpoint) })
    }

    /// Whether a transaction is wanted. One that pays a script of the gap moves the gap's end, so
    /// that the next transaction of the same block is judged by it.
    /// - Throws: `CoinError`; failures of storage.
    public mutating func wants(_ transaction: BitcoinTransaction) throws -> Bool {
        let own = transaction.outputs.indices.filter {
            scripts.contains(transaction.outputs[$0].script)
        }
        let spends = transaction.inputs.contains {
            coins.contains($0.outpoint) || contested.contains($0.outpoint)
        }
        guard !own.isEmpty || spends || waiting.contains(transaction.id) else { return false }
        for index in own {
            coins.insert(Outpoint(transaction: transaction.id, index: UInt32(index)))
            guard try store.noteUsed(transaction.outputs[index].script),
                let account = try store.address(of: transaction.outputs[index].script)?.key.account
            else { continue }
            if try store.layAhead(account: account, gap: gap) { scripts = try store.scripts() }
        }
        return true
    }
}

extension CoinStore {
    /// Notes that a script that was laid ahead is in use.
    /// - Returns: whether that is new.
    func noteUsed(_ script: Script) throws -> Bool {
        let update = try database.prepare(
            "UPDATE scripts SET given = 1 WHERE script = ?1 AND given = 0")
        try update.bind(1, script.bytes)
        try update.run()
        return database.changes > 0
    }

    /// All outputs that were ever ours.
    func outpoints() throws -> Set<Outpoint> {
        let query = try database.prepare("SELECT txid, number FROM coins")
        defer { query.reset() }
        var outpoints: Set<Outpoint> = []
        while try query.step() {
            guard let id = Digest256(query.blob(0)) else { continue }
            outpoints.insert(Outpoint(transaction: id, index: UInt32(query.int64(1))))
        }
        return outpoints
    }
}
