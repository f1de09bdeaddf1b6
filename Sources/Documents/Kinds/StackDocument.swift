// What groups blocks under a Bitcoin-shaped header.
import Bytes
import Cryptography

/// `{"kind":"stack","count","domain","first","header","height"}`, signed by the domain key: a line
/// of the log like others, so that headers can be rebuilt from it.
public struct StackDocument: Sendable {
    /// Blocks in it.
    public let count: Int
    /// The clearing domain.
    public let domain: String
    /// Height of its first block.
    public let first: Int
    /// The 80 bytes of the header.
    public let header: [UInt8]
    /// Stacks before it.
    public let height: Int
    /// The identity.
    public let hash: Digest256
    /// The domain key's signature.
    public let endorsements: Endorsements

    /// Bytes of a Bitcoin header.
    public static let headerBytes = 80

    /// A stack that is being made.
    public init(
        count: Int, domain: String, first: Int, header: [UInt8], height: Int,
        _ endorsements: Endorsements = .init()
    ) {
        precondition(header.count == Self.headerBytes, "a header has 80 bytes")
        self.count = count
        self.domain = domain
        self.first = first
        self.header = header
        self.height = height
        self.endorsements = endorsements
        hash = Hash.sha256d(Self.data(count, domain, first, header, height))
    }

    /// Reads a stack: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a stack", ["count", "domain", "first", "header", "height", "kind"])
        count = try data.integer("count", 1...Limits.blocks)
        domain = try data.string("domain", 1...Limits.domainBytes)
        first = try data.integer("first", 0...Limits.blocks - 1)
        header = try data.hexadecimal("header", Self.headerBytes...Self.headerBytes)
        height = try data.integer("height", 0...Limits.blocks - 1)
        let meta = try MemberReader(envelope.meta, "a stack's meta", ["signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    private static func data(
        _ count: Int, _ domain: String, _ first: Int, _ header: [UInt8], _ height: Int
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        writer.name("count")
        writer.integer(count)
        writer.name("domain")
        writer.string(domain)
        writer.name("first")
        writer.integer(first)
        writer.name("header")
        writer.plain(Hexadecimal.encodedBytes(header))
        writer.name("height")
        writer.integer(height)
        writer.name("kind")
        writer.string("stack")
        writer.endObject()
        return writer.bytes
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: Self.data(count, domain, first, header, height), hash: hash) {
            endorsements.write(to: &$0)
        }
    }

    /// The one who has signed.
    /// - Throws: `signature-missing`, `signature-invalid`, `unknown-scheme`.
    public func checkSignature() throws(Refusal) -> DocumentSignature {
        guard let signature = endorsements.signatures.first else {
            throw Refusal(.signatureMissing, "the stack is not signed")
        }
        try endorsements.check(hash, signedBy: signature.signer)
        return signature
    }
}
