// The envelope that every document travels in.
import Bytes
import Cryptography

/// `{"data":{…},"hash":{"steps":"stringify:data","types":"sha256:sha256","value":"<64
/// hex>"},"meta":{…}}`. Identity is the hash of `data`; `meta` is outside it.
public struct Envelope: Sendable {
    /// The whole document in the text that it came in.
    public let value: JSONValue
    /// What is hashed and signed.
    public let data: JSONValue
    /// Signatures, scripts, records of inputs.
    public let meta: JSONValue
    /// The stated hash: not believed before `check()` has returned.
    public let hash: Digest256

    /// The document's bytes.
    public var bytes: ArraySlice<UInt8> { value.bytes }

    /// Reads a document that is the only value of a line.
    /// - Throws: `malformed-document`.
    public init(line: [UInt8]) throws(Refusal) {
        do {
            try self.init(JSONText(line).root)
        } catch let error as JSONError {
            throw Refusal.malformed(error.reason, at: error.offset)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.malformedDocument, "\(error)")
        }
    }

    /// Reads the shape of the document at `value`.
    /// - Throws: `malformed-document`.
    public init(_ value: JSONValue) throws(Refusal) {
        let reader = try MemberReader(value, "a document", ["data", "hash", "meta"])
        self.value = value
        data = try reader.object("data")
        meta = try reader.object("meta")
        hash = try Self.hash(try reader.object("hash"))
    }

    /// Checks the canonical form, the size and the hash: rule 2.
    /// - Throws: `malformed-document` or `hash-mismatch`.
    public func check() throws(Refusal) {
        if let offset = value.departure {
            throw Refusal(
                .malformedDocument, "not in canonical form (RFC 8785), at byte \(offset)",
                ["offset": String(offset)])
        }
        let size = data.bytes.count
        guard size >= Limits.documentDataMinimumBytes, size <= Limits.documentDataMaximumBytes
        else {
            throw Refusal.malformed(
                "data of \(size) bytes, \(Limits.documentDataMinimumBytes) to "
                    + "\(Limits.documentDataMaximumBytes) are allowed", at: data.offset)
        }
        let expected = Hash.sha256d(data.bytes)
        guard expected == hash else {
            throw Refusal(
                .hashMismatch, "the data's hash is \(expected), not \(hash)",
                ["expected": expected.hexadecimal, "provided": hash.hexadecimal])
        }
    }

    /// Reads `{"steps":"stringify:data","types":"sha256:sha256","value":…}`.
    static func hash(_ value: JSONValue) throws(Refusal) -> Digest256 {
        let reader = try MemberReader(value, "a hash", ["steps", "types", "value"])
        try reader.constant("steps", "stringify:data")
        try reader.constant("types", "sha256:sha256")
        return try reader.digest("value")
    }

    /// A document's bytes from its canonical data.
    /// - Parameter meta: writes the members of `meta` in ascending order.
    public static func write(
        data: [UInt8], hash: Digest256, meta: (inout CanonicalWriter) -> Void
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: data.count + 1024)
        write(data: data, hash: hash, to: &writer, meta: meta)
        return writer.bytes
    }

    /// Appends a document.
    static func write(
        data: [UInt8], hash: Digest256, to writer: inout CanonicalWriter,
        meta: (inout CanonicalWriter) -> Void
    ) {
        writer.beginObject()
        writer.name("data")
        writer.raw(data)
        writer.name("hash")
        writer.raw(#"{"steps":"stringify:data","types":"sha256:sha256","value":""#.utf8)
        writer.continueRaw(Hexadecimal.encodedBytes(hash.bytes))
        writer.continueRaw(#""}"#.utf8)
        writer.name("meta")
        writer.beginObject()
        meta(&writer)
        writer.endObject()
        writer.endObject()
    }
}
