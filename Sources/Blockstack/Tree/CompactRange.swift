// The right edge of a growing tree: all that is needed to append leaves and to name the root.
import Bytes

/// The hashes of the complete subtrees that the first `size` leaves fall into: one for each bit set
/// in `size`, the largest subtree first.
public struct CompactRange: Equatable, Sendable {
    /// Leaves.
    public private(set) var size: Int
    /// Hashes of the complete subtrees, the largest (leftmost) first.
    public private(set) var nodes: [Digest256]

    /// No leaves.
    public init() {
        size = 0
        nodes = []
    }

    /// The range of `size` leaves whose complete subtrees have these hashes, the largest first; nil
    /// unless there is one for each bit set in `size`, or where `size` is negative.
    public init?(size: Int, nodes: [Digest256]) {
        guard size >= 0, nodes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.nodes = nodes
    }

    /// The range of these leaves, by their leaf hashes.
    public init(_ leafHashes: some Sequence<Digest256>) {
        self.init()
        for hash in leafHashes { append(hash) }
    }

    /// Appends one leaf by its leaf hash.
    public mutating func append(_ leafHash: Digest256) {
        var hash = leafHash
        // Each trailing one is a complete subtree on the left, of the size of what we hold.
        for _ in 0..<(~size).trailingZeroBitCount {
            hash = MerkleTree.nodeHash(nodes.removeLast(), hash)
        }
        nodes.append(hash)
        size += 1
    }

    /// The root over all leaves.
    public var root: Digest256 {
        guard var hash = nodes.last else { return MerkleTree.emptyRoot }
        for node in nodes.dropLast().reversed() { hash = MerkleTree.nodeHash(node, hash) }
        return hash
    }
}
