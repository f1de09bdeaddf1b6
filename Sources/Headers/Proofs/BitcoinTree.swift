// Bitcoin's Merkle tree: SHA-256 of SHA-256 over pairs; a last node without a partner is paired
// with itself. Leaves and nodes are hashed alike, and a tree of n leaves may have the root of one
// of more: both are weaknesses that the checks here make up for.
import Bitcoin
import Bytes
import Cryptography

/// Roots and branches of Bitcoin's tree.
public enum BitcoinTree {
    /// A root, and whether its tree is one that nobody should accept.
    public struct Root: Hashable, Sendable {
        /// The root, in internal order.
        public let hash: Digest256
        /// Whether two neighbours are equal somewhere: fewer leaves would give the same root
        /// (CVE-2012-2459).
        public let isMutated: Bool
    }

    /// The root over `leaves`.
    /// - Throws: `HeaderError.emptyTree`.
    public static func root(of leaves: [Digest256]) throws(HeaderError) -> Root {
        guard !leaves.isEmpty else { throw .emptyTree }
        var level = leaves
        var isMutated = false
        while level.count > 1 {
            isMutated =
                isMutated
                || stride(from: 0, to: level.count - 1, by: 2).contains {
                    level[$0] == level[$0 + 1]
                }
            level = parents(of: level)
        }
        return Root(hash: level[0], isMutated: isMutated)
    }

    /// The branch from the leaf at `index` to the root.
    /// - Throws: `HeaderError.indexOutOfRange` where no such leaf is.
    public static func branch(
        at index: Int, of leaves: [Digest256]
    ) throws(HeaderError) -> MerkleBranch {
        var level = leaves
        var nodes: [MerkleBranch.Node] = []
        var position = index
        while level.count > 1, position >= 0 {
            let sibling = position ^ 1
            nodes.append(sibling < level.count ? .hash(level[sibling]) : .duplicate)
            level = parents(of: level)
            position >>= 1
        }
        guard leaves.indices.contains(index) else {
            throw .indexOutOfRange(index: index, levels: nodes.count)
        }
        return try MerkleBranch(index: index, nodes: nodes)
    }

    static func parents(of level: [Digest256]) -> [Digest256] {
        stride(from: 0, to: level.count, by: 2).map {
            parent(level[$0], level[min($0 + 1, level.count - 1)])
        }
    }

    static func parent(_ left: Digest256, _ right: Digest256) -> Digest256 {
        Hash.sha256d(left.bytes + right.bytes)
    }

    /// The parent of two nodes out of a proof.
    /// - Throws: `HeaderError.mutatedTree` where they are equal, `HeaderError.transactionAsNode`.
    static func checkedParent(
        _ left: Digest256, _ right: Digest256, level: Int
    ) throws(HeaderError) -> Digest256 {
        if left == right { throw .mutatedTree(level: level) }
        return try checkedParent(preimage: left.bytes + right.bytes, level: level)
    }

    /// The parent of a last node, which is paired with itself.
    /// - Throws: `HeaderError.transactionAsNode`.
    static func checkedParent(
        duplicating node: Digest256, level: Int
    ) throws(HeaderError) -> Digest256 {
        try checkedParent(preimage: node.bytes + node.bytes, level: level)
    }

    /// Who mines a transaction of 64 bytes can pass it off as an inner node, and half of it as the
    /// hash of a payment that never was (CVE-2017-12842). Two hashes that read as a transaction by
    /// chance occur once in about 2^42 nodes.
    private static func checkedParent(
        preimage: [UInt8], level: Int
    ) throws(HeaderError) -> Digest256 {
        if BitcoinTransaction.isAmbiguous(preimage) { throw .transactionAsNode(level: level) }
        return Hash.sha256d(preimage)
    }
}
