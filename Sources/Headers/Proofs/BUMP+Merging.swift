// Paths of one block made one: what they share is written once (BRC-74).
import Bytes

extension BUMP {
    /// One path for all that paths of the same block are about.
    /// - Throws: `HeaderError.emptyPath` where there is none; `.wrongHeight` and `.wrongRoot` where
    ///   they are not of one block; `.conflictingNodes`, and what paths and `root()` refuse.
    public static func merging(_ paths: [BUMP]) throws(HeaderError) -> BUMP {
        guard let first = paths.first else { throw .emptyPath }
        if paths.count == 1 { return first }
        let root = try first.root()
        var levels: [[Int: Leaf]] = []
        for path in paths {
            guard path.height == first.height else {
                throw .wrongHeight(expected: first.height, got: path.height)
            }
            let other = try path.root()
            guard other == root else { throw .wrongRoot(expected: root, got: other) }
            for (level, leaves) in path.levels.enumerated() {
                if level == levels.count { levels.append([:]) }
                for leaf in leaves { try add(leaf, to: &levels[level], level: level) }
            }
        }
        let merged = try BUMP(height: first.height, levels: levels.map { Array($0.values) })
        let got = try merged.root()
        guard got == root else { throw .wrongRoot(expected: root, got: got) }
        return merged
    }

    /// A leaf that one of the paths is about stays one.
    private static func add(
        _ leaf: Leaf, to leaves: inout [Int: Leaf], level: Int
    ) throws(HeaderError) {
        guard let there = leaves[leaf.offset] else {
            leaves[leaf.offset] = leaf
            return
        }
        guard there.hash == leaf.hash else {
            throw .conflictingNodes(level: level, offset: leaf.offset)
        }
        if case .transaction = leaf.content { leaves[leaf.offset] = leaf }
    }
}
