// The state at the last block, while the index is at the end of the open one.
import Bytes
import Documents
import Graphstore
import Hashtable

/// What the counters and the replay guard said when the open block began.
struct SealedView: LedgerView {
    private let graph: ClearingGraph
    private let undoing: Undoing
    private let open: Set<Digest256>

    /// - Parameter undoing: all that the open block has changed.
    init(_ graph: ClearingGraph, _ undoing: Undoing) {
        self.graph = graph
        self.undoing = undoing
        open = Set(undoing.documents.map(\.hash))
    }

    func counter(_ key: CounterKey) throws -> Counter {
        try undoing.counters[key] ?? graph.counter(key)
    }

    func clearedIn(_ instruction: Digest256) throws -> ClearedIn? {
        // It clears once: what has cleared in the open block has in no sealed one.
        open.contains(instruction) ? nil : try graph.clearedIn(instruction)
    }

    func cancelledIn(_ instruction: CancelledInstruction) throws -> Digest256? {
        try graph.cancelledIn(instruction, before: undoing.since)
    }

    func scale(of symbol: Address) throws -> Int? { try unit(symbol)?.scale }

    /// The latest definition of a unit that is sealed.
    func unit(_ symbol: Address) throws -> UnitEntry? {
        try graph.unit(symbol, before: undoing.since)
    }
}
