// What a chain of headers is asked, whether it is a followed one or a domain's own.
import Bytes

/// A chain whose headers are known to be good.
public protocol HeaderLookup {
    /// The last header of the longest chain.
    var tip: PlacedHeader { get }
    /// The header of the longest chain at a height; nil above its end.
    func header(at height: Int) throws -> PlacedHeader?
    /// The header with a hash; nil where it is not known.
    func find(_ hash: Digest256) throws -> PlacedHeader?
    /// The header of the longest chain with a root; nil where there is none.
    func find(root: Digest256) throws -> PlacedHeader?
    /// The work of a header's chain up to it.
    func work(of header: PlacedHeader) throws -> UInt256
}

extension HeaderStore: HeaderLookup {}

/// A domain's own headers: mined by itself, each behind the one before.
public struct StackHeaders: HeaderLookup {
    private let headers: [PlacedHeader]
    private let sums: [UInt256]
    private let places: [Digest256: Int]
    /// The last one.
    public let tip: PlacedHeader

    /// Verifies concatenated headers of 80 bytes, from the first one on.
    /// - Throws: `BadHeader`; `HeaderError.outOfReach` where there is none.
    public init(_ bytes: [UInt8]) throws {
        let verified = try VerifiedHeaders(verifying: bytes)
        headers = verified.heights.map { height in
            PlacedHeader(
                header: verified.headers[height], hash: verified.hashes[height], height: height,
                state: .longest)
        }
        guard let last = headers.last else { throw HeaderError.outOfReach(height: 0) }
        tip = last
        var sum = UInt256.zero
        sums = try headers.map { header in
            sum = sum &+ (try CompactTarget(bits: header.header.bits).work)
            return sum
        }
        places = Dictionary(
            headers.map { ($0.hash, $0.height) }, uniquingKeysWith: { first, _ in first })
    }

    /// The header at a height; nil where there is none.
    public func header(at height: Int) -> PlacedHeader? {
        headers.indices.contains(height) ? headers[height] : nil
    }

    /// The header with a hash; nil where there is none.
    public func find(_ hash: Digest256) -> PlacedHeader? { places[hash].map { headers[$0] } }

    /// The first header with a root; nil where there is none.
    public func find(root: Digest256) -> PlacedHeader? {
        headers.first { $0.header.merkleRoot == root }
    }

    /// The work up to a header.
    public func work(of header: PlacedHeader) -> UInt256 { sums[header.height] }
}
