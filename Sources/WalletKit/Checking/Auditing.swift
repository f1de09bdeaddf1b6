// wallet audit: the log replayed by the second implementation of the clearing fold.
import Audit
import Bytes
import Documents
import Files
import Graphstore
import Hashtable

/// Feeds files of a log to the auditor: single lines on all cores, then in order.
struct Auditing {
    private let segments: [LogSegment]
    private let onProgress: (Double) -> Void

    init(_ segments: [LogSegment], onProgress: @escaping (Double) -> Void) {
        self.segments = segments
        self.onProgress = onProgress
    }

    /// Replays all of them.
    /// - Throws: `AuditFinding`; `Refusal` of a file that is cut off; `FileError`.
    func run() throws -> AuditReport {
        var auditor = LogAuditor()
        let sizes = segments.map { segment in
            segment.end ?? ((try? FileSystem.status(segment.path)) ?? nil)?.size ?? 0
        }
        let total = Double(max(1, sizes.reduce(0, +)))
        var before = 0
        var files = zip(segments, sizes).makeIterator()
        var current = files.next()
        try LineFeed(segments) { LogAuditor.examine($0) }.forEachBatch { items in
            for item in items {
                let path = current?.0.path ?? ""
                switch item {
                case .line(let line):
                    try auditor.add(
                        line.verdict, from: AuditPlace(file: path, offset: line.place.offset))
                case .end(_, let tailBytes):
                    try Self.end(current?.0, tailBytes, &auditor)
                    before += current?.1 ?? 0
                    current = files.next()
                case .tooLong(let place):
                    throw Self.refusal(
                        path, place.offset, "a line has more than \(Limits.storedLineBytes) bytes")
                case .unreadable(_, let error): throw error
                }
            }
            if case .line(let last)? = items.last {
                onProgress(Double(before + last.end.offset) / total)
            }
        }
        onProgress(1)
        return try auditor.finish()
    }

    /// Ends a file. Only the open journal may end in the middle of a line.
    private static func end(
        _ segment: LogSegment?, _ tailBytes: Int, _ auditor: inout LogAuditor
    ) throws {
        guard let segment else { return }
        let isJournal = segment.name == DocumentStore.journalName
        guard tailBytes == 0 || isJournal else {
            throw refusal(segment.path, nil, "its last line has no newline")
        }
        let isNamed = isJournal || SegmentName(segment.name) != nil
        try auditor.endOfSegment(name: isNamed ? segment.name : nil)
    }

    private static func refusal(_ path: String, _ offset: Int?, _ reason: String) -> Refusal {
        var details = ["file": path]
        if let offset { details["offset"] = String(offset) }
        return Refusal(.malformedDocument, "'\(path)': \(reason)", details)
    }

    /// The first counter that the index has otherwise; nil where all are equal.
    /// - Throws: `DatabaseError`, `GraphError`.
    static func difference(_ report: AuditReport, _ graph: ClearingGraph) throws -> String? {
        var counters = report.counters[...]
        var difference: String?
        try graph.forEachCounter { key, counter in
            guard difference == nil, counter.head != nil else { return }
            let audited = counters.popFirst()
            let state = audited.map { CounterState(net: $0.net, min: $0.min, max: $0.max) }
            guard audited?.address == key.address, audited?.symbol == key.symbol,
                state == counter.state
            else {
                difference =
                    "the index has \(counter.state.net) for \(key.address) in \(key.symbol), the "
                    + "auditor "
                    + (audited.map { "\($0.net) for \($0.address) in \($0.symbol)" } ?? "nothing")
                return
            }
        }
        if difference == nil, let missing = counters.first {
            difference = "the index lacks the counter of \(missing.address) in \(missing.symbol)"
        }
        return difference
    }
}

/// The audit of a wallet's own log.
public struct OwnAudit: Sendable {
    /// What the auditor has counted.
    public let report: AuditReport
    /// What the index has otherwise, in a sentence; nil where all counters are equal.
    public let difference: String?
}

extension AuditReport {
    /// The audit of files of a log, in their order from its beginning. No wallet is needed.
    /// - Throws: `AuditFinding`; `Refusal` of a file that is cut off; `FileError`.
    public init(auditing paths: [String], _ surroundings: Surroundings) throws {
        let segments = paths.enumerated().map {
            LogSegment(number: $0.offset, path: $0.element, input: .any)
        }
        self = try Auditing(segments) { surroundings.onProgress("auditing", $0) }.run()
    }

    /// The report as a row.
    public var row: ReportRow {
        ReportRow([
            "domain": .text(domain), "documents": .number(counts.documents),
            "transactions": .number(counts.transactions),
            "instructions": .number(counts.instructions),
            "signatures": .number(counts.signatures), "blocks": .number(counts.blocks),
            "stacks": .number(counts.stacks), "units": .number(counts.units),
            "counters": .number(counts.counters), "size": .number(size),
            "root": .text(root.hexadecimal), "key": .text(domainKey.text),
        ])
    }
}

extension Wallet {
    /// Audits the wallet's own log, as far as its index goes now, and compares the counters.
    /// - Throws: `AuditFinding`; failures of storage; `WalletError`.
    public func audit() throws -> OwnAudit {
        while true {
            let ledger = try ledger(.readOnly)
            let store = ledger.store
            let end = Place(packed: ledger.graph.coverage.place)
            let path = store.path(of: store.journalSegment)
            let journal = try File(path, .read)
            // Sealed in between, the path is another journal's.
            if try store.isReplaced() { continue }
            var segments = (0..<store.journalSegment).map {
                LogSegment(number: $0, path: store.path(of: $0))
            }
            segments.append(
                LogSegment(
                    number: store.journalSegment, path: path,
                    end: end.segment == store.journalSegment ? end.offset : 0,
                    input: .file(journal)))
            let report = try Auditing(segments) { [surroundings] share in
                surroundings.onProgress("auditing", share)
            }.run()
            return OwnAudit(
                report: report,
                difference: try Auditing.difference(report, ledger.graph))
        }
    }
}
