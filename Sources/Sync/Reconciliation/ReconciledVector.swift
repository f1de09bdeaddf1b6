// A set of ids in memory.
import Bytes

/// Items in an array, with the sums of every 32 of them: the fingerprint of a range adds at most 62
/// ids, and a million items cost a megabyte of sums.
public struct ReconciledVector: ReconciledSet, Sendable {
    private let items: [SyncItem]
    /// Entry i is the sum of the first `stride * i` ids.
    private let sums: [IDSum]
    private static let stride = 32

    /// The set of `items` in any order; an id that comes twice with the same timestamp counts once.
    public init(_ items: some Sequence<SyncItem>) {
        var sorted = Array(items)
        if !zip(sorted, sorted.dropFirst()).allSatisfy({ $0 < $1 }) {
            sorted.sort()
            var distinct: [SyncItem] = []
            distinct.reserveCapacity(sorted.count)
            for item in sorted where item != distinct.last { distinct.append(item) }
            sorted = distinct
        }
        var sums = [IDSum()]
        sums.reserveCapacity(sorted.count / Self.stride + 1)
        var sum = IDSum()
        for (index, item) in sorted.enumerated() {
            sum.add(item.id)
            if (index + 1) % Self.stride == 0 { sums.append(sum) }
        }
        self.items = sorted
        self.sums = sums
    }

    /// Items.
    public var count: Int { items.count }

    /// The item at an index.
    public func item(at index: Int) -> SyncItem { items[index] }

    /// The first index, from `start` on, of an item that does not stand before `bound`.
    public func lowerBound(_ bound: SyncBound, from start: Int) -> Int {
        var low = start
        var high = items.count
        while low < high {
            let middle = low + (high - low) / 2
            if bound.isBehind(items[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The fingerprint of the items in a range of indices.
    public func fingerprint(_ range: Range<Int>) -> Fingerprint {
        Fingerprint(sum(upTo: range.upperBound) - sum(upTo: range.lowerBound), count: range.count)
    }

    private func sum(upTo index: Int) -> IDSum {
        var sum = sums[index / Self.stride]
        for item in items[index / Self.stride * Self.stride..<index] { sum.add(item.id) }
        return sum
    }
}
