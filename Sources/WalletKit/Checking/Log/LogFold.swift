// The lines of the log in their order, believing nothing: every transaction is derived again from
// its instructions, every block and stack from what stands before it.
import Blockstack
import Bytes
import Documents
import Graphstore
import Hashtable

/// Why a line does not follow from the lines before it.
struct LogRefusal: Error {
    let code: String
    let message: String

    init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    init(_ refusal: Refusal) {
        self.init(code: refusal.code.rawValue, message: refusal.message)
    }
}

/// Something in the log that is not as it was written.
struct LogDefect: Error {
    let code: String
    let message: String
    /// Where it shows.
    let place: Place
    /// Whether the log can be cut before it: its first document must stay.
    let isCuttable: Bool
}

/// Who wants to know what the fold has found good or bad.
protocol LogObserver {
    /// A defect.
    func found(_ defect: LogDefect) throws
    /// A block that holds in every respect.
    /// - Parameter entries: the leaves that the log has gained since the block before, that block's
    ///   own first.
    func folded(_ block: BlockDocument, _ entries: [Digest256]) throws
    /// A stack that holds in every respect.
    func folded(_ stack: StackDocument) throws
    /// The index covers the log up to `place`.
    func covered(to place: Place) throws
}

extension LogObserver {
    func folded(_ block: BlockDocument, _ entries: [Digest256]) throws {}
    func folded(_ stack: StackDocument) throws {}
    func covered(to place: Place) throws {}
}

/// Folds lines into an index. After the first defect the state is not known any more: what needs
/// none is checked still, and nothing reaches the index.
final class LogFold {
    private(set) var counts = CheckCounts()
    /// From where on the log is not to be believed; nil where all of it holds so far.
    private(set) var cut: Place?
    /// The place after the first certificate, without which there is no domain.
    private(set) var firstEnd: Place?
    private(set) var devices = DeviceRoll()
    /// The clearing domain; that of the first certificate where none was given.
    private(set) var domain: String?
    /// Whether the journal's last line is a block: its seal was interrupted.
    private(set) var endsInBlock = false

    private let graph: ClearingGraph
    private let source: any DocumentSource
    private let observer: any LogObserver
    private var chain = BlockChain()
    private var stacks = StackChain()
    private var balances = GrowingBalances()
    private var log = CompactRange()
    private var segment = SegmentSums()
    /// The segment that comes next.
    private var number = 0

    /// - Parameter source: the lines that have been folded.
    init(
        into graph: ClearingGraph, _ source: any DocumentSource, domain: String?,
        _ observer: any LogObserver
    ) {
        self.graph = graph
        self.source = source
        self.domain = domain
        self.observer = observer
    }

    private var isBroken: Bool { cut != nil }

    /// Notes a defect.
    func report(
        _ code: String, _ message: String, at place: Place, cut from: Place? = nil
    ) throws {
        let begin = from ?? place
        cut = min(cut ?? begin, begin)
        let isCuttable = firstEnd.map { $0 <= begin } ?? false
        try observer.found(
            LogDefect(code: code, message: message, place: place, isCuttable: isCuttable))
    }

    /// Takes the next line.
    /// - Throws: what the observer throws; failures of storage.
    func take(_ line: FedLine<CheckedLine>) throws {
        try begin(line.place.segment)
        let content: CheckedLine.Content
        switch line.verdict.verdict {
        case .success(let good): content = good
        case .failure(let refusal):
            return try lose(refusal.code, refusal.message, at: line.place)
        }
        counts.documents += 1
        counts.signatures += content.signatures
        if segment.block != nil {
            return try lose(
                "line-after-block", "a line follows the block in its segment", at: line.place)
        }
        if case .block(let block, _) = content.document {
            try seal(block, line)
        } else if segment.hasCut {
            return try lose("line-after-cut", "a line follows the cut", at: line.place)
        } else {
            try enter(content, line.place)
            segment.append(content.document)
        }
        guard !isBroken else { return }
        log.append(content.leaf)
        if firstEnd == nil { firstEnd = line.end }
        graph.number(counts.documents - 1, at: line.place.packed)
        graph.cover(
            to: line.end.packed, lines: 1, lastPlace: line.place.packed,
            digest: line.verdict.digest)
        try observer.covered(to: line.end)
    }

