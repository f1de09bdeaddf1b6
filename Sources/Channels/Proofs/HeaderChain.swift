// What the receiver of proofs must know of a chain of block headers.
import Bytes
import Headers

/// A header of the longest chain, with its place.
public struct ChainedHeader: Sendable, Equatable {
    /// The header.
    public let header: BlockHeader
    /// Blocks before it.
    public let height: Int

    /// A header at a height.
    public init(_ header: BlockHeader, height: Int) {
        self.header = header
        self.height = height
    }
}

/// The longest chain, as somebody follows it who checks every header. A header that is in another
/// branch, or in none, is not there. From several threads.
public protocol HeaderChain: Sendable {
    /// The header with a hash (internal order); nil where the longest chain has none.
    func header(hash: Digest256) throws -> ChainedHeader?
    /// The header with a Merkle root (internal order); nil where the longest chain has none.
    func header(root: Digest256) throws -> ChainedHeader?
    /// The header at a height; nil above the tip.
    func header(height: Int) throws -> ChainedHeader?
    /// The last header.
    func tip() throws -> ChainedHeader
}
