// Proofs in the forms that other tools read.
import Bytes
import Documents
import Headers

extension ProofDocument {
    private var documentEvidence: DocumentEvidence {
        get throws {
            guard case .document(let evidence) = claim else {
                throw WalletError.invalidArgument(
                    what: "format", value: "",
                    reason: "only the proof of a document has this form")
            }
            return evidence
        }
    }

    /// The document's place in the log as a C2SP tlog-proof; its extra data is the document's hash,
    /// which is the log's entry.
    /// - Throws: `WalletError.invalidArgument` for other claims; `NoteError`.
    public func tlogProof() throws -> [UInt8] {
        let evidence = try documentEvidence
        return try TlogProof(
            index: evidence.place.index, path: evidence.place.path,
            note: try SignedNote(Array(evidence.seal.checkpoint.utf8)),
            extra: evidence.document.hash.bytes
        ).bytes
    }

    /// The block's place in its stack.
    private func stackBranch() throws -> (
        block: Digest256, stack: StackDocument, branch: MerkleBranch
    ) {
        let evidence = try documentEvidence
        guard let stack = evidence.stack else {
            throw WalletError.notStacked(height: evidence.height)
        }
        let document = try StackDocument(stack.document)
        let branch = try MerkleBranch(
            index: evidence.height - document.first,
            nodes: stack.branch.map { $0.map { .hash($0) } ?? .duplicate })
        return (evidence.seal.block.hash, document, branch)
    }

    /// The block's place in its stack as TSC JSON, the header in it; the block's hash stands where
    /// Bitcoin has a transaction's.
    /// - Throws: `WalletError.notStacked`, `.invalidArgument`; `HeaderError`.
    public func tscProof() throws -> [UInt8] {
        let (block, stack, branch) = try stackBranch()
        return try TSCProof(
            subject: .hash(block), branch: branch, target: .header(try BlockHeader(stack.header))
        ).json + [UInt8(ascii: "\n")]
    }

    /// The block's place in its stack as a BUMP (BRC-74), in hexadecimal; the height is the
    /// stack's.
    /// - Throws: `WalletError.notStacked`, `.invalidArgument`; `HeaderError`.
    public func bump() throws -> [UInt8] {
        let (block, stack, branch) = try stackBranch()
        let binary = try BUMP(height: stack.height, leaf: block, branch: branch).binary
        return Array(Hexadecimal.encode(binary).utf8) + [UInt8(ascii: "\n")]
    }
}
