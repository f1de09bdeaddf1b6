// The state at the end of a sealed chain, in dictionaries.
import Bytes
import Documents
import Graphstore

/// What the transactions of sealed blocks leave.
struct SealedState: LedgerView {
    private(set) var counters: [CounterKey: Counter]
    private var cleared: [Digest256: ClearedIn] = [:]
    private var cancelled: [CancelledInstruction: Digest256] = [:]

    init(_ counters: [CounterKey: CounterState]) {
        self.counters = counters.mapValues { Counter(state: $0, head: nil) }
    }

    func counter(_ key: CounterKey) -> Counter { counters[key] ?? .fresh(key) }
    func clearedIn(_ instruction: Digest256) -> ClearedIn? { cleared[instruction] }
    func scale(of symbol: Address) -> Int? { nil }
    func cancelledIn(_ instruction: CancelledInstruction) -> Digest256? { cancelled[instruction] }

    /// Takes in a transaction of a sealed block: nothing about it is judged.
    mutating func take(_ document: TransactionDocument) throws {
        let transaction = document.transaction
        for (index, output) in transaction.outputs.enumerated() {
            counters[CounterKey(output.address, output.symbol)] = Counter(
                state: output.state,
                head: Transaction.Pointer(transaction: transaction.hash, index: index))
        }
        for input in transaction.inputs {
            cleared[input] = ClearedIn(
                transaction: transaction.hash, instructionCount: transaction.inputs.count)
        }
        for target in try document.cancelled() { cancelled[target] = transaction.hash }
    }
}
