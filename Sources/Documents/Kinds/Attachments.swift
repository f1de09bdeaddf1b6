// What an IOU's `meta` carries beside signatures: a note that the data commits to, a preimage found
// later.
import Bytes
import Cryptography

/// `meta.custom` and `meta.solver`.
public struct Attachments: Sendable, Hashable {
    /// The canonical JSON of `meta.custom.data`: up to 10 members, texts or integers.
    public let note: [UInt8]?
    /// Whether `meta.custom.hash` is stated too.
    private let statesHash: Bool
    /// The preimage of the hash lock, stated by whoever knows it: it needs no signature.
    public let preimage: String?

    /// Attachments of an IOU that is being made.
    public init(note: [UInt8]? = nil, preimage: String? = nil) {
        self.note = note
        self.preimage = preimage
        statesHash = false
    }

    /// The canonical `{"note":…}` of a text.
    public static func note(_ text: String) -> [UInt8] {
        var writer = CanonicalWriter(capacity: text.utf8.count + 16)
        writer.beginObject()
        writer.name("note")
        writer.string(text)
        writer.endObject()
        return writer.bytes
    }

    init(_ meta: MemberReader, commitment: Digest256?) throws(Refusal) {
        preimage = try IOU.preimage(meta)
        guard meta.object["custom"] != nil else {
            note = nil
            statesHash = false
            return
        }
        guard let commitment else {
            throw meta.failure("custom", "stands in meta but not in data")
        }
        let custom = try MemberReader(try meta.object("custom"), "'custom'", ["data", "hash"])
        let data = try custom.object("data")
        guard data.count <= Limits.customMembers else {
            throw custom.failure("data", "has more than \(Limits.customMembers) members")
        }
        for (_, value) in data.members {
            let isText = value.string.map { $0.utf8.count <= Limits.customTextBytes } ?? false
            guard isText || value.kind == .integer else {
                throw Refusal.malformed(
                    "a value of 'custom' must be an integer or a text of at most "
                        + "\(Limits.customTextBytes) bytes", at: value.offset)
            }
        }
        note = Array(data.bytes)
        statesHash = custom.object["hash"] != nil
        if statesHash, try Envelope.hash(try custom.object("hash")) != commitment {
            throw Self.mismatch(commitment)
        }
    }

    /// Rule 2 for the note: what is shown is what was signed.
    func check(against commitment: Digest256?) throws(Refusal) {
        guard let note, let commitment else { return }
        guard Hash.sha256d(note) == commitment else { throw Self.mismatch(commitment) }
    }

    private static func mismatch(_ commitment: Digest256) -> Refusal {
        Refusal(
            .hashMismatch, "'meta.custom.data' is not what 'custom' commits to",
            ["provided": commitment.hexadecimal])
    }

    func writeNote(to writer: inout CanonicalWriter) {
        guard let note else { return }
        writer.name("custom")
        writer.beginObject()
        writer.name("data")
        writer.raw(note)
        if statesHash {
            writer.name("hash")
            writer.beginObject()
            writer.name("steps")
            writer.string("stringify:data")
            writer.name("types")
            writer.string("sha256:sha256")
            writer.name("value")
            writer.string(Hash.sha256d(note).hexadecimal)
            writer.endObject()
        }
        writer.endObject()
    }

    func writePreimage(to writer: inout CanonicalWriter) {
        if let preimage { writer.solver(preimage) }
    }

    /// The text of the member `note`, if there is one.
    public var noteText: String? {
        guard let note, let text = try? JSONText(note) else { return nil }
        return text.root["note"]?.string
    }
}
