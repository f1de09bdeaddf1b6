// This wallet as one side of a session.
import Bytes
import Cryptography
import Documents
import Graphstore
import Hashtable
import Merge
import Sync

/// A wallet's documents as they are exchanged with its other replicas. Takes the writer's lock for
/// each call and gives it back: nobody waits for a peer.
final class LocalReplica: Replica {
    let wallet: Wallet
    let ledger: Ledger
    let directory: ReplicaDirectory
    let domain: String
    let device: Address
    /// The key of this device, opened when something has to be signed.
    let openSigner: () throws -> DeviceSigner
    /// The program's name and version.
    let program: String
    private var known: (fingerprint: ReplicaFingerprint, state: ReplicaState)?
    /// Where lines of sealed segments stand that are asked for next.
    var positions: [BlockPosition: Place] = [:]
    /// How many lines of segments have come.
    var arrived = Arrived()
    /// Directories of chains that this process goes on with.
    var resumed: Set<String> = []
    /// What has come of folds so far.
    var report = MergeReport()
    /// What the last fold came to, and the files after it was written.
    var folded: (fingerprint: ReplicaFingerprint, conclusion: Conclusion)?

    init(_ wallet: Wallet, program: String) throws {
        self.wallet = wallet
        self.program = program
        directory = ReplicaDirectory(of: wallet.directory)
        try directory.create()
        ledger = try wallet.writer()
        domain = try wallet.ownDomain()
        device = try wallet.deviceAddress()
        let device = device
        openSigner = {
            let sign = try wallet.receiptSigner()
            return DeviceSigner(device: device, sign: sign)
        }
    }

    var now: Timestamp { wallet.surroundings.now() }

    var merging: Merging {
        Merging(ledger: ledger, directory: directory, domain: domain, now: now)
    }

    /// What is held, read anew only where files have changed. Only inside the ledger's `write`.
    func state() throws -> ReplicaState {
        let fingerprint = try ReplicaFingerprint(ledger, directory)
        if let known, known.fingerprint == fingerprint { return known.state }
        let state = try ReplicaState(ledger, directory, domain: domain)
        known = (fingerprint, state)
        return state
    }

    /// Changes what is held along with the files. Only inside the ledger's `write`.
    func change<Result>(_ body: (inout ReplicaState) throws -> Result) throws -> Result {
        var state = try state()
        // What fails in the middle is read anew.
        known = nil
        let result = try body(&state)
        known = (try ReplicaFingerprint(ledger, directory), state)
        return result
    }

    /// Forgets what was read.
    func forget() {
        known = nil
        positions = [:]
    }

    private func read<Result>(_ body: (ReplicaState) throws -> Result) throws -> Result {
        try ledger.write { try body(try state()) }
    }

    // MARK: - What stands here

    var hello: Hello {
        get throws {
            try ledger.write {
                let fingerprint = try ReplicaFingerprint(ledger, directory)
                if var kept = FoldedHello(directory).load(fingerprint), kept.domain == domain,
                    kept.device == device
                {
                    kept.program = program
                    return kept
                }
                let isFolded = folded?.fingerprint == fingerprint
                return try hello(
                    try state(), view: isFolded ? folded?.conclusion.view ?? due : due)
            }
        }
    }

    /// What a state says of itself. Only inside the ledger's `write`.
    func hello(_ state: ReplicaState, view: Digest256) throws -> Hello {
        let tip = try currentTip(state)
        let clock = state.clock
        return Hello(
            domain: domain, device: device,
            clock: Hello.Clock(time: clock.time, tick: clock.tick), view: view, program: program,
            term: Lease.current(state)?.terms.term ?? 0, tip: tip,
            locator: BlockLocator.points(tip: tip?.block) { blockHash(at: $0) },
            heads: state.heads, notes: try state.notes.summary,
            entries: try state.entries.set.summary)
    }

    private func currentTip(_ state: ReplicaState) throws -> ChainTip? {
        let count = ledger.store.journalSegment
        guard count > 0, let hash = blockHash(at: count - 1) else { return nil }
        return ChainTip(
            block: BlockPoint(height: count - 1, hash: hash), term: state.cut?.term ?? 0)
    }

