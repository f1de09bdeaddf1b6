// What has been added to the log, from any line on.
import Bytes
import Documents
import Graphstore
import Hashtable
import Service
import Synchronization

extension LiveDomain {
    /// The documents of the log from line `position` on.
    public func events(from position: Int, limit: Int) throws -> [ServedEvent] {
        try ServiceFailure.wrapping {
            let lines: [(position: Int, line: [UInt8])] = try ledger.read { ledger in
                let count = ledger.graph.coverage.lines
                guard position < count, limit > 0 else { return [] }
                let start = try tail.start(of: position, ledger)
                return try read(position, min(limit, count - position), from: start, ledger)
            }
            return try lines.map { try ServedEvent(position: $0.position, line: $0.line) }
        }
    }

    private func read(
        _ position: Int, _ count: Int, from start: (number: Int, place: Int64), _ ledger: Ledger
    ) throws -> [(position: Int, line: [UInt8])] {
        var number = start.number
        var lines: [(position: Int, line: [UInt8])] = []
        var bytes = 0
        let end = try ledger.store.scan(from: Place(packed: start.place)) { line, _ in
            if number >= position {
                lines.append((number, Array(line)))
                bytes += line.count
            }
            number += 1
            // One answer is bounded in bytes too; who asks goes on from where it ends.
            return lines.count < count && bytes < Limits.batchBytes
        }
        tail.remember(number, at: end.packed)
        return lines
    }
}

/// Where the last events that were read end: whoever follows the log asks for what comes next.
final class EventTail: Sendable {
    private let last = Mutex<(number: Int, place: Int64)?>(nil)

    /// A line that is numbered, and not after `position`.
    func start(of position: Int, _ ledger: Ledger) throws -> (number: Int, place: Int64) {
        let known = try ledger.graph.numbered(notAfterLine: position) ?? (0, 0)
        if let last = last.withLock({ $0 }), last.number <= position, last.number > known.number {
            return last
        }
        return known
    }

    func remember(_ number: Int, at place: Int64) { last.withLock { $0 = (number, place) } }
}

extension ServedEvent {
    /// Reads a line of the log.
    init(position: Int, line: [UInt8]) throws {
        let stored = try StoredDocument(line: line)
        var counters: [CounterKey] = []
        let kind: DocumentKind
        switch stored {
        case .transaction(let document):
            kind = .transaction
            counters = document.transaction.outputs.map { CounterKey($0.address, $0.symbol) }
        case .unit(let unit, _):
            kind = .unit
            counters = [CounterKey(unit.terms.symbol, unit.terms.symbol)]
        case .device: kind = .device
        case .block: kind = .block
        case .stack: kind = .stack
        case .cut: kind = .cut
        case .allowance: kind = .allowance
        case .revocation: kind = .revocation
        }
        self.init(
            position: position, kind: kind, hash: stored.hash, line: line, counters: counters)
    }
}
