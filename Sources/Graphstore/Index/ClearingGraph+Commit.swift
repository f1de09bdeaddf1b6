// Taking in what the log has.
import Bytes
import Documents

extension ClearingGraph {
    /// Takes in a transaction that has been cleared against this very state, and is being written
    /// to the log. Nothing reaches the tables before `cover` and `apply`.
    /// - Parameter cancelled: what its cancellations take back.
    public func record(
        _ transaction: Transaction, cancelling cancelled: [CancelledInstruction] = []
    ) {
        for (index, output) in transaction.outputs.enumerated() {
            let key = CounterKey(output.address, output.symbol)
            counters[key] = Counter(
                state: output.state,
                head: Transaction.Pointer(transaction: transaction.hash, index: index))
            dirty.insert(key)
        }
        let cleared = ClearedIn(
            transaction: transaction.hash, instructionCount: transaction.inputs.count)
        for input in transaction.inputs { pendingInstructions[input] = cleared }
        for target in cancelled { pendingCancellations[target] = transaction.hash }
        coverage.clock = transaction.clock
        lag += 1
    }

    /// Takes in where a recorded transaction stands in the log. What it cancels leads there too.
    public func locate(
        _ transaction: Digest256, _ inputs: [Digest256],
        cancelling cancelled: [CancelledInstruction] = [], at place: Int64
    ) {
        for target in cancelled { pendingPlaces.append((target.hash.prefix63, place)) }
        for hash in [transaction] + inputs {
            pendingPlaces.append((hash.prefix63, place))
            pendingDocuments[hash] = place
        }
    }

    /// Takes in a document that changes no counter.
    public func record(_ document: Digest256, at place: Int64) {
        locate(document, [], at: place)
    }

    /// Takes in a unit's definition.
    public func record(_ unit: UnitDefinition, at place: Int64) {
        let terms = unit.terms
        pendingUnits[terms.symbol, default: []].append(
            UnitEntry(symbol: terms.symbol, code: terms.code, scale: terms.scale, place: place))
        scales[terms.symbol] = terms.scale
        record(unit.hash, at: place)
    }

    /// Takes in the decimals of a unit whose definition is being written to the log.
    public func announce(scale: Int, of symbol: Address) { scales[symbol] = scale }

    /// States that the log is covered up to `place`, `lines` lines further than before.
    /// - Parameter digest: SHA-256 of the last line, which begins at `lastPlace`.
    public func cover(to place: Int64, lines: Int, lastPlace: Int64, digest: Digest256) {
        coverage.place = place
        coverage.lines += lines
        coverage.lastPlace = lastPlace
        coverage.lastDigest = digest
    }

    /// States that what is covered ends at `place`, further on, with no line between.
    public func advance(to place: Int64) { coverage.place = place }

    /// Takes in a transaction that is read from the log, after checking that it continues the
    /// state.
    /// - Parameter cancelled: what its cancellations take back.
    /// - Throws: `GraphError.contradiction`; `DatabaseError`.
    public func fold(
        _ transaction: Transaction, cancelling cancelled: [CancelledInstruction] = [],
        at place: Int64
    ) throws {
        for output in transaction.outputs {
            let counter = try counter(CounterKey(output.address, output.symbol))
            guard counter.head == output.source else {
                throw GraphError.contradiction(
                    "transaction \(transaction.hash) does not continue the counter of "
                        + "\(output.address) in \(output.symbol)")
            }
        }
        record(transaction, cancelling: cancelled)
        locate(transaction.hash, transaction.inputs, cancelling: cancelled, at: place)
    }
}
