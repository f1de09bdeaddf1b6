// Which blocks a HELLO names, so that two sides find the last one that they share.
import Bytes

/// The last blocks one by one, then ever farther apart, and the first: 36 at most.
public enum BlockLocator {
    /// Descending heights of a chain whose last block is at `tip`.
    public static func heights(tip: Int) -> [Int] {
        var heights: [Int] = []
        var step = 1
        var height = tip
        while height > 0 {
            heights.append(height)
            if heights.count >= SyncLimits.locatorRecent { step *= 2 }
            height -= step
        }
        return heights + [0]
    }

    /// The blocks at those heights.
    /// - Parameter hash: the hash of the block at a height of the chain.
    public static func points(
        tip: BlockPoint?, hash: (Int) throws -> Digest256?
    ) rethrows -> [BlockPoint] {
        guard let tip else { return [] }
        return try heights(tip: tip.height).compactMap { height in
            try hash(height).map { BlockPoint(height: height, hash: $0) }
        }
    }

    /// Descending heights of a span, both ends and at most 30 between them.
    static func heights(in span: ClosedRange<Int>) -> [Int] {
        let count = min(span.count, 32)
        guard count > 1 else { return [span.lowerBound] }
        return (0..<count).map {
            span.upperBound - $0 * (span.count - 1) / (count - 1)
        }
    }
}
