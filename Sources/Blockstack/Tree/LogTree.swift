// Roots and paths of a log at any of its sizes, from the hashes of complete subtrees alone: those
// never change once they are complete.
import Bytes

/// Where the hashes of complete subtrees come from.
public protocol NodeSource<Failure> {
    /// What reading can fail with.
    associatedtype Failure: Error = any Error

    /// The hash of the complete subtree of 2^`level` leaves whose number among those of its level
    /// is `index`: over the leaves `index << level ..< (index + 1) << level`.
    func node(level: Int, index: Int) throws(Failure) -> Digest256
}

/// The tree over a log's leaves. A path takes at most 2 log2(size) reads of nodes.
public struct LogTree<Source: NodeSource> {
    /// Where the nodes come from.
    public let source: Source

    /// The tree over the leaves that `source` knows.
    public init(_ source: Source) {
        self.source = source
    }

    /// The root of the first `size` leaves.
    public func root(size: Int) throws(Source.Failure) -> Digest256 {
        try compactRange(size: size).root
    }

    /// The right edge of the first `size` leaves, to append to.
    public func compactRange(size: Int) throws(Source.Failure) -> CompactRange {
        precondition(size >= 0)
        return try range(0..<size)
    }

    /// The inclusion path (RFC 6962 §2.1.1) of the leaf `index`, which must be below `size`:
    /// siblings from the leaf's up.
    public func inclusionPath(of index: Int, size: Int) throws(Source.Failure) -> [Digest256] {
        precondition(index >= 0 && index < size)
        var path: [Digest256] = []
        var part = 0..<size
        while part.count > 1 {
            let middle = part.lowerBound + Self.split(part.count)
            let (left, right) = (part.lowerBound..<middle, middle..<part.upperBound)
            path.append(try range(index < middle ? right : left).root)
            part = index < middle ? left : right
        }
        return path.reversed()
    }

    /// The consistency path (RFC 6962 §2.1.2) that the first `first` leaves of the first `second`
    /// are what they were; `first` must be at most `second`. Empty where both are equal or `first`
    /// is 0.
    public func consistencyPath(
        from first: Int, to second: Int
    ) throws(Source.Failure) -> [Digest256] {
        precondition(first >= 0 && first <= second)
        guard first > 0, first < second else { return [] }
        var path: [Digest256] = []
        var part = 0..<second
        while part.upperBound != first {
            let middle = part.lowerBound + Self.split(part.count)
            let (left, right) = (part.lowerBound..<middle, middle..<part.upperBound)
            path.append(try range(first <= middle ? right : left).root)
            part = first <= middle ? left : right
        }
        // A subtree at the very left is the old root itself, which the verifier has.
        if part.lowerBound > 0 { path.append(try range(part).root) }
        return path.reversed()
    }

    /// The largest power of two below `count`, which must be at least 2.
    private static func split(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }

    /// The complete subtrees of leaves that begin at a multiple of a power of two not below their
    /// count.
    private func range(_ leaves: Range<Int>) throws(Source.Failure) -> CompactRange {
        var nodes: [Digest256] = []
        var begin = leaves.lowerBound
        while begin < leaves.upperBound {
            let level = Int.bitWidth - 1 - (leaves.upperBound - begin).leadingZeroBitCount
            nodes.append(try source.node(level: level, index: begin >> level))
            begin += 1 << level
        }
        guard let range = CompactRange(size: leaves.count, nodes: nodes) else {
            preconditionFailure("one subtree for each bit of the count")
        }
        return range
    }
}
