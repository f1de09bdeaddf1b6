// What checkpoints and proofs of logs show, as C2SP writes them.
import Blockstack
import Bytes
import Documents

extension Verdict {
    /// What a checkpoint shows.
    /// - Parameter standing: nil where it is known only as a state that the verifier holds.
    init(_ checkpoint: Checkpoint, _ standing: Standing?) {
        let log =
            "the log of '\(checkpoint.origin)' with \(Self.documents(checkpoint.size)) and the "
            + "root \(checkpoint.root)"
        self.init(
            .checkpoint, checkpoint.root,
            proved: standing.map { "\(log) is signed \($0.phrase)" + Self.held($0) }
                ?? "\(log) is the one whose checkpoint you hold",
            unproved: ["what the documents are, and when they were sealed"]
                + (standing?.unproved() ?? [Self.noKey]))
        note(checkpoint, standing)
    }

    /// What the proof of a log's entry shows.
    init(_ proof: TlogProof, of document: Digest256, _ standing: Standing?) {
        let log =
            "at index \(proof.index) of the log of '\(proof.checkpoint.origin)' with "
            + Self.documents(proof.checkpoint.size)
        self.init(
            .tlogProof, document,
            proved: "the document \(document) stands \(log), "
                + (standing.map { "signed \($0.phrase)" + Self.held($0) }
                    ?? "the one whose checkpoint you hold"),
            unproved: ["what the document says, and when it was sealed"]
                + (standing?.unproved() ?? [Self.noKey]))
        id = document
        note(proof.checkpoint, standing)
    }

    private mutating func note(_ checkpoint: Checkpoint, _ standing: Standing?) {
        domain = checkpoint.origin
        size = checkpoint.size
        key = standing?.signer
    }

    private static func held(_ standing: Standing) -> String {
        standing.relation == .held ? ", and is the one that you hold" : ""
    }

    private static let noKey = "who has signed it: a note carries no key"

    /// The document that the proof of a log's entry is about: our logs' entries are documents'
    /// hashes, and the proof states it as its extra data.
    /// - Throws: `malformed-document`; `proof-invalid` where the path does not lead to the root.
    static func document(of proof: TlogProof) throws(Refusal) -> Digest256 {
        guard let document = Digest256(proof.extra) else {
            throw Refusal(
                .malformedDocument,
                "'extra' must be the 32 bytes of the document's hash, not \(proof.extra.count)")
        }
        let isThere = MerkleTree.verifyInclusion(
            leafHash: MerkleTree.leafHash(document), index: proof.index,
            size: proof.checkpoint.size, path: proof.path, root: proof.checkpoint.root)
        guard isThere else {
            throw Refusal(
                .proofInvalid,
                "the path does not lead from document \(proof.index) of \(proof.checkpoint.size) "
                    + "to the root \(proof.checkpoint.root)", ["hash": document.hexadecimal])
        }
        return document
    }
}
