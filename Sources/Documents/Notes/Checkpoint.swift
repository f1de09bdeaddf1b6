// The size and root of a log, as its owner signs them.

import Bytes

/// The text of a checkpoint (c2sp.org/tlog-checkpoint): origin, size, root and extensions, a line
/// each.
public struct Checkpoint: Sendable {
    /// The log's name: one line, not empty. Compare its UTF-8 (`isOf`): equivalent spellings are
    /// different logs.
    public let origin: String
    /// Leaves of the tree, up to 2^53.
    public let size: Int
    /// The root at that size (RFC 6962 §2.1).
    public let root: Digest256
    /// Further lines, none of them empty; most checkpoints have none.
    public let extensions: [String]

    /// The checkpoint of a log.
    /// - Throws: `invalidCheckpointText`, `outOfRange`.
    public init(
        origin: String, size: Int, root: Digest256, extensions: [String] = []
    ) throws(NoteError) {
        guard (0...Limits.treeSize).contains(size) else {
            throw .outOfRange(
                what: "the tree's size", got: size, lower: 0, upper: Limits.treeSize)
        }
        for line in [origin] + extensions
        where line.isEmpty || line.utf8.contains(where: { $0 < 32 }) {
            throw .invalidCheckpointText(line)
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a note.
    /// - Throws: `malformedLine`, `tooLong`, `notUTF8`, `controlCharacter`, `unterminated`.
    public init(text: [UInt8]) throws(NoteError) {
        try NoteText.check(text[...], "the checkpoint", limit: Limits.noteBytes)
        try self.init(text[...], after: 0)
    }

    /// Reads a note's text; whose signatures it carries is for `SignedNote.verified(by:)` to say.
    /// - Throws: `malformedLine`.
    public init(note: SignedNote) throws(NoteError) {
        try self.init(note.text[...], after: 0)
    }

    /// Reads a text whose bytes are checked and that stands below `number` other lines.
    init(_ text: ArraySlice<UInt8>, after number: Int) throws(NoteError) {
        var lines = NoteLines(text, after: number)
        guard let origin = lines.next(), !origin.isEmpty else {
            throw Self.malformed(number + 1, "an origin")
        }
        guard let size = lines.next().flatMap({ NoteText.decimal($0, limit: Limits.treeSize) })
        else {
            throw Self.malformed(
                number + 2, "a size: a decimal without leading zeros, at most 2^53")
        }
        guard let root = lines.next().flatMap({ NoteText.digest($0) }) else {
            throw Self.malformed(number + 3, "a root: 32 bytes in base64")
        }
        var extensions: [String] = []
        while let line = lines.next() {
            guard !line.isEmpty else { throw Self.malformed(lines.number, "an extension") }
            extensions.append(String(decoding: line, as: UTF8.self))
        }
        self.origin = String(decoding: origin, as: UTF8.self)
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    private static func malformed(_ line: Int, _ expected: String) -> NoteError {
        .malformedLine(what: "the checkpoint", line: line, expected: expected)
    }

    /// The bytes that the log's key signs.
    public var text: [UInt8] {
        let lines = [origin, String(size), Base64.encode(root.bytes)] + extensions
        return lines.reduce(into: []) { $0 += Array($1.utf8) + [NoteText.newline] }
    }

    /// Whether the checkpoint is of the log `origin`, byte for byte.
    public func isOf(_ origin: some Sequence<UInt8>) -> Bool {
        self.origin.utf8.elementsEqual(origin)
    }
}

extension Checkpoint: Equatable {
    /// Whether the texts are equal, byte for byte.
    public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        left.text == right.text
    }
}
