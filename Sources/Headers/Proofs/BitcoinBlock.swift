// A block: its header, the hashes of all its transactions, and those transactions that somebody
// wanted.
import Bitcoin
import Bytes

/// A block whose transactions were seen to have the root of its header.
public struct BitcoinBlock: Sendable {
    /// A transaction that was chosen.
    public struct Chosen: Sendable, Hashable {
        /// Its place; the coinbase's is 0.
        public let place: Int
        /// The transaction.
        public let transaction: BitcoinTransaction
    }

    /// The header. Whether it has its work, and belongs to a chain, is not looked at here.
    public let header: BlockHeader
    /// The header's hash, in internal order.
    public let hash: Digest256
    /// Bytes of all of it.
    public let byteCount: Int
    /// The chosen ones, in their order.
    public let chosen: [Chosen]
    /// Every level of the tree, the leaves first.
    private let levels: [[Digest256]]

    /// The hashes of all transactions, in internal order.
    public var transactions: [Digest256] { levels[0] }

    /// Reads a whole block.
    /// - Parameter isWanted: asked for each transaction, in the block's order.
    /// - Throws: as `BlockParser`.
    public init(
        _ bytes: [UInt8], choosing isWanted: (BitcoinTransaction) -> Bool = { _ in true }
    ) throws(HeaderError) {
        var parser = try BlockParser(byteCount: bytes.count)
        try parser.append(bytes, choosing: isWanted)
        self = try parser.block()
    }

    /// - Throws: `HeaderError.mutatedTree`, `.wrongRoot`.
    init(
        _ header: BlockHeader, byteCount: Int, transactions: [Digest256], chosen: [Chosen]
    ) throws(HeaderError) {
        var levels = [transactions]
        while let level = levels.last, level.count > 1 {
            // Fewer transactions would have the same root (CVE-2012-2459).
            let isMutated = stride(from: 0, to: level.count - 1, by: 2).contains {
                level[$0] == level[$0 + 1]
            }
            guard !isMutated else { throw .mutatedTree(level: levels.count - 1) }
            levels.append(BitcoinTree.parents(of: level))
        }
        guard let root = levels.last?.first else { throw .emptyTree }
        guard root == header.merkleRoot else {
            throw .wrongRoot(expected: header.merkleRoot, got: root)
        }
        self.header = header
        hash = header.hash
        self.byteCount = byteCount
        self.chosen = chosen
        self.levels = levels
    }

    /// The path (BRC-74) of some of the block's transactions, what they share written once.
    /// - Parameters:
    ///   - wanted: hashes in internal order; one at least.
    ///   - height: the block's.
    /// - Throws: `HeaderError.notInPath` for a transaction of another block, `.emptyPath`, and
    ///   `.tooLarge` for a path of too many.
    public func path(
        of wanted: some Sequence<Digest256>, height: Int
    ) throws(HeaderError) -> BUMP {
        var wanted = Set(wanted)
        guard !wanted.isEmpty else { throw .emptyPath }
        // No chain has a transaction twice in a block; where one had, the first place counts.
        let places = levels[0].indices.filter { wanted.remove(levels[0][$0]) != nil }
        if let missing = wanted.first { throw .notInPath(missing) }
        return try path(at: places, height: height)
    }

    /// The path of the transactions at some places.
    /// - Parameter places: ascending, each once, one at least.
    /// - Throws: as above.
    private func path(at places: [Int], height: Int) throws(HeaderError) -> BUMP {
        var leaves: [[BUMP.Leaf]] = []
        var offsets = places
        for (number, level) in levels.enumerated() where level.count > 1 || number == 0 {
            var written: [BUMP.Leaf] = []
            let known = Set(offsets)
            for offset in offsets {
                if number == 0 {
                    written.append(BUMP.Leaf(offset: offset, .transaction(level[offset])))
                }
                let sibling = offset ^ 1
                guard level.count > 1, !known.contains(sibling) else { continue }
                let content: BUMP.Leaf.Content =
                    sibling < level.count ? .hash(level[sibling]) : .duplicate
                written.append(BUMP.Leaf(offset: sibling, content))
            }
            leaves.append(written)
            var parents: [Int] = []
            for offset in offsets where parents.last != offset / 2 { parents.append(offset / 2) }
            offsets = parents
        }
        return try BUMP(height: height, levels: leaves)
    }
}
