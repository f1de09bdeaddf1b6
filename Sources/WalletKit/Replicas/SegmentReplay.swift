// A segment that another replica has sealed, derived again here before it is believed.
import Blockstack
import Bytes
import Documents
import Graphstore
import Merge

/// Replays segments over a sealed state.
struct SegmentReplay {
    private var state: ReplayState
    private let clearing: Clearing
    private let domain: String
    /// From when on a device's records do not count.
    private var revocations: [Address: Timestamp]
    /// Whether anything is set aside for devices, which may keep a record out.
    private var hasAllowances: Bool
    /// How far the block before has settled each device's chain.
    private var settledBefore: [Address: Int]

    /// - Parameters:
    ///   - base: the last cut, and the revocations that this replica knows.
    init(_ sealed: SealedView, _ base: MergeBase) {
        state = ReplayState(sealed)
        clearing = Clearing(domain: base.domain)
        domain = base.domain
        revocations = base.revocations
        hasAllowances = !base.allowances.isEmpty
        settledBefore = base.settled
    }

    /// Replays one segment.
    /// - Parameters:
    ///   - records: what this replica holds: nothing that the segment settles may be missing from
    ///     it that would have cleared.
    ///   - range: the log before the segment; after it, the log with its block.
    /// - Throws: `Refusal`; failures of storage.
    mutating func replay(
        _ segment: StagedSegment, against records: [ClearingRecord], _ range: inout CompactRange
    ) throws {
        var missing = try left(out: records, by: segment)[...]
        var contents: [Digest256] = []
        try segment.forEachBatch { lines in
            for verdict in lines.parallelMap({ CheckedLine.verdict($0) }) {
                let content: CheckedLine.Content
                do throws(LogRefusal) { content = try verdict.get() } catch {
                    throw Refusal(
                        RefusalCode(rawValue: error.code) ?? .malformedDocument, error.message)
                }
                range.append(content.leaf)
                contents.append(content.document.hash)
                switch content.document {
                case .unit(let unit, _): state.scales[unit.terms.symbol] = unit.terms.scale
                case .transaction(let stored):
                    contents += stored.transaction.inputs
                    if let request = content.request {
                        try derive(stored.transaction, request, &missing)
                    }
                case .revocation(let revocation, _): revocations.take(revocation)
                default: break
                }
            }
        }
        for record in missing { try checkBounces(record) }
        let statement = segment.block.statement
        guard statement.domain.utf8.elementsEqual(domain.utf8),
            statement.log == BlockDocument.Tree(root: range.root, size: range.size),
            statement.contents == ContentsTree(contents).tree
        else {
            throw Refusal(.hashMismatch, "block \(statement.height) is not what its lines give")
        }
        range.append(MerkleTree.leafHash(segment.block.hash))
        hasAllowances = segment.cut?.allowances.isEmpty == false
        settledBefore = segment.cut?.settled ?? settledBefore
    }

    /// What this replica holds and the segment settles, and does not have. Whoever has sealed it may
    /// have had the other branch of a chain that forks, and cannot have let in what is revoked.
    private func left(
        out records: [ClearingRecord], by segment: StagedSegment
    ) throws -> [ClearingRecord] {
        guard let cut = segment.cut, !hasAllowances, !records.isEmpty else { return [] }
        let settled = cut.settled
        var revocations = revocations
        var clocks: [ChainPlace: Transaction.Clock] = [:]
        try segment.forEachBatch { lines in
            for document in lines.parallelMap({ try? StoredDocument(line: $0) }) {
                switch document {
                case .transaction(let stored):
                    let clock = stored.transaction.clock
                    clocks[ChainPlace(clock)] = clock
                case .revocation(let revocation, _): revocations.take(revocation)
                default: break
                }
            }
        }
        var seen: Set<ChainPlace> = []
        var forked: Set<Address> = []
        for record in records {
            let place = ChainPlace(record.clock)
            if !seen.insert(place).inserted || clocks[place].map({ $0 != record.clock }) ?? false {
                forked.insert(record.clock.device)
            }
        }
        return records.filter {
            let clock = $0.clock
            // What an earlier block has settled, in or out, is no matter of this one.
            return clock.sequence > settledBefore[clock.device] ?? 0
                && clock.sequence <= settled[clock.device] ?? 0
                && clocks[ChainPlace(clock)] == nil && !forked.contains(clock.device)
                && revocations[clock.device].map { clock.time <= $0 } ?? true
        }.sorted { $0.order < $1.order }
    }

    /// A place of a device's chain.
    private struct ChainPlace: Hashable {
        let device: Address
        let sequence: Int

        init(_ clock: Transaction.Clock) {
            device = clock.device
            sequence = clock.sequence
        }
    }

    /// That a transaction follows from its instructions, and that what comes before it and is
    /// missing bounces.
    private mutating func derive(
        _ stored: Transaction, _ request: Request, _ missing: inout ArraySlice<ClearingRecord>
    ) throws {
        let order = RecordOrder(clock: stored.clock, hash: stored.hash)
        while let record = missing.first, record.order < order {
            try checkBounces(record)
            missing.removeFirst()
        }
        guard
            case .cleared(let derived, _) = try clearing.clear(
                request, signatures: nil, at: stored.clock, in: state),
            derived.hash == stored.hash
        else {
            throw Refusal(
                .hashMismatch, "the instructions of \(stored.hash) do not give this transaction")
        }
        state.take(derived, request)
    }

    private func checkBounces(_ record: ClearingRecord) throws {
        guard
            case .cleared? = try? clearing.clear(
                record.request, signatures: nil, at: record.clock, in: state)
        else { return }
        throw Refusal(
            .hashMismatch,
            "the block settles record \(record.hash) of \(record.clock.device) and leaves it out",
            ["record": record.hash.hexadecimal])
    }
}

extension [Address: Timestamp] {
    /// The earliest revocation of a device counts.
    fileprivate mutating func take(_ revocation: Revocation) {
        self[revocation.device] = Swift.min(
            self[revocation.device] ?? revocation.issued, revocation.issued)
    }
}

/// The sealed state, and over it what segments have changed.
private struct ReplayState: LedgerView {
    private let sealed: SealedView
    private var counters: [CounterKey: Counter] = [:]
    private var cleared: [Digest256: ClearedIn] = [:]
    private var cancelled: [CancelledInstruction: Digest256] = [:]
    var scales: [Address: Int] = [:]

    init(_ sealed: SealedView) { self.sealed = sealed }

    func counter(_ key: CounterKey) throws -> Counter {
        try counters[key] ?? sealed.counter(key)
    }

    func clearedIn(_ instruction: Digest256) throws -> ClearedIn? {
        try cleared[instruction] ?? sealed.clearedIn(instruction)
    }

    func cancelledIn(_ instruction: CancelledInstruction) throws -> Digest256? {
        try cancelled[instruction] ?? sealed.cancelledIn(instruction)
    }

    func scale(of symbol: Address) throws -> Int? {
        try scales[symbol] ?? sealed.scale(of: symbol)
    }

    mutating func take(_ transaction: Transaction, _ request: Request) {
        for (index, output) in transaction.outputs.enumerated() {
            counters[CounterKey(output.address, output.symbol)] = Counter(
                state: output.state,
                head: Transaction.Pointer(transaction: transaction.hash, index: index))
        }
        let place = ClearedIn(
            transaction: transaction.hash, instructionCount: transaction.inputs.count)
        for input in transaction.inputs { cleared[input] = place }
        for target in request.cancelled { cancelled[target] = transaction.hash }
    }
}
