// Proof that a domain has told two stories.
import Bytes
import Cryptography

/// `{"kind":"accusation","domain","first","key","second"}`: two checkpoints of one size and two
/// roots, both signed by the key. It needs no signature of its own.
public struct Accusation: Sendable {
    /// The domain that is accused.
    public let domain: String
    /// Its key, as a verifier key (C2SP signed-note).
    public let key: String
    /// One checkpoint.
    public let first: String
    /// The other.
    public let second: String
    /// The identity.
    public let hash: Digest256

    /// An accusation.
    public init(domain: String, key: String, first: String, second: String) {
        self.domain = domain
        self.key = key
        self.first = first
        self.second = second
        hash = Hash.sha256d(Self.data(domain, key, first, second))
    }

    /// Reads an accusation; whether it is just is not judged yet.
    /// - Throws: `malformed-document`, `hash-mismatch`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "an accusation", ["domain", "first", "key", "kind", "second"])
        domain = try data.string("domain", 1...Limits.domainBytes)
        key = try data.string("key", 1...Limits.verifierKeyBytes)
        first = try data.string("first", 1...Limits.noteBytes)
        second = try data.string("second", 1...Limits.noteBytes)
        _ = try MemberReader(envelope.meta, "an accusation's meta", [])
        try envelope.check()
        hash = envelope.hash
    }

    private static func data(
        _ domain: String, _ key: String, _ first: String, _ second: String
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 1024)
        writer.beginObject()
        writer.name("domain")
        writer.string(domain)
        writer.name("first")
        writer.string(first)
        writer.name("key")
        writer.string(key)
        writer.name("kind")
        writer.string("accusation")
        writer.name("second")
        writer.string(second)
        writer.endObject()
        return writer.bytes
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: Self.data(domain, key, first, second), hash: hash) { _ in }
    }
}
