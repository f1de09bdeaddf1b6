// A block as any transparency tool reads it.
import Bytes

extension BlockDocument {
    /// The checkpoint that says what the block says of the log, signed by the domain key.
    /// - Throws: `NoteError` where the domain's name cannot be a key's name, or the signature is
    ///   none.
    public func checkpointNote() throws(NoteError) -> SignedNote {
        let line = try NoteSignature(
            name: try KeyName(statement.domain), base64: checkpointSignature)
        return try SignedNote(text: try statement.checkpoint.text, signatures: [line])
    }

    /// The block's key as a verifier of notes.
    /// - Throws: `NoteError` where it is no Ed25519 key.
    public func verifierKey() throws(NoteError) -> VerifierKey {
        try VerifierKey(
            name: try KeyName(statement.domain), kind: .ed25519,
            publicKey: endorsements.signatures.first?.publicKey ?? [])
    }
}

extension BlockDocument.Statement {
    /// Origin, size and root.
    public var checkpoint: Checkpoint {
        get throws(NoteError) {
            try Checkpoint(origin: domain, size: log.size, root: log.root)
        }
    }
}
