// Verifying a proof from what it carries alone: no log, no network, no clock.
import Bytes
import Documents

/// A proof that shows what it claims, under the key of its block. That a value exists means that
/// all of its evidence was verified: every signature, every path, every document inside. Whose key
/// it is, is for the reader to judge.
public struct ProofVerification: Sendable {
    /// The proof.
    public let proof: ProofDocument
    /// The block that the proof ends in, of a range the last one.
    public let seal: VerifiedSeal
    /// What was found.
    public let finding: Finding

    /// What a claim comes to.
    public enum Finding: Sendable {
        /// The document, its place in the log, and the stack that holds its block.
        case document(VerifiedDocument, index: Int, stack: SignedStack?)
        /// The counter stood so.
        case balance(CounterState)
        /// There was no such counter.
        case noBalance
        /// In none of these blocks, ascending.
        case absence([SignedBlock])
        /// The earlier checkpoint, signed by the same key.
        case consistency(earlier: SignedNote)
    }

    /// Verifies a proof.
    /// - Throws: `Refusal` with what is false.
    public init(_ proof: ProofDocument) throws(Refusal) {
        self.proof = proof
        let domain = proof.domain
        switch proof.claim {
        case .document(let evidence): (seal, finding) = try Self.verify(evidence, of: domain)
        case .balance(let evidence): (seal, finding) = try Self.verify(evidence, of: domain)
        case .absence(let evidence): (seal, finding) = try Self.verify(evidence, of: domain)
        case .consistency(let evidence): (seal, finding) = try Self.verify(evidence, of: domain)
        }
    }

    /// Reads and verifies a proof: whoever makes one learns whether others will take it.
    /// - Throws: `Refusal` with what is false.
    public init(line: [UInt8]) throws(Refusal) {
        let envelope = try Envelope(line: line)
        guard DocumentKind(envelope) == .proof else {
            throw Refusal(.malformedDocument, "this document is no proof")
        }
        try self.init(ProofDocument(envelope))
    }

    /// Requires the block to be the one that the claim names.
    static func require(_ height: Int, _ seal: VerifiedSeal) throws(Refusal) {
        guard seal.block.statement.height == height else {
            throw .unproved(
                "the block's height is \(seal.block.statement.height), not \(height)")
        }
    }

    /// Requires a leaf to stand at a place of a tree.
    static func require(
        _ leaf: Digest256, at place: TreePlace, in tree: BlockDocument.Tree, _ what: String
    ) throws(Refusal) {
        let root = MerkleTree.rootOfInclusion(
            leafHash: leaf, index: place.index, size: tree.size, path: place.path)
        guard root == tree.root else {
            throw .unproved(
                "the path of \(what) does not lead from leaf \(place.index) of \(tree.size) to "
                    + "the root \(tree.root)")
        }
    }
}
