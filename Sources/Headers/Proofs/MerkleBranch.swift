// A branch of Bitcoin's tree: what is hashed with a leaf, level by level, to come to the root.
import Bytes

/// The way from one leaf to the root. A value has a shape that a tree can have; whether it leads to
/// a root is for `root(of:)`.
public struct MerkleBranch: Hashable, Sendable {
    /// What stands beside the running node.
    public enum Node: Hashable, Sendable {
        /// Another node.
        case hash(Digest256)
        /// Nothing: the running node is the last of its level and is paired with itself. Written
        /// `*` in JSON.
        case duplicate
    }

    /// The leaf's place in its level; the first is 0.
    public let index: Int
    /// The siblings, from the leaf's level upwards.
    public let nodes: [Node]

    /// A branch.
    ///
    /// A duplicate is the mark of the last node of a level, so it stands to the right of an even
    /// place other than 0.
    ///
    /// - Throws: `HeaderError.tooLarge`, `.indexOutOfRange`, `.misplacedDuplicate`.
    public init(index: Int, nodes: [Node]) throws(HeaderError) {
        guard nodes.count <= Limits.branchLevels else {
            throw .tooLarge(
                what: "nodes", limit: Limits.branchLevels, got: UInt64(nodes.count))
        }
        guard (0...Limits.branchIndex).contains(index), index >> nodes.count == 0 else {
            throw .indexOutOfRange(index: index, levels: nodes.count)
        }
        for (level, node) in nodes.enumerated() where node == .duplicate {
            let position = index >> level
            guard position & 1 == 0, position > 0 else { throw .misplacedDuplicate(level: level) }
        }
        self.index = index
        self.nodes = nodes
    }

    /// The branch with `.duplicate` for every duplicate that is written as a hash.
    ///
    /// Above the leaves, Bitcoin SV's node writes the hash of a last node that is paired with
    /// itself, where the standard has `*`. To the right of the running node that says the same. To
    /// its left it would make a leaf of what is none (CVE-2012-2459): that stays as it is, and has
    /// no root.
    /// - Throws: `HeaderError.nodeBeyondLast` where something stands to the right of the last node.
    public func marked(from leaf: Digest256) throws(HeaderError) -> MerkleBranch {
        var marked = nodes
        var running = leaf
        var isLast = false
        for (level, node) in nodes.enumerated() {
            let position = index >> level
            let isLeft = position & 1 == 0
            let other = if case .hash(let sibling) = node { sibling } else { running }
            if isLeft {
                let isDuplicate = level > 0 && position > 0 && other == running
                if node == .duplicate || isDuplicate {
                    marked[level] = .duplicate
                    isLast = true
                } else if isLast {
                    throw .nodeBeyondLast(level: level)
                }
            }
            running =
                isLeft ? BitcoinTree.parent(running, other) : BitcoinTree.parent(other, running)
        }
        return marked == nodes ? self : try MerkleBranch(index: index, nodes: marked)
    }

    /// The root that the branch leads to from `leaf`. A block of one transaction has no nodes: its
    /// root is the leaf.
    /// - Throws: `HeaderError.mutatedTree` where a node equals its sibling and is no duplicate as
    ///   in `marked(from:)`; `.nodeBeyondLast`, `.transactionAsNode`.
    public func root(of leaf: Digest256) throws(HeaderError) -> Digest256 {
        let nodes = try marked(from: leaf).nodes
        var running = leaf
        var position = index
        for (level, node) in nodes.enumerated() {
            switch node {
            case .duplicate:
                running = try BitcoinTree.checkedParent(duplicating: running, level: level)
            case .hash(let sibling) where position & 1 == 0:
                running = try BitcoinTree.checkedParent(running, sibling, level: level)
            case .hash(let sibling):
                running = try BitcoinTree.checkedParent(sibling, running, level: level)
            }
            position >>= 1
        }
        return running
    }
}
