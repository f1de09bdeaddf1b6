// Deriving the open block anew from what all devices have signed.
import Bytes
import Documents
import Graphstore
import Hashtable
import Merge

/// What the documents that are not sealed come to.
struct MergedBlock {
    /// The lines of the open block, as every replica with these documents derives them.
    let lines: [[UInt8]]
    /// What became of each record.
    let view: MergedView
    /// What each of them changes.
    let contents: [LoggedLine.Content]
    /// What they show as applied.
    let applied: [AppliedRecord]
    /// Notes and records that stand in the lines as they are.
    let verbatim: Set<Digest256>
    /// What takes the index back to the last block.
    let undoing: Undoing
    /// The fold, for what is to be sealed.
    let fold: MergeFold<SealedView>
}

/// Folds, and writes the log anew where that changes it. Everything happens inside the ledger's
/// `write`.
struct Merging {
    let ledger: Ledger
    let directory: ReplicaDirectory
    let domain: String
    let now: Timestamp

    /// What an open block comes to; nothing is changed.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func merged(_ block: OpenBlock) throws -> MergedBlock {
        let undoing = try ledger.undoing(
            block.logged[...], since: Place(segment: ledger.store.journalSegment, offset: 0))
        let sealed = SealedView(ledger.graph, undoing)
        let (notes, _) = try block.ordered(over: sealed)
        let base = try base(notes)
        let fold = try MergeFold(
            base, over: sealed, records: block.records, now: now)
        var verbatim = Set(notes.map(\.hash))
        var lines = notes.map { Array($0.envelope.bytes) }
        var contents = notes.map { LoggedLine.Content.note($0) }
        var applied: [AppliedRecord] = []
        for step in fold.steps {
            guard let transaction = step.outcome.transaction else { continue }
            let record = step.record
            applied.append(
                AppliedRecord(
                    record: record.hash, instructions: transaction.inputs, resultClass: .applied))
            contents.append(.transaction(transaction, record.request.cancelled))
            if transaction.hash == record.hash {
                verbatim.insert(record.hash)
                lines.append(record.document)
            } else {
                lines.append(
                    transaction.document(
                        instructions: record.request.documents, receipt: nil,
                        record: record.hash))
            }
        }
        return MergedBlock(
            lines: lines, view: fold.merged, contents: contents, applied: applied,
            verbatim: verbatim, undoing: undoing, fold: fold)
    }

    /// What a fold of the open block starts from.
    func base(_ notes: [StoredDocument]) throws -> MergeBase {
        var base = MergeBase(domain: domain, cut: try ledger.lastCut()?.statement)
        for entry in try ledger.graph.devices() {
            guard let revoked = entry.revoked else { continue }
            base.revocations[entry.address] = min(
                base.revocations[entry.address] ?? revoked, revoked)
        }
        for note in notes {
            switch note {
            case .revocation(let revocation, _): base.add(revocation)
            case .unit(let unit, _): base.scales[unit.terms.symbol] = unit.terms.scale
            default: break
            }
        }
        return base
    }

    /// What was shown as applied and is no longer.
    /// - Throws: failures of storage.
    func demotions(_ merged: MergedBlock, before: [AppliedRecord]) throws -> [Demotion] {
        let sealed = SealedView(ledger.graph, merged.undoing)
        return try Demotions(before: before, after: merged.view) {
            try sealed.clearedIn($0) != nil
        }.list
    }

    /// Writes the log anew, where it is not what its documents come to. Whatever is interrupted,
    /// every document stands in the log or beside it.
    /// - Throws: failures of storage.
    func write(_ merged: MergedBlock, _ block: OpenBlock) throws {
        guard merged.lines != block.journal else {
            if try directory.isUnfinished { try directory.finish() }
            return
        }
        // Most of what is folded anew gives what it gave before.
        let same = zip(merged.lines, block.journal).enumerated().first { $1.0 != $1.1 }?.offset
        try keepAside(block, except: merged.verbatim)
        try directory.begin()
        try ledger.rewriteJournal(
            merged.lines, merged.contents,
            keeping: same ?? min(merged.lines.count, block.journal.count), of: block.logged,
            merged.undoing)
        try directory.finish()
        try forget(merged.verbatim, block)
    }

    /// Keeps what the log does not have as it is, or will not any more.
    func keepAside(_ block: OpenBlock, except verbatim: Set<Digest256>) throws {
        var lines: [[UInt8]] = []
        for note in block.notes
        where !verbatim.contains(note.hash) && !block.aside.contains(note.hash) {
            lines.append(Array(note.envelope.bytes))
        }
        for record in block.records
        where !verbatim.contains(record.hash) && !block.aside.contains(record.hash) {
            lines.append(record.document)
        }
        try LineFile(path: directory.records).append(lines)
    }

    /// Forgets beside the log what it has now as it was signed.
    private func forget(_ verbatim: Set<Digest256>, _ block: OpenBlock) throws {
        guard !block.aside.isDisjoint(with: verbatim) else { return }
        let file = LineFile(path: directory.records)
        try file.replace(
            try file.lines().filter { line in
                SkimmedDocument(line: line).map { !verbatim.contains($0.hash) } ?? true
            })
    }
}

/// What has become of a domain's documents after a merge.
public struct MergeReport: Sendable {
    /// What was shown as applied and is no longer.
    public var demotions: [Demotion] = []
    /// Records that have cleared.
    public var applied = 0
    /// Records that have not, and will not in this block.
    public var bounced = 0
    /// Records that wait for others.
    public var quarantined = 0
    /// Places of chains where a device has signed two records.
    public var forks: [ChainFork] = []

    /// Nothing yet.
    init() {}

    /// Takes what holds now.
    mutating func take(_ view: MergedView) {
        (applied, bounced) = (0, 0)
        for step in view.steps {
            switch step.outcome.resultClass {
            case .applied, .appliedAllowance, .appliedSealed: applied += 1
            case .duplicate: break
            default: bounced += 1
            }
        }
        quarantined = view.quarantined.count
        forks = view.forks
    }
}
