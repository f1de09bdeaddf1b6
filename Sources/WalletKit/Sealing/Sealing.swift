// Making a block: what the log says, signed by the domain key, as the last line of its segment.
import Blockstack
import Bytes
import Cryptography
import Documents
import Graphstore
import Hashtable

/// Conditions of sealing.
public struct SealOptions: Sendable {
    /// Fewer documents are left open.
    public var minimumDocuments = 1
    /// Where the first document of the open block is younger, in milliseconds, it is left open.
    public var minimumAge: Int64?

    /// Seals whatever there is.
    public init() {}
}

/// Seals the open block of a domain. Everything happens inside the writer's lock, except that
/// `isDue` may be asked before, so that nobody is asked for a passphrase in vain.
struct Sealing {
    let ledger: Ledger
    let domain: String
    let options: SealOptions

    private var segment: Int { ledger.store.journalSegment }

    /// The block before the open one; nil where there is none.
    func previous() throws -> BlockDocument? { try ledger.lastBlock() }

    /// Whether the open block holds enough, and is old enough. Stacks alone are not worth a block:
    /// sealing them would make another.
    func isDue(_ now: Timestamp) throws -> Bool {
        let end = ledger.graph.coverage.place
        let first = Place(segment: segment, offset: 0)
        guard first.packed < end else { return false }
        let before = try previous().map { $0.statement.log.size + 1 } ?? 0
        guard ledger.graph.coverage.lines - before >= options.minimumDocuments else {
            return false
        }
        var isWorthSealing = false
        var since: Timestamp?
        try ledger.store.scan(from: first) { _, place in
            guard place.packed < end else { return false }
            let document = try ledger.document(at: place.packed)
            if case .stack = document { return true }
            isWorthSealing = true
            since = document.time
            return since == nil && options.minimumAge != nil
        }
        guard isWorthSealing, let age = options.minimumAge, let since else { return isWorthSealing }
        return now.milliseconds - since.milliseconds >= age
    }

    /// Seals: when this returns the block is durable.
    /// - Returns: the block, and the hashes that the log has gained since the last one, the last
    ///   one's own first.
    /// - Throws: failures of storage; `KeyError`.
    /// - Parameter cut: what it settles, in a domain of several devices.
    func seal(
        _ key: SigningKey, _ now: Timestamp, _ stacks: BlockStore, cut: CutDocument? = nil
    ) throws -> (block: BlockDocument, entries: [Digest256]) {
        let end = Place(packed: ledger.graph.coverage.place)
        precondition(end.segment == segment, "the index follows the journal")
        let previous = try previous()
        let contents = try SegmentContents(
            of: segment, before: end.offset, and: cut?.document, in: ledger)
        let entries = (previous.map { [$0.hash] } ?? []) + contents.documents
        let log = try tree(after: previous, entries, stacks)
        guard log.size == ledger.graph.coverage.lines + (cut == nil ? 0 : 1) else {
            throw GraphError.contradiction(
                "the log has \(log.size) documents, the index \(ledger.graph.coverage.lines)")
        }
        let last = ledger.graph.coverage.clock?.time ?? .earliest
        let opened = try previous?.statement.sealed ?? firstTime()
        let statement = BlockDocument.Statement(
            balances: try SealedBalances(now: ledger).tree().tree,
            contents: ContentsTree(contents.hashes).tree, count: contents.documents.count,
            domain: domain, height: segment, journal: contents.digest, opened: opened,
            previous: previous?.hash ?? BlockDocument.noBlock,
            // A clock that has gone back makes no block older than what is in it.
            sealed: max(now, last, opened), log: log)
        let block = try statement.signed(by: key)
        try ledger.seal(block.document + [UInt8(ascii: "\n")], block: block.hash, cut: cut)
        return (block, entries)
    }

    /// The tree of the log after `entries`.
    private func tree(
        after previous: BlockDocument?, _ entries: [Digest256], _ stacks: BlockStore
    ) throws -> BlockDocument.Tree {
        var range = CompactRange()
        if let log = previous?.statement.log {
            range = try Publication(ledger: ledger, stacks: stacks).compactRange(log)
        }
        for entry in entries { range.append(MerkleTree.leafHash(entry)) }
        return BlockDocument.Tree(root: range.root, size: range.size)
    }

    /// When the first device was certified.
    private func firstTime() throws -> Timestamp {
        guard case .device(let device, _) = try ledger.document(at: Place.start.packed) else {
            throw ledger.corruption(at: .start, "the log does not begin with a device")
        }
        return device.issued
    }
}

extension StoredDocument {
    /// When it was made, where it says so.
    var time: Timestamp? {
        switch self {
        case .transaction(let document): document.transaction.clock.time
        case .device(let device, _): device.issued
        case .block(let block, _): block.statement.sealed
        case .allowance(let allowance, _): allowance.terms.issued
        case .revocation(let revocation, _): revocation.issued
        case .unit, .stack, .cut: nil
        }
    }
}

extension Ledger {
    /// The latest block; nil where nothing has been sealed.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    public func lastBlock() throws -> BlockDocument? {
        store.journalSegment == 0 ? nil : try block(at: store.journalSegment - 1).block
    }

    /// How many blocks there are.
    public var blockCount: Int { store.journalSegment }

    /// The block at `height`, as the log has it.
    /// - Throws: failures of storage; `WalletError.corruptLog`.
    func block(at height: Int) throws -> (block: BlockDocument, envelope: Envelope) {
        let (line, place) = try store.blockLine(of: height)
        do {
            let envelope = try Envelope(line: line)
            let block = try BlockDocument(envelope)
            guard block.statement.height == height else {
                throw Refusal(
                    .malformedDocument, "a block of height \(block.statement.height)")
            }
            return (block, envelope)
        } catch let refusal as Refusal {
            throw corruption(at: place, refusal.message)
        }
    }
}
