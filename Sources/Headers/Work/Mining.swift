// The search for a nonce, on all cores.
import Bytes
import Cryptography
import Dispatch
import Synchronization

/// Making a header meet its own bits.
public enum Mining {
    /// The first nonces are few, so that an easy target is met at once; then each turn doubles.
    private static let firstBatch: UInt64 = 256
    /// About a tenth of a second: how long a search takes to notice that it is cancelled.
    private static let largestBatch: UInt64 = 262_144

    /// The header with the lowest nonce, from 0 on, that meets its bits. The nonce that it comes
    /// with is not looked at. The result does not depend on the number of threads.
    ///
    /// - Parameters:
    ///   - threads: how many search at once, at most `Limits.miningThreads`.
    ///   - nextTime: called with the time of which all nonces were tried in vain: a later one, or
    ///     nil to give up. One core tries all nonces in half an hour.
    ///   - progress: called from any of the threads, one at a time, with the hashes tried so far.
    ///   - isCancelled: asked from any of the threads, several times a second.
    /// - Returns: the header; nil where the search was cancelled or given up.
    /// - Throws: `HeaderError.invalidBits`.
    public static func solve(
        _ header: BlockHeader, threads: Int, nextTime: (UInt32) -> UInt32?,
        progress: @Sendable (UInt64) -> Void = { _ in },
        isCancelled: @Sendable () -> Bool = { false }
    ) throws(HeaderError) -> BlockHeader? {
        try solve(
            header, threads: threads, lastNonce: .max, nextTime: nextTime, progress: progress,
            isCancelled: isCancelled)
    }

    /// The same with fewer nonces, so that a test sees them run out.
    static func solve(
        _ header: BlockHeader, threads: Int, lastNonce: UInt32, nextTime: (UInt32) -> UInt32?,
        progress: @Sendable (UInt64) -> Void = { _ in },
        isCancelled: @Sendable () -> Bool = { false }
    ) throws(HeaderError) -> BlockHeader? {
        let target = try CompactTarget(bits: header.bits)
        let threads = min(max(threads, 1), Limits.miningThreads)
        var header = header
        var hashes: UInt64 = 0
        while true {
            let turn = Mutex(Turn(lastNonce: lastNonce, hashes: hashes))
            let work = Work(header: header, target: target)
            DispatchQueue.concurrentPerform(iterations: threads) { _ in
                while let nonces = turn.withLock({ $0.next(isCancelled()) }) {
                    let found = work.first(in: nonces)
                    turn.withLock {
                        $0.finish(nonces, found)
                        progress($0.hashes)
                    }
                }
            }
            let result = turn.withLock { $0 }
            if let nonce = result.found {
                header.nonce = nonce
                return header
            }
            guard !result.isCancelled, let later = nextTime(header.time), later > header.time
            else { return nil }
            header.time = later
            hashes = result.hashes
        }
    }

    /// The nonces of one time: who tries which, and what came of it.
    private struct Turn {
        let lastNonce: UInt32
        /// Hashes tried, those of earlier times included.
        var hashes: UInt64
        /// The lowest nonce that meets the target so far.
        private(set) var found: UInt32?
        private(set) var isCancelled = false
        private var nextNonce: UInt64 = 0
        private var batch = Mining.firstBatch

        init(lastNonce: UInt32, hashes: UInt64) {
            self.lastNonce = lastNonce
            self.hashes = hashes
        }

        /// The next nonces to try; nil where there are none, or where they can bring nothing: they
        /// are all above what has been found, and those below are being tried already.
        mutating func next(_ isCancelled: Bool) -> ClosedRange<UInt32>? {
            if isCancelled { self.isCancelled = true }
            guard found == nil, !self.isCancelled, nextNonce <= UInt64(lastNonce) else {
                return nil
            }
            let first = nextNonce
            let last = min(first + batch - 1, UInt64(lastNonce))
            nextNonce = last + 1
            batch = min(batch * 2, Mining.largestBatch)
            return UInt32(first)...UInt32(last)
        }

        mutating func finish(_ nonces: ClosedRange<UInt32>, _ nonce: UInt32?) {
            hashes += UInt64((nonce ?? nonces.upperBound) - nonces.lowerBound) + 1
            if let nonce { found = min(nonce, found ?? nonce) }
        }
    }

    /// A header of one time.
    private struct Work: Sendable {
        let header: BlockHeader
        let target: CompactTarget
        let search: NonceSearch

        init(header: BlockHeader, target: CompactTarget) {
            self.header = header
            self.target = target
            search = NonceSearch(header: header.bytes)
        }

        /// The lowest of the nonces that meets the target.
        func first(in nonces: ClosedRange<UInt32>) -> UInt32? {
            var rest = nonces
            while let nonce = search.first(
                in: rest, highestWordAtMost: target.target.highestWord)
            {
                var candidate = header
                candidate.nonce = nonce
                if target.isMet(by: candidate.hash) { return nonce }
                guard nonce < rest.upperBound else { return nil }
                rest = (nonce + 1)...rest.upperBound
            }
            return nil
        }
    }
}
