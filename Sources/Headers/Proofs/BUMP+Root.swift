// From the leaves of a path to the root. All of them take part: whatever is written down is bound
// by the root.
import Bytes

extension BUMP {
    /// The root that every leaf of the path leads to. A node may be written down although it
    /// follows from those below it, as in paths that were merged; then both must agree.
    ///
    /// - Throws: `HeaderError.missingSibling` where a node has no partner, `.conflictingNodes`,
    ///   `.nodeBeyondLast`, `.mutatedTree`, `.transactionAsNode`.
    public func root() throws(HeaderError) -> Digest256 {
        // A block of one transaction: its root is the leaf.
        if levels.count == 1, levels[0].count == 1, let only = levels[0].first, only.offset == 0,
            let hash = only.hash
        {
            return hash
        }
        var nodes: [Leaf] = []
        // The place of the last node of the level, once a duplicate has shown it.
        var last: Int?
        for (level, leaves) in levels.enumerated() {
            nodes = try Self.merge(nodes, leaves, level: level)
            nodes = try Self.parents(of: nodes, level: level, last: &last)
        }
        guard nodes.count == 1, let root = nodes.first?.hash else {
            throw .missingSibling(level: levels.count, offset: 0)
        }
        return root
    }

    /// The nodes of a level that follow from the level below, and those that are written down, by
    /// ascending offset.
    private static func merge(
        _ computed: [Leaf], _ written: [Leaf], level: Int
    ) throws(HeaderError) -> [Leaf] {
        var nodes: [Leaf] = []
        nodes.reserveCapacity(computed.count + written.count)
        var rest = computed[...]
        for leaf in written {
            while let next = rest.first, next.offset < leaf.offset {
                nodes.append(next)
                rest.removeFirst()
            }
            if let next = rest.first, next.offset == leaf.offset {
                guard next.hash == leaf.hash else {
                    throw .conflictingNodes(level: level, offset: leaf.offset)
                }
                rest.removeFirst()
            }
            nodes.append(leaf)
        }
        return nodes + rest
    }

    /// The parents of a level's nodes, which must all have a partner.
    private static func parents(
        of nodes: [Leaf], level: Int, last: inout Int?
    ) throws(HeaderError) -> [Leaf] {
        var parents: [Leaf] = []
        parents.reserveCapacity((nodes.count + 1) / 2)
        var rest = nodes[...]
        while let left = rest.popFirst() {
            guard left.offset & 1 == 0, let right = rest.popFirst(),
                right.offset == left.offset + 1, let hash = left.hash
            else { throw .missingSibling(level: level, offset: left.offset) }
            let parent: Digest256
            if let other = right.hash {
                if let last, right.offset > last { throw .nodeBeyondLast(level: level) }
                parent = try BitcoinTree.checkedParent(hash, other, level: level)
            } else {
                // What stands further right, or was the last already, contradicts it.
                guard rest.isEmpty, last ?? left.offset == left.offset else {
                    throw .nodeBeyondLast(level: level)
                }
                last = left.offset
                parent = try BitcoinTree.checkedParent(duplicating: hash, level: level)
            }
            parents.append(Leaf(offset: left.offset / 2, .hash(parent)))
        }
        last = last.map { $0 / 2 }
        return parents
    }

    /// The root that the path leads to from a transaction, whether or not it is marked as one.
    /// - Throws: `HeaderError.notInPath`, and what `root()` throws.
    public func root(of transaction: Digest256) throws(HeaderError) -> Digest256 {
        guard levels[0].contains(where: { $0.hash == transaction }) else {
            throw .notInPath(transaction)
        }
        return try root()
    }

    /// Checks the path of a transaction against a header that the caller knows to be in the chain
    /// that it trusts, and that header's height.
    /// - Throws: `HeaderError.wrongHeight`, `.notInPath`, `.wrongRoot`, `.invalidBits`,
    ///   `.insufficientWork`, and what `root()` throws.
    public func verify(
        _ transaction: Digest256, against header: BlockHeader, at height: Int
    ) throws(HeaderError) {
        guard height == self.height else { throw .wrongHeight(expected: height, got: self.height) }
        try header.check(root: try root(of: transaction))
    }
}
