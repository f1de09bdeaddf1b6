// Grouping blocks under a Bitcoin-shaped header that has been mined.
import Blockstack
import Bytes
import Documents
import Graphstore
import Headers
import Hashtable

/// What a stack would hold.
struct Stacking: Sendable {
    /// Stacks before it.
    let height: Int
    /// Height of its first block.
    let first: Int
    /// The blocks' hashes.
    let blocks: [Digest256]
    /// The header, not mined yet.
    let header: BlockHeader

    /// Headers whose median time the next one must pass, as Bitcoin has it.
    private static let medianHeaders = 11

    /// The blocks that are in no stack yet; nil where there are none.
    /// - Throws: failures of storage.
    init?(_ ledger: Ledger, bits: UInt32, now: Timestamp) throws {
        let last = try ledger.graph.lastStack()
        height = last.map { $0.height + 1 } ?? 0
        first = last.map { $0.first + $0.count } ?? 0
        guard first < ledger.blockCount else { return nil }
        blocks = try (first..<ledger.blockCount).map { try ledger.block(at: $0).block.hash }
        var previous = BlockHeader.noPrevious
        var times: [UInt32] = []
        for height in max(0, height - Self.medianHeaders)..<height {
            let header = try BlockHeader(try ledger.stack(at: height).header)
            previous = header.hash
            times.append(header.time)
        }
        let median = times.isEmpty ? 0 : times.sorted()[times.count / 2]
        header = BlockHeader(
            version: BlockHeader.currentVersion, previous: previous,
            merkleRoot: try BitcoinTree.root(of: blocks).hash,
            time: max(UInt32(clamping: now.milliseconds / 1000), median + 1), bits: bits, nonce: 0)
    }

    /// The stack's document with the mined header, not signed.
    func document(_ domain: String, _ header: BlockHeader) -> StackDocument {
        StackDocument(
            count: blocks.count, domain: domain, first: first, header: header.bytes,
            height: height)
    }
}
