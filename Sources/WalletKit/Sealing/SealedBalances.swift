// The counters as they stood at the last block, whatever has cleared since.
import Blockstack
import Bytes
import Documents
import Graphstore
import Hashtable

/// All counters at a moment of the log.
struct SealedBalances {
    private let ledger: Ledger
    /// What counters were at the last block that have changed since; nil for one that is newer.
    private let earlier: [CounterKey: CounterState?]

    /// The counters now.
    init(now ledger: Ledger) {
        self.ledger = ledger
        earlier = [:]
    }

    /// The counters at the last block: those that the open block has changed are taken back, along
    /// the pointers of its transactions.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    init(atLastBlockOf ledger: Ledger) throws {
        self.ledger = ledger
        var earlier: [CounterKey: CounterState?] = [:]
        let end = ledger.graph.coverage.place
        try ledger.store.scan(
            from: Place(segment: ledger.store.journalSegment, offset: 0)
        ) { line, place in
            guard place.packed < end else { return false }
            guard case .transaction(let document) = try ledger.document(at: place.packed) else {
                return true
            }
            for output in document.transaction.outputs {
                let key = CounterKey(output.address, output.symbol)
                // Only the first change since the block tells what was before it.
                guard earlier.index(forKey: key) == nil else { continue }
                earlier[key] = .some(try output.source.map { try Self.state($0, ledger) })
            }
            return true
        }
        self.earlier = earlier
    }

    private static func state(
        _ pointer: Transaction.Pointer, _ ledger: Ledger
    ) throws -> CounterState {
        let (document, _) = try ledger.transaction(pointer.transaction)
        return try ledger.output(pointer, of: document).state
    }

    /// Calls `body` with every counter, ascending by symbol and address.
    /// - Throws: failures of storage, and what `body` throws.
    func forEach(_ body: (CounterKey, CounterState) throws -> Void) throws {
        try ledger.graph.forEachCounter(by: .symbol) { key, counter in
            guard counter.head != nil else { return }
            guard let known = earlier[key] else { return try body(key, counter.state) }
            if let state = known { try body(key, state) }
        }
    }

    /// The tree of them.
    /// - Throws: failures of storage.
    func tree(
        lookingFor wanted: CounterKey? = nil, capturing captured: Set<Int> = []
    ) throws -> BalanceTree {
        var tree = BalanceTree(lookingFor: wanted, capturing: captured)
        try forEach { try tree.add($0, $1) }
        try tree.close()
        return tree
    }
}