    /// Shown for a view while a fold is due: another one than any other replica shows. After a
    /// crash, or when the clock lets in what was ahead of it, one is, though nothing is to come.
    private var due: Digest256 { Hash.sha256(Array(device.text.utf8)) }

    var tip: ChainTip? { get throws { try read { try currentTip($0) } } }

    func blockHash(at height: Int) -> Digest256? {
        let segments = ledger.store.segments
        return segments.indices.contains(height) ? segments[height].block : nil
    }

    func prefers(_ theirs: ChainTip) throws -> Bool {
        try read { try isPreferred(theirs, $0) }
    }

    /// The same inside the ledger's `write`.
    func isPreferred(_ theirs: ChainTip, _ state: ReplicaState) throws -> Bool {
        guard let ours = try currentTip(state) else { return true }
        let left = (theirs.term, theirs.block.height), right = (ours.term, ours.block.height)
        return left == right ? theirs.block.hash < ours.block.hash : left > right
    }

    // MARK: - What is asked for

    func blockLines(from position: BlockPosition, budget: Int) throws -> BlockBatch {
        try ledger.write {
            let store = ledger.store
            var runs: [BlockRun] = []
            var left = budget
            var next = position
            while next.height < store.journalSegment {
                let (run, place) = try self.run(from: next, budget: &left)
                runs.append(run)
                if run.isComplete {
                    next = BlockPosition(height: next.height + 1, line: 0)
                } else {
                    next.line += run.lines.count
                    positions[next] = place
                }
                if left <= 0 { break }
            }
            return BlockBatch(runs: runs, hasMore: next.height < store.journalSegment)
        }
    }

    /// Lines of one segment, at least one, and where the next one stands.
    private func run(
        from position: BlockPosition, budget: inout Int
    ) throws -> (BlockRun, Place) {
        let start = positions.removeValue(forKey: position)
        var lines: [[UInt8]] = []
        var skip = start == nil ? position.line : 0
        var left = budget
        var place = start ?? Place(segment: position.height, offset: 0)
        var isComplete = true
        try ledger.store.scan(from: place) { line, here in
            guard here.segment == position.height else { return false }
            guard skip == 0 else {
                skip -= 1
                return true
            }
            guard left > 0 else {
                place = here
                isComplete = false
                return false
            }
            lines.append(Array(line))
            left -= line.count + 1
            return true
        }
        budget = left
        return (BlockRun(start: position, lines: lines, isComplete: isComplete), place)
    }

    func records(
        of device: Address, after position: RecordPosition, budget: Int
    ) throws -> RecordBatch {
        try read { state in
            let chain = (state.chains()[device] ?? []).drop { $0.position <= position }
            let (lines, taken) = Self.batch(
                chain.lazy.map { state.block.records[$0.index].document }, budget)
            return RecordBatch(lines: lines, hasMore: taken < chain.count)
        }
    }

    func set(_ set: SyncSet) throws -> any ReconciledSet {
        try read { state in
            switch set {
            case .entries: state.entries.set
            case .notes: state.notes
            }
        }
    }

    func documents(_ ids: [Digest256], of set: SyncSet, budget: Int) throws -> DocumentBatch {
        try read { state in
            var notes: [Digest256: [UInt8]] = [:]
            if set == .notes {
                for note in state.block.notes { notes[note.hash] = Array(note.envelope.bytes) }
            }
            let found = ids.map { set == .notes ? notes[$0] : state.entries.all[$0]?.bytes }
            let (lines, taken) = Self.batch(found.lazy.map { $0 ?? [] }, budget)
            return DocumentBatch(lines: lines.filter { !$0.isEmpty }, taken: taken)
        }
    }

    private static func batch(
        _ lines: some Sequence<[UInt8]>, _ budget: Int
    ) -> (lines: [[UInt8]], taken: Int) {
        var batch: [[UInt8]] = []
        var size = 0
        for line in lines {
            if !batch.isEmpty, size + line.count > budget { break }
            batch.append(line)
            size += line.count
        }
        return (batch, batch.count)
    }
}
