// Checking paths that come from others. A path is neither longer nor shorter than the sizes say.
import Bytes

extension MerkleTree {
    /// The root that an inclusion path leads to (RFC 9162 §2.1.3.2).
    /// - Parameters:
    ///   - index: the leaf's number, from 0.
    ///   - size: leaves of the tree.
    ///   - path: siblings from the leaf's up.
    /// - Returns: nil where `index` is no leaf of the tree, or the path's length is not that of
    ///   the leaf's depth.
    public static func rootOfInclusion(
        leafHash: Digest256, index: Int, size: Int, path: [Digest256]
    ) -> Digest256? {
        guard index >= 0, index < size else { return nil }
        var node = index
        var last = size - 1
        var root = leafHash
        for sibling in path {
            guard last > 0 else { return nil }
            if node & 1 == 1 || node == last {
                root = nodeHash(sibling, root)
                // The right edge: levels without a sibling are passed over.
                if node & 1 == 0 {
                    let levels = node.trailingZeroBitCount
                    node >>= levels
                    last >>= levels
                }
            } else {
                root = nodeHash(root, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 ? root : nil
    }

    /// Whether the leaf `index` of the tree of `size` leaves with this root is `leafHash`.
    public static func verifyInclusion(
        leafHash: Digest256, index: Int, size: Int, path: [Digest256], root: Digest256
    ) -> Bool {
        rootOfInclusion(leafHash: leafHash, index: index, size: size, path: path) == root
    }

    /// Whether the tree of `firstSize` leaves with `firstRoot` is the beginning of the tree of
    /// `secondSize` leaves with `secondRoot` (RFC 9162 §2.1.4.2). The path must be empty where the
    /// sizes are equal or the first is 0; a tree of no leaves has no root but the empty one.
    public static func verifyConsistency(
        firstSize: Int, firstRoot: Digest256, secondSize: Int, secondRoot: Digest256,
        path: [Digest256]
    ) -> Bool {
        guard firstSize >= 0, firstSize <= secondSize else { return false }
        if firstSize == 0 && firstRoot != emptyRoot { return false }
        if firstSize == secondSize { return path.isEmpty && firstRoot == secondRoot }
        if firstSize == 0 { return path.isEmpty }
        // A first tree that is one complete subtree is where the second's path begins.
        let isComplete = firstSize.nonzeroBitCount == 1
        guard let start = isComplete ? firstRoot : path.first else { return false }
        let levels = firstSize.trailingZeroBitCount
        var node = (firstSize - 1) >> levels
        var last = (secondSize - 1) >> levels
        var first = start
        var second = start
        for hash in path.dropFirst(isComplete ? 0 : 1) {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                first = nodeHash(hash, first)
                second = nodeHash(hash, second)
                if node & 1 == 0 {
                    let levels = node.trailingZeroBitCount
                    node >>= levels
                    last >>= levels
                }
            } else {
                second = nodeHash(second, hash)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && first == firstRoot && second == secondRoot
    }
}
