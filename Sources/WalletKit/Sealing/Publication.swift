// Keeping what is published of the log up to its last block.
import Blockstack
import Bytes
import Documents
import Graphstore
import Hashtable

/// Tiles, the latest checkpoint and the headers follow from the log: whoever reads them compares
/// roots, and makes them anew where they differ.
struct Publication {
    let ledger: Ledger
    let stacks: BlockStore

    /// Hashes that are written to tiles at once.
    private static let batchEntries = 65_536

    /// Whether the tiles give `log`'s root.
    func holds(_ log: BlockDocument.Tree) -> Bool {
        (try? LogTree(stacks.tiles(size: log.size)).root(size: log.size)) == log.root
    }

    /// The frontier of the log at a block, from the tiles; where they do not give the block's root,
    /// from the log itself.
    func compactRange(_ log: BlockDocument.Tree) throws -> CompactRange {
        if let range = try? LogTree(stacks.tiles(size: log.size)).compactRange(size: log.size),
            range.root == log.root
        {
            return range
        }
        var range = CompactRange()
        try forEachEntry(upTo: log.size) { range.append(MerkleTree.leafHash($0)) }
        guard range.root == log.root else {
            throw ledger.corruption(
                at: .start, "the documents do not give the root of block \(log.root)")
        }
        return range
    }

    /// Brings tiles and checkpoint up to `block`. Only inside the writer's lock.
    /// - Parameter entries: what the log has gained since the block before, where that is known.
    func bringUp(to block: BlockDocument, _ entries: [Digest256]? = nil) throws {
        try stacks.create()
        let log = block.statement.log
        if let entries, try isUp(to: block.statement.height - 1, log.size - entries.count) {
            let tiles = stacks.tiles(size: log.size - entries.count)
            try tiles.append(entries)
        }
        if !holds(log) {
            try rebuild(log.size)
            guard holds(log) else {
                throw ledger.corruption(
                    at: .start, "the documents do not give the root of block \(block.hash)")
            }
        }
        try stacks.publish(checkpoint: try block.checkpointNote().bytes)
    }

    /// Whether the tiles hold the log up to the block at `height`.
    private func isUp(to height: Int, _ size: Int) throws -> Bool {
        guard height >= 0 else { return size == 0 }
        return holds(try ledger.block(at: height).block.statement.log)
    }

    /// Makes the tiles anew.
    private func rebuild(_ size: Int) throws {
        try stacks.removeTiles()
        let tiles = stacks.tiles(size: 0)
        var batch: [Digest256] = []
        try forEachEntry(upTo: size) { entry in
            batch.append(entry)
            if batch.count == Self.batchEntries {
                try tiles.append(batch)
                batch.removeAll(keepingCapacity: true)
            }
        }
        try tiles.append(batch)
    }

    /// The hashes of the first `size` documents, segment by segment.
    private func forEachEntry(upTo size: Int, _ body: (Digest256) throws -> Void) throws {
        var left = size
        for segment in 0..<ledger.store.journalSegment where left > 0 {
            let end = try ledger.store.size(ofSealed: segment)
            let contents = try SegmentContents(of: segment, before: end, in: ledger)
            let block = try ledger.block(at: segment).block
            for entry in (contents.documents + [block.hash]).prefix(left) { try body(entry) }
            left -= min(left, contents.documents.count + 1)
        }
    }

    /// Writes the headers that the file lacks. Only inside the writer's lock.
    func bringUpHeaders() throws {
        let count = try ledger.graph.lastStack().map { $0.height + 1 } ?? 0
        let there = try stacks.headerCount()
        guard there != count else { return }
        try stacks.create()
        let first = min(there, count)
        var headers: [UInt8] = []
        for height in first..<count { headers += try ledger.stack(at: height).header }
        try stacks.write(headers: headers, first: first)
    }
}

extension Ledger {
    /// The stack at `height`.
    /// - Throws: failures of storage; `WalletError.unknown`.
    func stack(at height: Int) throws -> StackDocument {
        guard let entry = try graph.stack(at: height),
            case .stack(let stack, _) = try document(at: entry.place)
        else { throw WalletError.unknown(what: "stack", name: String(height), suggestions: []) }
        return stack
    }
}
