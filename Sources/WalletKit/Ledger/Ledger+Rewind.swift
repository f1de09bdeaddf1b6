// The log taken back to where a segment began, for a merge to go on from there.
import Bytes
import Cryptography
import Documents
import Graphstore
import Hashtable

extension Ledger {
    /// What an index covered when segment `number` began.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func coverage(before number: Int) throws -> Coverage {
        guard number > 0 else { return .none }
        let (line, place) = try store.blockLine(of: number - 1)
        let block = try block(at: number - 1).block
        var clock: Transaction.Clock?
        try store.scanBackwards(from: place) { line, place in
            guard SkimmedDocument(line: Array(line)).map({ !$0.inputs.isEmpty }) ?? true,
                case .transaction(let found) = try document(at: place.packed)
            else { return true }
            clock = found.transaction.clock
            return false
        }
        return Coverage(
            place: Place(segment: number, offset: 0).packed, lines: block.statement.log.size + 1,
            lastPlace: place.packed, lastDigest: Hash.sha256(line), clock: clock)
    }

    /// What the log has changed since segment `number` began, as far as the index follows it.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func undoing(since number: Int) throws -> Undoing {
        let end = Place(packed: graph.coverage.place)
        let begin = Place(segment: number, offset: 0)
        var undoing = Undoing(since: begin.packed)
        guard begin < end else { return undoing }
        try store.scan(from: begin) { _, place in
            guard place < end else { return false }
            try undo(try document(at: place.packed), at: place, &undoing)
            return true
        }
        return undoing
    }

    /// Takes the index back to where segment `number` began: durable when this returns. What stands
    /// in the log from there on may then be written anew. Only inside `write`.
    /// - Parameter undoing: what `undoing(since:)` gives for the same segment.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func rewind(to number: Int, _ undoing: Undoing) throws {
        try graph.rewind(to: try coverage(before: number), undoing)
    }

    private func undo(
        _ document: StoredDocument, at place: Place, _ undoing: inout Undoing
    ) throws {
        undoing.documents.append((document.hash, place.packed))
        guard case .transaction(let stored) = document else { return }
        for input in stored.transaction.inputs { undoing.documents.append((input, place.packed)) }
        for cancelled in (try? stored.cancelled()) ?? [] {
            undoing.documents.append((cancelled.hash, place.packed))
        }
        for output in stored.transaction.outputs {
            let key = CounterKey(output.address, output.symbol)
            guard undoing.counters[key] == nil else { continue }
            // The first that changes a counter names the output that it had before.
            undoing.counters[key] = try output.source.map { try counter(at: $0) } ?? .fresh(key)
        }
    }

    private func counter(at pointer: Transaction.Pointer) throws -> Counter {
        for place in try graph.places(pointer.transaction) {
            guard case .transaction(let stored) = try document(at: place),
                stored.transaction.hash == pointer.transaction,
                stored.transaction.outputs.indices.contains(pointer.index)
            else { continue }
            return Counter(state: stored.transaction.outputs[pointer.index].state, head: pointer)
        }
        throw GraphError.contradiction("the output \(pointer.text) is not in the log")
    }

    /// Writes the open block anew over the last sealed one. Only inside `write`.
    /// - Parameter lines: without newlines.
    /// - Throws: failures of storage; then the old journal stands, or the new one.
    func rewriteJournal(_ lines: [[UInt8]], _ undoing: Undoing) throws {
        try rewind(to: store.journalSegment, undoing)
        try store.rewriteJournal(lines.map { $0 + [UInt8(ascii: "\n")] }.concatenated())
        try follow(surroundings)
    }

    /// The cut above the last block; nil where none stands there.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func lastCut() throws -> CutDocument? {
        guard store.journalSegment > 0 else { return nil }
        let (_, place) = try store.blockLine(of: store.journalSegment - 1)
        var cut: CutDocument?
        try store.scanBackwards(from: place) { _, place in
            if case .cut(let found, _) = try document(at: place.packed) { cut = found }
            return false
        }
        return cut
    }
}