    /// A line that cannot be read.
    func lose(_ code: String, _ message: String, at place: Place) throws {
        try begin(place.segment)
        segment.isDamaged = true
        try report(code, message, at: place)
    }

    private func begin(_ next: Int) throws {
        guard next > number else { return }
        // The feed ends every segment that is there.
        let gap = Place(segment: number, offset: 0)
        number = next
        chain.lose()
        try report("segment-missing", "segment \(gap.segment) is missing", at: gap)
    }

    /// Ends a segment.
    /// - Parameter end: the place after its last whole line.
    func end(at end: Place, isJournal: Bool) throws {
        try begin(end.segment)
        if segment.block == nil, !isJournal {
            if !segment.isDamaged {
                try report("segment-unsealed", "the segment does not end in a block", at: end)
            }
            chain.lose()
        }
        if isJournal { endsInBlock = segment.block != nil }
        segment = SegmentSums()
        number += 1
        if !isBroken, !isJournal {
            try observer.covered(to: Place(segment: number, offset: 0))
        }
    }
}

// Single documents.
extension LogFold {
    /// Takes in a document that is no block.
    private func enter(_ content: CheckedLine.Content, _ place: Place) throws {
        let document = content.document
        if case .transaction = document { counts.transactions += 1 }
        if case .stack = document { counts.stacks += 1 }
        guard !isBroken else { return }
        do {
            if counts.documents == 1, !document.isCertificate {
                throw LogRefusal(
                    code: "first-document",
                    message: "the first document is no device's certificate")
            }
            switch document {
            case .transaction(let stored):
                try clear(stored, content.request, place)
            case .unit(let unit, _):
                try define(unit)
                graph.record(unit, at: place.packed)
            case .device(let device, _):
                try checkNew(device.hash)
                domain = domain ?? device.domain
                try checkDomain(device.domain)
                try devices.enter(device)
                graph.record(note: document, at: place)
            case .revocation(let revocation, _):
                try checkNew(revocation.hash)
                try checkDomain(revocation.domain)
                try devices.checkKey(revocation.endorsements)
                graph.record(note: document, at: place)
            case .allowance(let allowance, _):
                try checkNew(allowance.hash)
                try checkDomain(allowance.terms.domain)
                try devices.checkKey(allowance.endorsements)
                graph.record(note: document, at: place)
            case .cut(let cut, _):
                try settle(cut)
                graph.record(note: document, at: place)
            case .stack(let stack, _):
                try checkDomain(stack.domain)
                try devices.checkKey(stack.endorsements)
                try stacks.append(stack)
                graph.record(stack, at: place)
                try observer.folded(stack)
            case .block: break
            }
        } catch let refusal as Refusal {
            try report(refusal.code.rawValue, refusal.message, at: place)
        } catch let refusal as LogRefusal {
            try report(refusal.code, refusal.message, at: place)
        } catch let error as GraphError {
            try report(RefusalCode.malformedDocument.rawValue, "\(error)", at: place)
        }
    }

    private func checkDomain(_ name: String) throws(Refusal) {
        // By bytes: strings are equal to those that Unicode calls equivalent.
        if let domain, !name.utf8.elementsEqual(domain.utf8) {
            throw Refusal(
                .wrongDomain, "it is of the domain '\(name)', the log is of '\(domain)'")
        }
    }

    /// Certificates and units stand in a log once.
    private func checkNew(_ hash: Digest256) throws {
        for place in try graph.places(hash) {
            let line = try source.line(at: place)
            guard (try? StoredDocument(line: line))?.hash == hash else { continue }
            throw LogRefusal(
                code: "document-repeated", message: "\(hash) stands in the log twice")
        }
    }

