// Verifying that a domain has told two stories.
import Bytes
import Documents

/// An accusation that is just: one key has signed two logs of one size.
public struct AccusationVerification: Sendable {
    /// The accusation.
    public let accusation: Accusation
    /// The key that signed both.
    public let key: VerifierKey
    /// The documents of both logs.
    public let size: Int
    /// The roots that both state, one each.
    public let roots: [Digest256]

    /// The address of the key.
    public var signer: Address { Address(of: key.publicKey) }

    /// Verifies an accusation.
    /// - Throws: `malformed-document`, `signature-invalid`, `proof-invalid`.
    public init(_ accusation: Accusation) throws(Refusal) {
        self.accusation = accusation
        let checkpoints: [Checkpoint]
        do throws(NoteError) {
            key = try VerifierKey(accusation.key)
            guard key.kind == .ed25519,
                key.name.bytes.elementsEqual(accusation.domain.utf8)
            else {
                throw NoteError.malformedKey(accusation.key)
            }
            checkpoints = [
                try Self.checkpoint(accusation.first, key),
                try Self.checkpoint(accusation.second, key),
            ]
        } catch {
            throw Refusal(error)
        }
        guard checkpoints.allSatisfy({ $0.isOf(accusation.domain.utf8) }) else {
            throw .unproved("a checkpoint is not of the domain '\(accusation.domain)'")
        }
        guard checkpoints[0].size == checkpoints[1].size else {
            throw .unproved(
                "the logs have \(checkpoints[0].size) and \(checkpoints[1].size) documents: both "
                    + "may be true")
        }
        guard checkpoints[0].root != checkpoints[1].root else {
            throw .unproved("both checkpoints state the same log")
        }
        size = checkpoints[0].size
        roots = checkpoints.map(\.root)
    }

    private static func checkpoint(
        _ text: String, _ key: VerifierKey
    ) throws(NoteError) -> Checkpoint {
        let note = try SignedNote(Array(text.utf8))
        _ = try note.verified(by: [key])
        return try Checkpoint(note: note)
    }
}
