// Token buckets that all threads take from.
import Network
import Synchronization

/// `TokenBuckets` behind a lock.
final class SharedBuckets<Key: Hashable & Sendable>: Sendable {
    private let buckets: Mutex<TokenBuckets<Key>>

    init(_ size: BucketSize) { buckets = Mutex(TokenBuckets(size)) }

    /// Takes `cost` from the bucket of `key`.
    /// - Throws: 429.
    func take(_ cost: Int, of key: Key, at milliseconds: Int64) throws(ServiceError) {
        let wait = buckets.withLock { $0.take(cost, of: key, at: milliseconds) }
        if let wait { throw .tooManyRequests(seconds: wait) }
    }
}
