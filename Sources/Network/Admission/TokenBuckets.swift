// How much somebody has used lately.

/// How much may be used: `capacity` at once, `perSecond` in the long run.
public struct BucketSize: Sendable, Hashable {
    /// Units of cost that a full bucket holds.
    public let capacity: Int
    /// Units of cost that flow in a second.
    public let perSecond: Int

    /// A size; both are at least 1 and at most 10^9.
    public init(capacity: Int, perSecond: Int) {
        self.capacity = min(max(capacity, 1), 1_000_000_000)
        self.perSecond = min(max(perSecond, 1), 1_000_000_000)
    }
}

/// Token buckets, one a key. A key that has not been used for long is forgotten, which fills its
/// bucket; of `limit` keys the most recently used are never forgotten before half as many others
/// have come.
///
/// Time is whatever the caller says, in milliseconds; it may stand still but a step back counts as
/// none. Over any span of `t` ms one key is granted at most `capacity + perSecond * t / 1000`,
/// unless it was forgotten in between.
public struct TokenBuckets<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        /// Thousandths of a unit of cost.
        var level: Int
        var milliseconds: Int64
    }

    /// What one bucket holds.
    public let size: BucketSize
    private let generation: Int
    private var young: [Key: Bucket] = [:]
    private var old: [Key: Bucket] = [:]

    // limit: keys that are remembered
    private static var usualLimit: Int { 65_536 }

    /// Buckets.
    /// - Parameter limit: Keys that are remembered; nil for 65,536.
    public init(_ size: BucketSize, limit: Int? = nil) {
        self.size = size
        generation = max(1, (limit ?? Self.usualLimit) / 2)
    }

    /// Keys that are remembered.
    public var count: Int { young.count + old.count }

    /// Takes `cost` from the bucket of `key`. What costs more than a bucket holds takes a full one.
    /// - Returns: nil where it was there, otherwise the seconds after which it will be, at least 1.
    public mutating func take(_ cost: Int, of key: Key, at milliseconds: Int64) -> Int? {
        let capacity = size.capacity * 1_000
        var bucket =
            young[key] ?? old[key] ?? Bucket(level: capacity, milliseconds: milliseconds)
        if milliseconds > bucket.milliseconds {
            let elapsed = milliseconds - bucket.milliseconds
            // Beyond this time any bucket is full: the product stays small.
            let isLong = elapsed >= Int64(capacity / size.perSecond + 1)
            bucket.level =
                isLong ? capacity : min(capacity, bucket.level + Int(elapsed) * size.perSecond)
            bucket.milliseconds = milliseconds
        }
        let wanted = min(max(cost, 0), size.capacity) * 1_000
        let isThere = bucket.level >= wanted
        if isThere { bucket.level -= wanted }
        remember(key, bucket)
        if isThere { return nil }
        let missing = wanted - bucket.level
        let perSecond = size.perSecond * 1_000
        return max(1, (missing + perSecond - 1) / perSecond)
    }

    private mutating func remember(_ key: Key, _ bucket: Bucket) {
        if young[key] == nil, young.count >= generation {
            old = young
            young = [:]
        }
        old[key] = nil
        young[key] = bucket
    }
}
