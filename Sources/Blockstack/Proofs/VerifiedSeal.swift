// A block together with its checkpoint, as proofs carry them.
import Bytes
import Documents

/// A signed block, and the checkpoint of the same state under the same key, with whatever witnesses
/// have added.
public struct VerifiedSeal: Sendable {
    /// The block.
    public let block: SignedBlock
    /// The checkpoint; signatures of other keys are for the reader's policy.
    public let note: SignedNote

    /// Verifies the block and the checkpoint of a proof.
    init(_ evidence: SealEvidence, of domain: String) throws(Refusal) {
        try self.init(SignedBlock(evidence.block), evidence.checkpoint, of: domain)
    }

    init(_ block: SignedBlock, _ checkpoint: String, of domain: String) throws(Refusal) {
        guard block.statement.domain.isSpelled(as: domain) else {
            throw .unproved(
                "the block is of the domain '\(block.statement.domain)', not of '\(domain)'")
        }
        self.block = block
        let tree = block.statement.log
        note = try Self.note(checkpoint, of: tree, "the checkpoint", under: block)
    }

    /// A note that is the checkpoint of a tree, signed by the key of `block`.
    static func note(
        _ text: String, of tree: BlockDocument.Tree, _ what: String, under block: SignedBlock
    ) throws(Refusal) -> SignedNote {
        let note: SignedNote
        let isCheckpoint: Bool
        do throws(NoteError) {
            note = try SignedNote(Array(text.utf8))
            isCheckpoint =
                try Checkpoint(note: note)
                == Checkpoint(origin: block.statement.domain, size: tree.size, root: tree.root)
        } catch {
            throw Refusal(error)
        }
        guard isCheckpoint else {
            throw .unproved(
                "\(what) is not of the log of '\(block.statement.domain)' with \(tree.size) "
                    + "documents and the root \(tree.root)")
        }
        switch note.check(block.key) {
        case .verified: return note
        case .absent:
            throw .unproved("\(what) is not signed by the key of the block, \(block.signer)")
        case .failed:
            throw Refusal(
                .signatureInvalid, "the signature of \(what) by \(block.signer) is false",
                ["signer": block.signer.text])
        }
    }
}
