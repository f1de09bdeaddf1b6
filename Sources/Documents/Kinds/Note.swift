// A text or a file that goes with a message.
import Bytes
import Cryptography

/// `{"kind":"note","random","text","written"}`, or `"file":{"content","name","type"}` instead of
/// `text`, the content in base64. Nobody signs it: the message that carries it is signed.
public struct Note: Sendable {
    /// What it says.
    public let content: Content
    /// Makes two notes of the same contents two.
    public let random: String
    /// When it was written.
    public let written: Timestamp
    /// The identity.
    public let hash: Digest256

    /// A text or a file.
    public enum Content: Sendable, Hashable {
        /// At most `MessageLimits.noteBytes` bytes.
        case text(String)
        /// A file.
        case file(File)
    }

    /// A file. Its name is for people to read, never a place to write to.
    public struct File: Sendable, Hashable {
        /// The last component of a path; see `isName`.
        public let name: String
        /// The media type: `text/plain`.
        public let type: String
        /// At most `MessageLimits.fileBytes` bytes.
        public let content: [UInt8]

        /// A file.
        public init(name: String, type: String, content: [UInt8]) {
            self.name = name
            self.type = type
            self.content = content
        }
    }

    /// The kind's name in documents.
    public static let kind: StaticString = "note"

    /// Whether a document says that it is a note.
    public static func isKind(of envelope: Envelope) -> Bool {
        envelope.data["kind"]?.string == kind.description
    }

    /// Whether a text may be a file's name: 1 to `MessageLimits.fileNameBytes` bytes without
    /// slashes and control characters, that begin neither with a dot nor with a hyphen.
    public static func isName(_ name: String) -> Bool {
        (1...MessageLimits.fileNameBytes).contains(name.utf8.count)
            && !name.hasPrefix(".") && !name.hasPrefix("-")
            && name.unicodeScalars.allSatisfy { scalar in
                guard scalar != "/", scalar != "\\" else { return false }
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate,
                    .privateUse, .unassigned:
                    return false
                default: return true
                }
            }
    }

    /// Whether a text may be a media type: `type/subtype` of the characters of RFC 6838.
    public static func isMediaType(_ type: String) -> Bool {
        let parts = type.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return type.utf8.count <= MessageLimits.mediaTypeBytes && parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { byte in
                        switch byte {
                        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                        default: "!#$&-^_.+".utf8.contains(byte)
                        }
                    }
            }
    }

    /// A note that is being made.
    public init(_ content: Content, random: String, written: Timestamp) {
        self.content = content
        self.random = random
        self.written = written
        hash = Hash.sha256d(Self.data(content, random, written))
    }

    /// Reads a note.
    /// - Throws: `malformed-document`, `hash-mismatch`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a note", ["file", "kind", "random", "text", "written"])
        try data.constant("kind", Self.kind)
        random = try data.string("random", 1...Limits.randomBytes)
        written = try data.timestamp("written")
        switch (data.object["text"], data.object["file"]) {
        case (_?, nil): content = .text(try data.string("text", 1...MessageLimits.noteBytes))
        case (nil, _?): content = .file(try Self.file(data))
        default: throw data.failure("text", "must stand there, or 'file', and not both")
        }
        _ = try MemberReader(envelope.meta, "a note's meta", [])
        try envelope.check()
        hash = envelope.hash
    }

    private static func file(_ data: MemberReader) throws(Refusal) -> File {
        let file = try MemberReader(try data.object("file"), "a file", ["content", "name", "type"])
        let name = try file.string("name", 1...MessageLimits.fileNameBytes)
        guard isName(name) else {
            throw file.failure(
                "name",
                "must be a plain name: no slash, no control character, no dot or hyphen "
                    + "first")
        }
        let type = try file.string("type", 3...MessageLimits.mediaTypeBytes)
        guard isMediaType(type) else { throw file.failure("type", "must be a media type") }
        let longest = (MessageLimits.fileBytes + 2) / 3 * 4
        let text = try file.string("content", 0...longest)
        guard let content = Base64.decode(text) else {
            throw file.failure("content", "must be base64")
        }
        return File(name: name, type: type, content: content)
    }

    private static func data(
        _ content: Content, _ random: String, _ written: Timestamp
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 1_024)
        writer.beginObject()
        if case .file(let file) = content {
            writer.name("file")
            writer.beginObject()
            writer.name("content")
            writer.string(Base64.encode(file.content))
            writer.name("name")
            writer.string(file.name)
            writer.name("type")
            writer.string(file.type)
            writer.endObject()
        }
        writer.name("kind")
        writer.string(kind.description)
        writer.name("random")
        writer.string(random)
        if case .text(let text) = content {
            writer.name("text")
            writer.string(text)
        }
        writer.member("written", written)
        writer.endObject()
        return writer.bytes
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: Self.data(content, random, written), hash: hash) { _ in }
    }
}
