// A text and who signed it, in a form that people can read.

import Bytes

/// A signed note (c2sp.org/signed-note): a text, a blank line, signatures. What is read is written
/// again byte for byte. The text counts only after `verified(by:)`.
public struct SignedNote: Equatable, Sendable {
    /// The text, its last newline included.
    public let text: [UInt8]
    /// At least one.
    public let signatures: [NoteSignature]

    /// The note of a text and its signatures.
    /// - Throws: `tooLong`, `tooMany`, `unsigned`, `notUTF8`, `controlCharacter`, `unterminated`.
    public init(text: [UInt8], signatures: [NoteSignature]) throws(NoteError) {
        try NoteText.check(text[...], "the text", limit: Limits.noteBytes)
        guard !signatures.isEmpty else { throw .unsigned }
        guard signatures.count <= Limits.noteSignatures else {
            throw .tooMany(what: "signatures", limit: Limits.noteSignatures)
        }
        self.text = text
        self.signatures = signatures
        let count = bytes.count
        guard count <= Limits.noteBytes else {
            throw .tooLong(what: "the note", bytes: count, limit: Limits.noteBytes)
        }
    }

    /// Reads a note.
    /// - Throws: `tooLong`, `notUTF8`, `controlCharacter`, `unterminated`, `unsigned`,
    ///   `malformedSignature`, `tooMany`.
    public init(_ bytes: [UInt8]) throws(NoteError) {
        try self.init(bytes[...], after: 0)
    }

    /// Reads a note that stands below `number` other lines.
    init(_ bytes: ArraySlice<UInt8>, after number: Int) throws(NoteError) {
        try NoteText.check(bytes, "the note", limit: Limits.noteBytes)
        guard let blank = Self.lastBlankLine(bytes) else { throw .unsigned }
        let text = bytes[..<blank]
        let lines = text.count { $0 == NoteText.newline } + 1
        signatures = try NoteSignature.lines(bytes[(blank + 1)...], after: number + lines)
        guard !signatures.isEmpty else { throw .unsigned }
        self.text = Array(text)
    }

    /// Where the last empty line stands; nil where there is none below a text.
    private static func lastBlankLine(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.dropFirst().last {
            bytes[$0] == NoteText.newline && bytes[$0 - 1] == NoteText.newline
        }
    }

    /// The note with signatures more.
    /// - Throws: `tooMany`, `tooLong`.
    public func adding(_ others: [NoteSignature]) throws(NoteError) -> SignedNote {
        try SignedNote(text: text, signatures: signatures + others)
    }

    /// The note as it is exchanged.
    public var bytes: [UInt8] {
        signatures.reduce(into: text + [NoteText.newline]) { $0 += $1.line }
    }
}
