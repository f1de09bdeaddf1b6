// A proof, in one file, that something stands in a log.

import Bytes

/// A proof of inclusion (c2sp.org/tlog-proof): the leaf's index, the path to the root, and the
/// checkpoint that states the root. It says nothing until the checkpoint's signatures and the path
/// have been verified.
public struct TlogProof: Equatable, Sendable {
    /// The application's own bytes, which nobody signed; empty where there are none.
    public let extra: [UInt8]
    /// The leaf's index, counted from 0, below the checkpoint's size.
    public let index: Int
    /// The hashes beside the way from the leaf to the root, the leaf's sibling first (RFC 6962
    /// §2.1.1).
    public let path: [Digest256]
    /// The checkpoint with its signatures, as it was signed.
    public let note: SignedNote
    /// What the note says.
    public let checkpoint: Checkpoint

    private static let header = "c2sp.org/tlog-proof@v1"
    private static let name = "the proof"

    /// A proof that is being made.
    /// - Throws: `outOfRange`, `tooMany`, `tooLong`, `malformedLine`.
    public init(
        index: Int, path: [Digest256], note: SignedNote, extra: [UInt8] = []
    ) throws(NoteError) {
        guard path.count <= Limits.treeLevels else {
            throw .tooMany(what: "hashes", limit: Limits.treeLevels)
        }
        try self.init(index, path, note, Checkpoint(note: note), extra)
    }

    private init(
        _ index: Int, _ path: [Digest256], _ note: SignedNote, _ checkpoint: Checkpoint,
        _ extra: [UInt8]
    ) throws(NoteError) {
        guard extra.count <= Limits.tlogExtraBytes else {
            throw .tooLong(
                what: "the extra data", bytes: extra.count, limit: Limits.tlogExtraBytes)
        }
        guard (0..<checkpoint.size).contains(index) else {
            throw .outOfRange(
                what: "the index", got: index, lower: 0, upper: checkpoint.size - 1)
        }
        self.extra = extra
        self.index = index
        self.path = path
        self.note = note
        self.checkpoint = checkpoint
    }

    /// Reads a proof.
    /// - Throws: what its parts throw; lines are counted from the proof's first.
    public init(_ bytes: [UInt8]) throws(NoteError) {
        try NoteText.check(bytes[...], Self.name, limit: Limits.tlogProofBytes)
        var lines = NoteLines(bytes[...])
        guard lines.next().map({ $0.elementsEqual(Self.header.utf8) }) == true else {
            throw .malformedLine(what: Self.name, line: 1, expected: "'\(Self.header)'")
        }
        var line = lines.next() ?? []
        var extra: [UInt8] = []
        if let text = NoteText.value(of: "extra", in: line) {
            guard let decoded = Base64.decode(text), !decoded.isEmpty else {
                throw .malformedLine(
                    what: Self.name, line: lines.number, expected: "'extra' and base64")
            }
            extra = decoded
            line = lines.next() ?? []
        }
        guard let text = NoteText.value(of: "index", in: line),
            let index = NoteText.decimal(text, limit: Limits.treeSize)
        else {
            throw .malformedLine(
                what: Self.name, line: lines.number,
                expected: "'index' and a decimal without leading zeros")
        }
        let path = try lines.hashes(of: Self.name)
        let note = try SignedNote(lines.rest, after: lines.number)
        let checkpoint = try Checkpoint(note.text[...], after: lines.number)
        try self.init(index, path, note, checkpoint, extra)
    }

    /// The proof as it is exchanged.
    public var bytes: [UInt8] {
        var bytes = Array(Self.header.utf8) + [NoteText.newline]
        if !extra.isEmpty { bytes += NoteText.line("extra", Base64.encode(extra)) }
        bytes += NoteText.line("index", String(index))
        bytes += NoteText.lines(path) + [NoteText.newline]
        return bytes + note.bytes
    }
}
