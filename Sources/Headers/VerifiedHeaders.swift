// Headers that lie one behind the other, as in a file: verified at once, without a store.
import Bytes

/// Headers that are linked and have their work. That a value exists means that they were verified.
public struct VerifiedHeaders: Sendable {
    /// The first header's height.
    public let firstHeight: Int
    /// The headers.
    public let headers: [BlockHeader]
    /// Their hashes, in internal order.
    public let hashes: [Digest256]
    /// The sum of their work.
    public let work: UInt256

    /// Verifies concatenated headers of 80 bytes: each names the one before and meets its own bits.
    /// Whether the bits are the right ones, and the times, is not looked at: that depends on the
    /// chain.
    ///
    /// - Parameter previous: what the first one must name; nil where that is not known.
    /// - Throws: `BadHeader`, the first one that is refused; one past `Limits.headers` is.
    public init(
        verifying bytes: ArraySlice<UInt8>, firstHeight: Int = 0,
        after previous: Digest256? = BlockHeader.noPrevious
    ) throws(BadHeader) {
        let count = bytes.count / BlockHeader.byteCount
        guard count <= Limits.headers else {
            throw BadHeader(
                index: Limits.headers,
                reason: .tooLarge(
                    what: "headers", limit: Limits.headers, got: UInt64(count)))
        }
        var reader = ByteReader<HeaderError>(bytes)
        var headers: [BlockHeader] = []
        var hashes: [Digest256] = []
        headers.reserveCapacity(count)
        hashes.reserveCapacity(count)
        var sum = UInt256.zero
        var last = previous
        // Most headers have the bits of the one before.
        var target: (compact: CompactTarget, work: UInt256)?
        while !reader.rest.isEmpty {
            let hash: Digest256
            do throws(HeaderError) {
                let header = try BlockHeader(&reader)
                hash = header.hash
                if let last, header.previous != last {
                    throw HeaderError.notLinked(previous: header.previous, expected: last)
                }
                if target?.compact.bits != header.bits {
                    let compact = try CompactTarget(bits: header.bits)
                    target = (compact, compact.work)
                }
                guard let target, target.compact.isMet(by: hash) else {
                    throw HeaderError.insufficientWork(hash: hash, bits: header.bits)
                }
                headers.append(header)
            } catch {
                throw BadHeader(index: headers.count, reason: error)
            }
            // 2^256 hashes have been nobody's: the sum does not wrap.
            sum = sum &+ (target?.work ?? .zero)
            hashes.append(hash)
            last = hash
        }
        self.firstHeight = firstHeight
        self.headers = headers
        self.hashes = hashes
        work = sum
    }

    /// Verifies concatenated headers of 80 bytes; see above.
    /// - Throws: `BadHeader`, the first one that is refused; one past `Limits.headers` is.
    public init(
        verifying bytes: [UInt8], firstHeight: Int = 0,
        after previous: Digest256? = BlockHeader.noPrevious
    ) throws(BadHeader) {
        try self.init(verifying: bytes[...], firstHeight: firstHeight, after: previous)
    }

    /// Heights of the headers.
    public var heights: Range<Int> { firstHeight..<firstHeight + headers.count }
}
