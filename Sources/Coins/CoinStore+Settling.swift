// What is believed of transactions that are not mined: made anew from scratch whenever something
// has changed, so that it never depends on the order in which things came.
import Bitcoin
import Bytes
import SQLite

/// Judges transactions that are not mined, parents before children.
struct Settling {
    private let store: CoinStore
    private let now: Int64
    private var open: [Digest256: CoinRecord] = [:]
    private var states: [Digest256: TransactionState] = [:]
    private var outside: [Digest256: CoinRecord] = [:]

    /// - Parameter now: milliseconds since 1970.
    init(_ store: CoinStore, now: Int64) throws {
        self.store = store
        self.now = now
        for record in try store.records(where: "state NOT IN (0, 4)") {
            open[record.transaction.id] = record
        }
    }

    /// Judges all, and writes what has changed.
    mutating func run() throws {
        for record in try ordered() {
            let id = record.transaction.id
            let state = try judge(record)
            states[id] = state
            if state != record.state { try store.set(state, of: id) }
        }
    }

    /// Parents before children, and of two that are not related the one that was seen first.
    private func ordered() throws -> [CoinRecord] {
        var missing: [Digest256: Int] = [:]
        var children: [Digest256: [Digest256]] = [:]
        for (id, record) in open {
            let parents = Set(record.transaction.inputs.map(\.outpoint.transaction))
                .filter { open[$0] != nil }
            missing[id] = parents.count
            for parent in parents { children[parent, default: []].append(id) }
        }
        var ready = missing.filter { $0.value == 0 }.compactMap { open[$0.key] }
            .sorted { $0.place > $1.place }
        var order: [CoinRecord] = []
        while let next = ready.popLast() {
            order.append(next)
            var isChanged = false
            for child in children[next.transaction.id] ?? [] {
                missing[child, default: 0] -= 1
                if missing[child] == 0, let record = open[child] {
                    ready.append(record)
                    isChanged = true
                }
            }
            if isChanged { ready.sort { $0.place > $1.place } }
        }
        return order
    }

    private mutating func judge(_ record: CoinRecord) throws -> TransactionState {
        let transaction = record.transaction
        if let until = record.until, record.state == .draft, until <= now { return .dropped }
        guard !transaction.isCoinbase else { return .unverified }
        var isSupported = true
        for input in transaction.inputs {
            if try isLost(input.outpoint, to: record) { return .conflicted }
            switch try state(of: input.outpoint.transaction) {
            case .mined, .supported: break
            case .conflicted, .dropped: return .conflicted
            case .unverified, .draft, nil: isSupported = false
            }
        }
        let isDraft = record.until != nil
        // What a draft was made of has gone: it never left this machine.
        guard isSupported, try isSound(record) else { return isDraft ? .dropped : .unverified }
        return isDraft ? .draft : .supported
    }

    /// Whether another one that is mined, or was judged before and may be mined, spends it.
    private mutating func isLost(_ outpoint: Outpoint, to record: CoinRecord) throws -> Bool {
        for other in try store.spenders(of: outpoint) where other.place != record.place {
            switch try state(of: other.id) {
            case .mined, .supported, .draft: return true
            case .unverified, .conflicted, .dropped, nil: break
            }
        }
        return false
    }

    private mutating func state(of id: Digest256) throws -> TransactionState? {
        // One that is open and not judged yet has come later: it takes nothing away.
        if let state = states[id] { return state }
        if open[id] != nil { return nil }
        return try known(id)?.state
    }

    private mutating func known(_ id: Digest256) throws -> CoinRecord? {
        if let record = open[id] ?? outside[id] { return record }
        let record = try store.record(id)
        outside[id] = record
        return record
    }

    /// Scripts and sums: they follow from the bytes, and are looked at once.
    private mutating func isSound(_ record: CoinRecord) throws -> Bool {
        if record.isChecked { return true }
        let transaction = record.transaction
        // What waits for a time is believed where somebody has looked at the chain, or when it is
        // mined.
        guard transaction.lockTime == 0 || transaction.inputs.allSatisfy({ $0.sequence == .max })
        else { return false }
        var spending: [TransactionOutput] = []
        for input in transaction.inputs {
            guard let parent = try known(input.outpoint.transaction)?.transaction,
                parent.outputs.indices.contains(Int(input.outpoint.index))
            else { return false }
            // Likewise what spends a miner's reward, which may be young; ours was looked at.
            guard record.isOwn || !parent.isCoinbase else { return false }
            spending.append(parent.outputs[Int(input.outpoint.index)])
        }
        guard let sum = TransactionOutput.sum(spending),
            let paid = TransactionOutput.sum(transaction.outputs), paid <= sum
        else { return false }
        do throws(BitcoinError) { try ScriptVerifier.verify(transaction, spending: spending) } catch
        { return false }
        try store.setChecked(transaction.id)
        return true
    }
}

extension CoinStore {
    /// Notes that scripts, sums and lock time of a transaction were looked at, and are good.
    func setChecked(_ id: Digest256) throws {
        let update = try database.prepare("UPDATE transactions SET checked = 1 WHERE txid = ?1")
        try update.bind(1, id.bytes)
        try update.run()
    }

    /// Judges anew what is not mined. Within a transaction of the database.
    func settle(now: Int64) throws {
        var settling = try Settling(self, now: now)
        try settling.run()
    }
}