    /// A unit's code never changes, and its decimals are never fewer.
    private func define(_ unit: UnitDefinition) throws {
        try checkNew(unit.hash)
        let terms = unit.terms
        guard let known = try graph.unit(terms.symbol) else { return }
        guard known.code.utf8.elementsEqual(terms.code.utf8), known.scale <= terms.scale else {
            throw LogRefusal(
                code: "unit-changed",
                message: "the unit of \(terms.symbol) was '\(known.code)' with \(known.scale) "
                    + "decimals and becomes '\(terms.code)' with \(terms.scale)")
        }
    }

    /// What a block settles of the devices' chains.
    private func settle(_ cut: CutDocument) throws {
        try checkDomain(cut.statement.domain)
        try devices.checkKey(cut.endorsements)
        guard cut.statement.height == number else {
            throw Refusal(
                .malformedDocument, "the cut is of block \(cut.statement.height), not \(number)")
        }
        try devices.settle(cut.statement)
        segment.hasCut = true
    }

    /// Whether a transaction may follow the one before: in one open block the clocks of several
    /// devices are in order, but a block may settle what is older than the one before it.
    private func isLater(_ clock: Transaction.Clock) -> Bool {
        guard devices.isShared else { return graph.coverage.clock.map { $0 < clock } ?? true }
        return segment.clock.map { ($0.time, $0.tick) <= (clock.time, clock.tick) } ?? true
    }

    /// The rules give this very transaction, or the log is not what was cleared.
    private func clear(
        _ document: TransactionDocument, _ request: Request?, _ place: Place
    ) throws {
        let stored = document.transaction
        guard let request, let domain else {
            throw LogRefusal(
                code: "first-document", message: "a transaction before the first certificate")
        }
        try devices.check(stored.clock, isDerived: document.record != nil)
        guard isLater(stored.clock) else {
            throw Refusal(.malformedDocument, "its clock is not after the one before")
        }
        let clearing = Clearing(domain: domain)
        let outcome = try clearing.clear(request, signatures: nil, at: stored.clock, in: graph)
        guard case .cleared(let derived, _) = outcome, derived.hash == stored.hash else {
            throw Refusal(
                .hashMismatch, "the instructions of \(stored.hash) do not give this transaction")
        }
        let cancelled = request.cancelled
        graph.record(stored, cancelling: cancelled)
        graph.locate(stored.hash, stored.inputs, cancelling: cancelled, at: place.packed)
        for output in stored.outputs {
            balances.set(output.address, output.symbol, output.state)
        }
    }

    /// Takes in the block of the segment that is being read.
    private func seal(_ block: BlockDocument, _ line: FedLine<CheckedLine>) throws {
        counts.blocks += 1
        var defects = segment.defects(of: block, above: line.above)
        defects += chain.defects(of: block, height: number, begun: devices.begun)
        do throws(Refusal) {
            if !isBroken || devices.issuer != nil { try devices.checkKey(block.endorsements) }
            try checkDomain(block.statement.domain)
        } catch {
            defects.append(BlockDefect(code: error.code.rawValue, message: error.message))
        }
        if !isBroken, devices.isShared, !segment.hasCut {
            defects.append(
                BlockDefect(code: "block-cut", message: "no cut stands above the block"))
        }
        if !isBroken, defects.isEmpty {
            do throws(GraphError) {
                let balances = try balances.tree()
                defects += BlockChain.defects(of: block, log: log, balances: balances)
            } catch {
                defects.append(BlockDefect(code: "block-balances", message: "\(error)"))
            }
        }
        for defect in defects {
            let first = number == 0 ? firstEnd : Place(segment: number, offset: 0)
            try report(
                defect.code, defect.message, at: line.place,
                cut: defect.isOfSegment ? first : nil)
        }
        let entries = (chain.lastHash.map { [$0] } ?? []) + segment.documents
        segment.block = block
        chain.append(block)
        stacks.add(block: block.hash)
        guard !isBroken else { return }
        graph.record(block.hash, at: line.place.packed)
        try observer.folded(block, entries)
    }
}

extension StoredDocument {
    fileprivate var isCertificate: Bool { if case .device = self { true } else { false } }
}
