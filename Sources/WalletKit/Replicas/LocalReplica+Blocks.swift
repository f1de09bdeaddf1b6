// Blocks that another replica has sealed: kept aside until their chain is complete, checked, adopted.
import Blockstack
import Bytes
import Documents
import Files
import Graphstore
import Hashtable
import Merge
import Sync

extension LocalReplica {
    private func staging(_ tip: ChainTip) -> StagedChain {
        StagedChain(path: directory.incoming + "/" + tip.block.hash.hexadecimal)
    }

    /// What is kept of a chain, once for each process in a state that can be gone on with.
    private func reopened(_ tip: ChainTip) throws -> StagedChain {
        let staged = staging(tip)
        if resumed.insert(staged.path).inserted { try staged.reopen(tip: tip.block.height) }
        return staged
    }

    func resumePoint(for tip: ChainTip) throws -> BlockPosition? {
        try ledger.write { try reopened(tip).next(&arrived) }
    }

    func receive(_ runs: [BlockRun], of tip: ChainTip) throws -> Reception {
        try ledger.write {
            var reception = Reception()
            let staged = try reopened(tip)
            try staged.create()
            for run in runs {
                guard try staged.append(run, own: ledger.store.journalSegment, &arrived) else {
                    reception.known += run.lines.count
                    continue
                }
                reception.accepted += run.lines.count
                guard run.isComplete else { continue }
                do {
                    try staged.close(run.start.height, domainKey: try ledger.domainSigner())
                } catch let refusal as Refusal {
                    try staged.remove()
                    reception.refused.append(
                        Rejection(
                            hash: nil, code: refusal.code.rawValue, message: refusal.message))
                    return reception
                }
            }
            let next = try staged.next(&arrived)
            guard let next, next.height > tip.block.height else {
                reception.next = next
                return reception
            }
            if let rejection = try adopt(staged, tip) { reception.refused.append(rejection) }
            return reception
        }
    }

    /// Adopts a chain that is complete, where it continues or wins over ours.
    private func adopt(_ staged: StagedChain, _ tip: ChainTip) throws -> Rejection? {
        defer { try? staged.remove() }
        do {
            let segments = Array(
                try staged.segments().drop {
                    blockHash(at: $0.block.statement.height) == $0.block.hash
                })
            if segments.isEmpty { return nil }
            guard let first = segments.first, let last = segments.last,
                last.block.hash == tip.block.hash
            else { throw Refusal(.hashMismatch, "the chain does not end in the block it names") }
            let begin = first.block.statement.height
            guard begin <= ledger.store.journalSegment,
                first.block.statement.previous == (blockHash(at: begin - 1) ?? .zero)
            else {
                throw Refusal(.hashMismatch, "the chain does not begin behind a block of ours")
            }
            if begin < ledger.store.journalSegment {
                let theirs = ChainTip(block: tip.block, term: last.cut?.term ?? 0)
                guard try isPreferred(theirs, try state()) else {
                    throw Refusal(
                        .refusedByPolicy, "our chain of blocks takes precedence over it")
                }
            }
            try adopt(segments, from: begin)
            return nil
        } catch let refusal as Refusal {
            return Rejection(hash: nil, code: refusal.code.rawValue, message: refusal.message)
        }
    }

    private func adopt(_ segments: [StagedSegment], from begin: Int) throws {
        let state = try state()
        let count = ledger.store.journalSegment
        var shown = state.block.applied
        var open = state.block
        // What a chain that has lost had sealed is open again.
        for height in begin..<count {
            let lines = try ledger.store.lines(of: height)
            open.add(lines)
            shown += OpenBlock.sealed(lines)
        }
        if begin < count { open.add(try LineFile(path: directory.settled).lines()) }
        if begin == count { try check(segments, open) }
        try ShownRecords(directory).add(shown)
        try merging.keepAside(open, except: [])
        let undoing = try ledger.undoing(since: begin)
        try directory.begin()
        if begin < count { try wallet.stacks.withdraw(from: begin) }
        try ledger.rewind(to: begin, undoing)
        try ledger.store.rewriteJournal([])
        while ledger.store.journalSegment > begin {
            try ledger.store.withdrawLast(to: directory.withdrawn)
        }
        for segment in segments {
            try ledger.store.adopt(segment.path, block: segment.block.hash)
        }
        try ledger.follow(ledger.surroundings)
        try settle()
        if let last = segments.last {
            // Tiles follow from the log: the next one to read them makes them anew.
            try? Publication(ledger: ledger, stacks: wallet.stacks).bringUp(to: last.block)
        }
        try directory.finish()
        forget()
    }

    /// That the segments follow from what is sealed here, and leave out nothing that they settle.
    private func check(_ segments: [StagedSegment], _ open: OpenBlock) throws {
        let undoing = try ledger.undoing(since: ledger.store.journalSegment)
        let sealed = SealedView(ledger.graph, undoing)
        let notes = try open.ordered(over: sealed).notes
        var check = SegmentReplay(sealed, try merging.base(notes))
        var range = CompactRange()
        if let previous = try ledger.lastBlock() {
            range = try Publication(ledger: ledger, stacks: wallet.stacks)
                .compactRange(previous.statement.log)
            range.append(MerkleTree.leafHash(previous.hash))
        }
        for segment in segments {
            try check.replay(segment, against: open.records, &range)
        }
    }

    /// Moves what the log has settled out of the way. Only inside `write`.
    func settle() throws {
        try Settling(ledger: ledger, directory: directory).run()
    }
}

/// Parts what is kept beside the log once a block has settled some of it.
struct Settling {
    let ledger: Ledger
    let directory: ReplicaDirectory

    /// What a block settles and does not have as it was signed goes to the archive; what it has is
    /// forgotten here. The archive first: nothing is ever nowhere.
    func run() throws {
        let file = LineFile(path: directory.records)
        let settled = try ledger.lastCut()?.statement.settled ?? [:]
        var kept: [[UInt8]] = []
        var archived: [[UInt8]] = []
        var hasChanged = false
        for line in try file.lines() {
            guard let document = try? StoredDocument(line: line) else { continue }
            if try ledger.isStored(document.hash) {
                hasChanged = true
                continue
            }
            if case .transaction(let stored) = document,
                stored.transaction.clock.sequence
                    <= settled[stored.transaction.clock.device] ?? 0
            {
                archived.append(line)
            } else {
                kept.append(line)
            }
        }
        guard hasChanged || !archived.isEmpty else { return }
        try LineFile(path: directory.settled).append(archived)
        try file.replace(kept)
    }
}
