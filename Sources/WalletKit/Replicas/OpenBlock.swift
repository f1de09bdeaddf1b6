// What is not sealed: the open block as it stands in the log, and what waits beside it.
import Bytes
import Documents
import Graphstore
import Hashtable
import Merge

/// The documents of the open block, parted into what devices have signed and what follows from it.
struct OpenBlock {
    /// Stacks, certificates, revocations, units and allowances.
    private(set) var notes: [StoredDocument] = []
    /// What devices have cleared, as they signed it.
    private(set) var records: [ClearingRecord] = []
    /// The hashes of both.
    private(set) var known: Set<Digest256> = []
    /// What of it stands beside the log.
    private(set) var aside: Set<Digest256> = []
    /// The journal's lines as they stand there.
    private(set) var journal: [[UInt8]] = []
    /// What they have changed.
    private(set) var logged: [LoggedLine] = []
    /// What the log shows as applied.
    private(set) var applied: [AppliedRecord] = []

    /// Reads the journal and what is kept beside it. Only with a ledger that has followed the log.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    init(_ ledger: Ledger, _ directory: ReplicaDirectory) throws {
        let begin = Place(segment: ledger.store.journalSegment, offset: 0)
        let end = ledger.graph.coverage.place
        var places: [Place] = []
        try ledger.store.scan(from: begin) { line, place in
            guard place.packed < end else { return false }
            journal.append(Array(line))
            places.append(place)
            return true
        }
        for (place, part) in zip(places, journal.parallelMap({ Part($0) })) {
            if let line = part.logged(at: place) { logged.append(line) }
            switch part {
            case .failed(let refusal): throw ledger.corruption(at: place, refusal.message)
            case .derived(let applied, _, _): self.applied.append(applied)
            case .record(let record):
                applied.append(AppliedRecord(record, .applied))
                add(.record(record))
            case .note(let note): add(.note(note))
            case .none: continue
            }
        }
        // What the log has as it was signed need not be read twice.
        let known = known
        for part in try LineFile(path: directory.records).lines().parallelMap({ line -> Part in
            if let hash = SkimmedDocument(line: line)?.hash, known.contains(hash) {
                return .none(hash)
            }
            return Part(line)
        }) {
            switch part {
            // A line that a disk has changed comes again from the others.
            case .failed, .derived: continue
            case .none(let hash): if let hash { aside.insert(hash) }
            case .record(let record):
                aside.insert(record.hash)
                add(.record(record))
            case .note(let note):
                aside.insert(note.hash)
                add(.note(note))
            }
        }
    }

    /// A document that has been read.
    enum Addition: Sendable {
        case record(ClearingRecord)
        case note(StoredDocument)
    }

    private mutating func add(_ addition: Addition) {
        switch addition {
        case .record(let record): if known.insert(record.hash).inserted { records.append(record) }
        case .note(let note): if known.insert(note.hash).inserted { notes.append(note) }
        }
    }

    /// Adds what has been verified, and has just been kept beside the log.
    mutating func addAside(_ additions: [Addition]) {
        for addition in additions {
            switch addition {
            case .record(let record): aside.insert(record.hash)
            case .note(let note): aside.insert(note.hash)
            }
            add(addition)
        }
    }

    /// Adds what has been verified.
    mutating func add(_ lines: [[UInt8]]) {
        for part in lines.parallelMap({ Part($0) }) {
            switch part {
            case .record(let record): add(.record(record))
            case .note(let note): add(.note(note))
            case .derived, .failed, .none: continue
            }
        }
    }

    /// The block once its lines have been written anew.
    func rewritten(_ merged: MergedBlock, segment: Int) -> OpenBlock {
        var block = self
        block.journal = merged.lines
        block.applied = merged.applied
        block.aside.subtract(merged.verbatim)
        var offset = 0
        block.logged = zip(merged.lines, merged.contents).map { line, content in
            defer { offset += line.count + 1 }
            return LoggedLine(content, at: Place(segment: segment, offset: offset))
        }
        return block
    }

    /// What the lines of a sealed segment show as applied.
    static func sealed(_ lines: [[UInt8]]) -> [AppliedRecord] {
        lines.parallelMap { Part($0) }.compactMap { part in
            switch part {
            case .derived(let applied, _, _):
                AppliedRecord(
                    record: applied.record, instructions: applied.instructions,
                    resultClass: .appliedSealed)
            case .record(let record): AppliedRecord(record, .appliedSealed)
            case .note, .failed, .none: nil
            }
        }
    }

    private enum Part: Sendable {
        case record(ClearingRecord)
        case derived(AppliedRecord, TransactionDocument, [CancelledInstruction])
        case note(StoredDocument)
        case failed(Refusal)
        /// A block or a cut, which states what is sealed; or what is known, by its hash.
        case none(Digest256?)

        init(_ line: [UInt8]) {
            do throws(Refusal) {
                switch try StoredDocument(line: line) {
                case .transaction(let document):
                    if let record = document.record {
                        self = .derived(
                            AppliedRecord(
                                record: record, instructions: document.transaction.inputs,
                                resultClass: .applied), document, try document.cancelled())
                    } else {
                        self = .record(try ClearingRecord(document, signatures: nil))
                    }
                case .block, .cut: self = .none(nil)
                case let note: self = .note(note)
                }
            } catch {
                self = .failed(error)
            }
        }

        /// As a line of the log; nil for what no open block has.
        func logged(at place: Place) -> LoggedLine? {
            switch self {
            case .record(let record):
                LoggedLine(.transaction(record.transaction, record.request.cancelled), at: place)
            case .derived(_, let document, let cancelled):
                LoggedLine(.transaction(document), cancelled, at: place)
            case .note(let note): LoggedLine(note, [], at: place)
            case .failed, .none: nil
            }
        }
    }

    /// The notes in the order in which they stand above the transactions, the same on all replicas,
    /// and those that another one shuts out: what is sealed comes before all of them.
    func ordered(
        over sealed: SealedView
    ) throws -> (notes: [StoredDocument], shutOut: [StoredDocument]) {
        let sorted = notes.map { (key: NoteOrder($0), note: $0) }.sorted { $0.key < $1.key }
        var codes: [Address: String] = [:]
        var good: [StoredDocument] = []
        var shutOut: [StoredDocument] = []
        for (_, note) in sorted {
            if case .unit(let unit, _) = note {
                let earlier = try sealed.unit(unit.terms.symbol)
                // Two devices have given a unit its first definition, and different codes.
                let code = codes[unit.terms.symbol] ?? earlier?.code ?? unit.terms.code
                codes[unit.terms.symbol] = code
                guard code.utf8.elementsEqual(unit.terms.code.utf8),
                    earlier.map({ $0.scale <= unit.terms.scale }) ?? true
                else {
                    shutOut.append(note)
                    continue
                }
            }
            good.append(note)
        }
        return (good, shutOut)
    }
}

/// The order of notes: by kind, then what each kind needs, then by hash.
private struct NoteOrder: Comparable {
    private let kind: Int
    private let number: Int64
    private let hash: Digest256

    init(_ note: StoredDocument) {
        hash = note.hash
        switch note {
        // The first certificate begins the log.
        case .device(let device, _): (kind, number) = (0, device.issued.milliseconds)
        case .stack(let stack, _): (kind, number) = (1, Int64(stack.height))
        case .revocation(let revocation, _): (kind, number) = (2, revocation.issued.milliseconds)
        case .unit(let unit, _): (kind, number) = (3, Int64(unit.terms.scale))
        default: (kind, number) = (4, 0)
        }
    }

    static func < (left: NoteOrder, right: NoteOrder) -> Bool {
        (left.kind, left.number, left.hash) < (right.kind, right.number, right.hash)
    }
}

extension AppliedRecord {
    /// A record that stands in the log as it was signed.
    init(_ record: ClearingRecord, _ resultClass: ResultClass) {
        self.init(
            record: record.hash, instructions: record.transaction.inputs, resultClass: resultClass)
    }
}
