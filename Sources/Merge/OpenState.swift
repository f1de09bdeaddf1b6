// The state after what has been folded so far: the sealed one, and over it what has changed.
import Bytes
import Documents
import Graphstore

/// A sealed state with the transactions of the open block on top.
struct OpenState<Sealed: LedgerView>: LedgerView {
    let sealed: Sealed
    let scales: [Address: Int]
    let mutant: MergeMutant?
    private(set) var counters: [CounterKey: Counter] = [:]
    private(set) var cleared: [Digest256: ClearedIn] = [:]
    private(set) var cancelled: [CancelledInstruction: Digest256] = [:]

    init(_ sealed: Sealed, scales: [Address: Int], mutant: MergeMutant?) {
        self.sealed = sealed
        self.scales = scales
        self.mutant = mutant
    }

    func counter(_ key: CounterKey) throws -> Counter {
        var counter = try counters[key] ?? sealed.counter(key)
        if mutant == .noLimit { counter.state.min = .minusInfinity }
        return counter
    }

    func clearedIn(_ instruction: Digest256) throws -> ClearedIn? {
        if mutant == .appliedTwice { return nil }
        return try cleared[instruction] ?? sealed.clearedIn(instruction)
    }

    func cancelledIn(_ instruction: CancelledInstruction) throws -> Digest256? {
        try cancelled[instruction] ?? sealed.cancelledIn(instruction)
    }

    func scale(of symbol: Address) throws -> Int? {
        try scales[symbol] ?? sealed.scale(of: symbol)
    }

    /// Takes in what has cleared against this very state.
    mutating func take(_ transaction: Transaction, cancelling targets: [CancelledInstruction]) {
        for (index, output) in transaction.outputs.enumerated() {
            var state = output.state
            if mutant == .unitLost, let lost = Amount(quanta: 7_000_000_000_000_000_000),
                state.net == lost
            {
                state.net = .zero
            }
            counters[CounterKey(output.address, output.symbol)] = Counter(
                state: state,
                head: Transaction.Pointer(transaction: transaction.hash, index: index))
        }
        let place = ClearedIn(
            transaction: transaction.hash, instructionCount: transaction.inputs.count)
        for input in transaction.inputs { cleared[input] = place }
        for target in targets { cancelled[target] = transaction.hash }
    }
}
