// What a log asks of a witness.

import Bytes

/// The body of `add-checkpoint` (c2sp.org/tlog-witness): a checkpoint and the proof that it
/// continues the one that the witness knows. Whether signatures and proof hold, and whether `old`
/// is the size that the witness knows, is for the witness to find out.
public struct WitnessRequest: Equatable, Sendable {
    /// The size of the checkpoint that the witness cosigned last, 0 for none.
    public let old: Int
    /// The proof of consistency from `old` to the checkpoint (RFC 6962 §2.1.2).
    public let proof: [Digest256]
    /// The checkpoint with its signatures.
    public let note: SignedNote
    /// What the note says.
    public let checkpoint: Checkpoint

    private static let name = "the request"

    /// A request that is being made.
    /// - Throws: `outOfRange` where `old` is above the checkpoint's size, `tooMany`,
    ///   `malformedLine`.
    public init(old: Int, proof: [Digest256], note: SignedNote) throws(NoteError) {
        guard proof.count <= Limits.treeLevels else {
            throw .tooMany(what: "hashes", limit: Limits.treeLevels)
        }
        try self.init(old, proof, note, Checkpoint(note: note))
    }

    private init(
        _ old: Int, _ proof: [Digest256], _ note: SignedNote, _ checkpoint: Checkpoint
    ) throws(NoteError) {
        guard (0...checkpoint.size).contains(old) else {
            throw .outOfRange(what: "the old size", got: old, lower: 0, upper: checkpoint.size)
        }
        self.old = old
        self.proof = proof
        self.note = note
        self.checkpoint = checkpoint
    }

    /// Reads a request.
    /// - Throws: what its parts throw; lines are counted from the request's first.
    public init(_ bytes: [UInt8]) throws(NoteError) {
        try NoteText.check(bytes[...], Self.name, limit: Limits.witnessRequestBytes)
        var lines = NoteLines(bytes[...])
        guard let text = lines.next().flatMap({ NoteText.value(of: "old", in: $0) }),
            let old = NoteText.decimal(text, limit: Limits.treeSize)
        else {
            throw .malformedLine(
                what: Self.name, line: 1, expected: "'old' and a decimal without leading zeros")
        }
        let proof = try lines.hashes(of: Self.name)
        let note = try SignedNote(lines.rest, after: lines.number)
        let checkpoint = try Checkpoint(note.text[...], after: lines.number)
        try self.init(old, proof, note, checkpoint)
    }

    /// The request as it is sent.
    public var bytes: [UInt8] {
        NoteText.line("old", String(old)) + NoteText.lines(proof) + [NoteText.newline] + note.bytes
    }
}
