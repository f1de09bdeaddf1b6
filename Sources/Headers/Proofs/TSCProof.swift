// The Merkle proof of the Technical Standards Committee (BRC-10), with heights (BRC-11): what nodes
// and miners hand out for one transaction.
import Bitcoin
import Bytes
import Cryptography

/// A proof that a transaction is in a block.
public struct TSCProof: Hashable, Sendable {
    /// What is proved.
    public enum Subject: Hashable, Sendable {
        /// A transaction by its hash, in internal order. A stack's proof has a block's hash here.
        case hash(Digest256)
        /// A whole transaction.
        case transaction([UInt8])
    }

    /// What tells the block. Each of them only names a header, which must be known otherwise.
    public enum Target: Hashable, Sendable {
        /// A block's hash, in internal order.
        case hash(Digest256)
        /// A whole header.
        case header(BlockHeader)
        /// The root that a header has, in internal order.
        case merkleRoot(Digest256)
        /// A block's height (BRC-11).
        case height(Int)
    }

    /// What is proved.
    public let subject: Subject
    /// The hash of what is proved, in internal order.
    public let leaf: Digest256
    /// The way to the root.
    public let branch: MerkleBranch
    /// What tells the block.
    public let target: Target

    /// Bytes that could be an inner node: refused, whether they read as a transaction or not.
    private static let ambiguousBytes = 64

    /// A proof.
    /// - Throws: `HeaderError.ambiguousTransaction`, `.malformedTransaction` or `.tooLarge` for the
    ///   bytes of a transaction, `.tooLarge` for a height.
    public init(
        subject: Subject, branch: MerkleBranch, target: Target
    ) throws(HeaderError) {
        switch subject {
        case .hash(let hash): leaf = hash
        case .transaction(let bytes):
            let limit = Limits.proofTransactionBytes
            guard bytes.count <= limit else {
                throw .tooLarge(what: "transaction", limit: limit, got: UInt64(bytes.count))
            }
            guard bytes.count != Self.ambiguousBytes else { throw .ambiguousTransaction }
            do throws(BitcoinError) { leaf = try BitcoinTransaction(bytes).id } catch {
                throw HeaderError(error, byteCount: bytes.count)
            }
        }
        if case .height(let height) = target {
            guard (0...Limits.blockHeight).contains(height) else {
                throw .tooLarge(
                    what: "height", limit: Limits.blockHeight,
                    got: UInt64(bitPattern: Int64(height)))
            }
        }
        self.subject = subject
        self.branch = branch
        self.target = target
    }

    /// The root that the proof leads to.
    /// - Throws: `HeaderError.mutatedTree`, `HeaderError.transactionAsNode`.
    public func root() throws(HeaderError) -> Digest256 {
        try branch.root(of: leaf)
    }

    /// Checks the proof against a header that the caller knows to be in the chain that it trusts:
    /// the header is the target, has its work, and has the root that the proof leads to.
    ///
    /// - Parameter height: the header's height; only needed where the target is a height.
    /// - Throws: `HeaderError.wrongTarget`, `.wrongHeight`, `.wrongRoot`, `.invalidBits`,
    ///   `.insufficientWork`, and what `root()` throws.
    public func verify(against header: BlockHeader, at height: Int? = nil) throws(HeaderError) {
        let (expected, got): (Digest256, Digest256)
        switch target {
        case .hash(let hash): (expected, got) = (header.hash, hash)
        case .header(let other): (expected, got) = (header.hash, other.hash)
        case .merkleRoot(let root): (expected, got) = (header.merkleRoot, root)
        case .height(let other):
            guard height == other else { throw .wrongHeight(expected: height, got: other) }
            return try header.check(root: try root())
        }
        guard expected == got else { throw .wrongTarget(expected: expected, got: got) }
        try header.check(root: try root())
    }
}
