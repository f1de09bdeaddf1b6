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
        try undoing(try logged(since: number)[...], since: Place(segment: number, offset: 0))
    }

    /// The lines of the log since segment `number` began, as far as the index follows it.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func logged(since number: Int) throws -> [LoggedLine] {
        let end = Place(packed: graph.coverage.place)
        let begin = Place(segment: number, offset: 0)
        guard begin < end else { return [] }
        var logged: [LoggedLine] = []
        try forEachDocument(from: begin, before: end) { document, cancelled, _, place in
            logged.append(LoggedLine(document, cancelled, at: place))
        }
        return logged
    }

    /// What lines have changed.
    /// - Parameters:
    ///   - lines: all that the index follows from some line on.
    ///   - place: of that line.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func undoing(_ lines: ArraySlice<LoggedLine>, since place: Place) throws -> Undoing {
        var undoing = Undoing(since: place.packed)
        var seen: Set<CounterKey> = []
        var heads: [(key: CounterKey, head: Transaction.Pointer)] = []
        for line in lines {
            let place = line.place.packed
            undoing.documents.append((line.hash, place))
            guard case .transaction(let transaction, let cancelled) = line.content else {
                continue
            }
            for input in transaction.inputs { undoing.documents.append((input, place)) }
            for target in cancelled { undoing.documents.append((target.hash, place)) }
            for output in transaction.outputs {
                let key = CounterKey(output.address, output.symbol)
                guard seen.insert(key).inserted else { continue }
                // The first that changes a counter names the output that it had before.
                if let source = output.source {
                    heads.append((key, source))
                } else {
                    undoing.counters[key] = .fresh(key)
                }
            }
        }
        var outputs: [OutputLines] = []
        for (_, head) in heads {
            let lines = try graph.places(head.transaction).map {
                try store.line(at: Place(packed: $0))
            }
            outputs.append(OutputLines(head, lines: lines))
        }
        let counters = outputs.parallelMap { $0.counter }
        for ((key, head), counter) in zip(heads, counters) {
            guard let counter else {
                throw GraphError.contradiction("the output \(head.text) is not in the log")
            }
            undoing.counters[key] = counter
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

    /// Writes the open block anew over the last sealed one. Only inside `write`.
    /// - Parameters:
    ///   - lines: without newlines.
    ///   - contents: what they say.
    ///   - count: how many of them stand in the log as they are; the index is taken back to there.
    ///   - old: the block as it stands in the log.
    ///   - undoing: what all of it has changed.
    /// - Throws: failures of storage; then the old journal stands, or the new one.
    func rewriteJournal(
        _ lines: [[UInt8]], _ contents: [LoggedLine.Content], keeping count: Int,
        of old: [LoggedLine], _ undoing: Undoing
    ) throws {
        let start = try coverage(before: store.journalSegment)
        var end = Place(segment: store.journalSegment, offset: 0)
        if count == 0 {
            try graph.rewind(to: start, undoing)
        } else {
            end = old.count > count ? old[count].place : Place(packed: graph.coverage.place)
            let kept = Coverage(
                place: end.packed, lines: start.lines + count,
                lastPlace: old[count - 1].place.packed,
                lastDigest: Hash.sha256(lines[count - 1]),
                clock: old[..<count].last { $0.clock != nil }?.clock ?? start.clock)
            try graph.rewind(to: kept, try self.undoing(old[count...], since: end))
        }
        try store.rewriteJournal(lines.map { $0 + [UInt8(ascii: "\n")] }.concatenated())
        // Where the tables lag behind, what they lack is read from the log.
        if graph.coverage.place == end.packed {
            try take(contents[count...], lines[count...], at: end)
        }
        try follow(surroundings)
    }

    /// Folds lines that have just been written.
    private func take(
        _ contents: ArraySlice<LoggedLine.Content>, _ lines: ArraySlice<[UInt8]>, at begin: Place
    ) throws {
        var place = begin
        var last = begin
        for (index, (content, line)) in zip(contents, lines).enumerated() {
            switch content {
            case .transaction(let transaction, let cancelled):
                try graph.fold(transaction, cancelling: cancelled, at: place.packed)
            case .note(let note): try fold(note, [], at: place)
            }
            graph.number(graph.coverage.lines + index, at: place.packed)
            last = place
            place = place.advanced(by: line.count + 1)
        }
        guard let line = lines.last else { return }
        graph.cover(
            to: place.packed, lines: lines.count, lastPlace: last.packed,
            digest: Hash.sha256(line))
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

/// A line of the log, and what it has changed.
struct LoggedLine: Sendable {
    /// What a line says.
    enum Content: Sendable {
        case transaction(Transaction, [CancelledInstruction])
        /// What changes no counter.
        case note(StoredDocument)
    }

    /// Where it begins.
    let place: Place
    let content: Content

    init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }

    init(_ document: StoredDocument, _ cancelled: [CancelledInstruction], at place: Place) {
        self.place = place
        if case .transaction(let stored) = document {
            content = .transaction(stored.transaction, cancelled)
        } else {
            content = .note(document)
        }
    }

    /// The document's.
    var hash: Digest256 {
        switch content {
        case .transaction(let transaction, _): transaction.hash
        case .note(let note): note.hash
        }
    }

    /// Nil where it changes no counter.
    var clock: Transaction.Clock? {
        if case .transaction(let transaction, _) = content { transaction.clock } else { nil }
    }
}

/// The lines in which an output may stand: places are found by the beginning of a hash.
private struct OutputLines: Sendable {
    private let head: Transaction.Pointer
    private let lines: [[UInt8]]

    init(_ head: Transaction.Pointer, lines: [[UInt8]]) {
        self.head = head
        self.lines = lines
    }

    /// What the output made of its counter; nil where none of the lines has it.
    var counter: Counter? {
        for line in lines {
            guard case .transaction(let stored) = try? StoredDocument(line: line),
                stored.transaction.hash == head.transaction,
                stored.transaction.outputs.indices.contains(head.index)
            else { continue }
            return Counter(state: stored.transaction.outputs[head.index].state, head: head)
        }
        return nil
    }
}
