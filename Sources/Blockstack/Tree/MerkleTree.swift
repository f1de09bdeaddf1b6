// The Merkle tree of RFC 6962 §2.1. Leaves and inner nodes are hashed with different first bytes,
// so that none passes for the other, and no node is ever doubled: Bitcoin's tree does neither, and
// lets two lists have one root (CVE-2012-2459).
import Bytes
import Cryptography

/// Hashes, roots and paths over leaves in memory. Sizes count leaves; leaf hashes are what
/// `leafHash` returns, never the data of a leaf.
public enum MerkleTree {
    /// The root of no leaves: SHA-256 of nothing.
    public static let emptyRoot = Hash.sha256([UInt8]())

    /// The hash of a leaf whose data is a document's hash: SHA-256 of 0x00 and the 32 bytes.
    public static func leafHash(_ hash: Digest256) -> Digest256 {
        withUnsafeTemporaryAllocation(byteCount: 33, alignment: 8) { buffer in
            buffer[0] = 0
            hash.store(in: buffer, at: 1)
            return Hash.sha256(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The hash of a leaf whose data is `bytes`: SHA-256 of 0x00 and the bytes.
    public static func leafHash(_ bytes: [UInt8]) -> Digest256 {
        var stream = SHA256Stream()
        withUnsafeBytes(of: UInt8(0)) { stream.update($0) }
        stream.update(bytes)
        return stream.finalize()
    }

    /// The hash of an inner node: SHA-256 of 0x01 and both halves.
    public static func nodeHash(_ left: Digest256, _ right: Digest256) -> Digest256 {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 1
            left.store(in: buffer, at: 1)
            right.store(in: buffer, at: 33)
            return Hash.sha256(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The root over leaf hashes, in their order.
    public static func root(ofLeaves leaves: [Digest256]) -> Digest256 {
        CompactRange(leaves).root
    }

    /// The inclusion path (RFC 6962 §2.1.1) of the leaf `index`, which must be one of `leaves`:
    /// siblings from the leaf's up. Hashes all leaves once.
    public static func inclusionPath(
        of index: Int, inLeaves leaves: [Digest256]
    ) -> [Digest256] {
        LogTree(LeafArray(leaves: leaves)).inclusionPath(of: index, size: leaves.count)
    }

    /// The consistency path (RFC 6962 §2.1.2) from the first `size` of `leaves` to all of them.
    public static func consistencyPath(
        from size: Int, toLeaves leaves: [Digest256]
    ) -> [Digest256] {
        LogTree(LeafArray(leaves: leaves)).consistencyPath(from: size, to: leaves.count)
    }
}

/// Nodes hashed from the leaves each time that they are asked for.
private struct LeafArray: NodeSource {
    let leaves: [Digest256]

    func node(level: Int, index: Int) throws(Never) -> Digest256 {
        CompactRange(leaves[index << level..<(index + 1) << level]).root
    }
}
