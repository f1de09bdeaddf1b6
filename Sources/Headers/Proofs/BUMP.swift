// The BSV Unified Merkle Path (BRC-74): the branches of several transactions of one block in one,
// what they share written once.
import Bytes

/// Proofs that transactions are in a block. A value has a shape that a tree can have; whether it
/// leads to a root is for `root()`.
public struct BUMP: Hashable, Sendable {
    /// A node of the tree that is written down.
    public struct Leaf: Hashable, Sendable {
        /// What a leaf says.
        public enum Content: Hashable, Sendable {
            /// A node, in internal order.
            case hash(Digest256)
            /// A transaction that the path is about, in internal order.
            case transaction(Digest256)
            /// Nothing: the node to the left is the last of its level and is paired with itself.
            case duplicate
        }

        /// The place in its level; the first is 0.
        public let offset: Int
        /// What stands there.
        public let content: Content

        /// A leaf.
        public init(offset: Int, _ content: Content) {
            self.offset = offset
            self.content = content
        }

        /// The hash; nil for a duplicate.
        public var hash: Digest256? {
            switch content {
            case .hash(let hash), .transaction(let hash): hash
            case .duplicate: nil
            }
        }
    }

    /// The block's height.
    public let height: Int
    /// The leaves of each level by ascending offset, the transactions' level first. A block of one
    /// transaction has one level with that one leaf.
    public let levels: [[Leaf]]

    /// A path; leaves may come in any order.
    /// - Throws: `HeaderError.emptyPath`, `.tooLarge`, `.indexOutOfRange`, `.misplacedDuplicate`,
    ///   `.transactionAboveLeaves`; `.conflictingNodes` where a place stands twice.
    public init(height: Int, levels: [[Leaf]]) throws(HeaderError) {
        guard (0...Limits.blockHeight).contains(height) else {
            throw .tooLarge(
                what: "height", limit: Limits.blockHeight,
                got: UInt64(bitPattern: Int64(height)))
        }
        guard levels.first?.isEmpty == false else { throw .emptyPath }
        guard levels.count <= Limits.branchLevels else {
            throw .tooLarge(
                what: "levels", limit: Limits.branchLevels, got: UInt64(levels.count))
        }
        let count = levels.reduce(0) { $0 + $1.count }
        guard count <= Limits.bumpLeaves else {
            throw .tooLarge(what: "leaves", limit: Limits.bumpLeaves, got: UInt64(count))
        }
        self.height = height
        self.levels = levels.map { $0.sorted { $0.offset < $1.offset } }
        for (level, leaves) in self.levels.enumerated() {
            try Self.check(leaves, level: level, above: levels.count - level)
        }
    }

    /// The path of one leaf.
    /// - Throws: `HeaderError.tooLarge` for the height, and what `marked(from:)` throws.
    public init(height: Int, leaf: Digest256, branch: MerkleBranch) throws(HeaderError) {
        let branch = try branch.marked(from: leaf)
        var levels: [[Leaf]] = [[Leaf(offset: branch.index, .transaction(leaf))]]
        for (level, node) in branch.nodes.enumerated() {
            if level > 0 { levels.append([]) }
            let offset = branch.index >> level ^ 1
            switch node {
            case .hash(let hash): levels[level].append(Leaf(offset: offset, .hash(hash)))
            case .duplicate: levels[level].append(Leaf(offset: offset, .duplicate))
            }
        }
        try self.init(height: height, levels: levels)
    }

    /// A level of a tree has at most 2^`above` nodes, `above` levels below the root. A duplicate
    /// stands at an odd place, to the right of a node that has a node to its left: a level of one
    /// node is the root.
    private static func check(
        _ leaves: [Leaf], level: Int, above: Int
    ) throws(HeaderError) {
        var before = -1
        for leaf in leaves {
            guard (0...Limits.branchIndex).contains(leaf.offset), leaf.offset >> above == 0
            else { throw .indexOutOfRange(index: leaf.offset, levels: above) }
            guard leaf.offset > before else {
                throw .conflictingNodes(level: level, offset: leaf.offset)
            }
            before = leaf.offset
            switch leaf.content {
            case .hash: break
            case .transaction:
                if level > 0 { throw .transactionAboveLeaves(level: level) }
            case .duplicate:
                guard leaf.offset & 1 == 1, leaf.offset > 1 else {
                    throw .misplacedDuplicate(level: level)
                }
            }
        }
    }

    /// The transactions that the path is about, in internal order.
    public var transactions: [Digest256] {
        levels[0].compactMap {
            if case .transaction(let hash) = $0.content { hash } else { nil }
        }
    }
}
