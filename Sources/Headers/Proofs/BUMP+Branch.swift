// One transaction's branch out of a path of several.
import Bytes

extension BUMP {
    /// The branch of a transaction; that the path leads to a root is checked on the way.
    /// - Throws: `HeaderError.notInPath`, `.missingSibling`, and what `root()` throws.
    public func branch(of transaction: Digest256) throws(HeaderError) -> MerkleBranch {
        _ = try root(of: transaction)
        guard let leaf = levels[0].first(where: { $0.hash == transaction }) else {
            throw .notInPath(transaction)
        }
        if levels.count == 1, levels[0].count == 1 {
            return try MerkleBranch(index: leaf.offset, nodes: [])
        }
        var nodes: [MerkleBranch.Node] = []
        var known: [Int: Leaf] = [:]
        for (level, written) in levels.enumerated() {
            for leaf in written { known[leaf.offset] = leaf }
            let sibling = leaf.offset >> level ^ 1
            guard let node = known[sibling] else {
                throw .missingSibling(level: level, offset: leaf.offset >> level)
            }
            nodes.append(node.hash.map { .hash($0) } ?? .duplicate)
            var parents: [Int: Leaf] = [:]
            for (offset, left) in known where offset & 1 == 0 {
                guard let right = known[offset + 1], let hash = left.hash else { continue }
                let parent =
                    if let other = right.hash {
                        try BitcoinTree.checkedParent(hash, other, level: level)
                    } else {
                        try BitcoinTree.checkedParent(duplicating: hash, level: level)
                    }
                parents[offset / 2] = Leaf(offset: offset / 2, .hash(parent))
            }
            known = parents
        }
        return try MerkleBranch(index: leaf.offset, nodes: nodes)
    }

    /// The path of one of the transactions alone.
    /// - Throws: as `branch(of:)`.
    public func only(_ transaction: Digest256) throws(HeaderError) -> BUMP {
        try BUMP(height: height, leaf: transaction, branch: try branch(of: transaction))
    }
}
