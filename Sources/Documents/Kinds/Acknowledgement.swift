// What the receiver of a message says: it is stored here.
import Bytes
import Cryptography

/// `{"kind":"ack","by","domain","message","received"}`, signed by the device `by` of the receiving
/// domain; `meta.device` holds the certificate by which the domain vouches for it.
public struct Acknowledgement: Sendable {
    /// The device that has taken the message.
    public let by: Address
    /// The receiver's domain.
    public let domain: String
    /// The message's hash.
    public let message: Digest256
    /// When it was taken.
    public let received: Timestamp
    /// The identity.
    public let hash: Digest256
    /// The device's certificate, a document without newline.
    public let certificate: [UInt8]
    /// The device's signature.
    public let endorsements: Endorsements

    /// The kind's name in documents.
    public static let kind: StaticString = "ack"

    /// An acknowledgement that is being made.
    public init(
        by: Address, domain: String, message: Digest256, received: Timestamp,
        certificate: [UInt8], _ endorsements: Endorsements = .init()
    ) {
        self.by = by
        self.domain = domain
        self.message = message
        self.received = received
        self.certificate = certificate
        self.endorsements = endorsements
        hash = Hash.sha256d(Self.data(by, domain, message, received))
    }

    /// Reads an acknowledgement.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "an acknowledgement", ["by", "domain", "kind", "message", "received"])
        try data.constant("kind", Self.kind)
        let by = try data.addressText("by")
        domain = try data.string("domain", 1...Limits.domainBytes)
        message = try data.digest("message")
        received = try data.timestamp("received")
        let meta = try MemberReader(
            envelope.meta, "an acknowledgement's meta", ["device", "scripts", "signatures"])
        certificate = Array(try meta.object("device").bytes)
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        self.by = try Address(by)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    /// The device has signed.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkSignatures() throws(Refusal) { try endorsements.check(hash, signedBy: by) }

    /// The same with other signatures.
    public func replacing(_ endorsements: Endorsements) -> Acknowledgement {
        Acknowledgement(
            by: by, domain: domain, message: message, received: received,
            certificate: certificate, endorsements)
    }

    private static func data(
        _ by: Address, _ domain: String, _ message: Digest256, _ received: Timestamp
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        writer.member("by", by)
        writer.name("domain")
        writer.string(domain)
        writer.name("kind")
        writer.string(kind.description)
        writer.name("message")
        writer.string(message.hexadecimal)
        writer.member("received", received)
        writer.endObject()
        return writer.bytes
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: Self.data(by, domain, message, received), hash: hash) { writer in
            writer.name("device")
            writer.raw(certificate)
            endorsements.write(to: &writer)
        }
    }
}
