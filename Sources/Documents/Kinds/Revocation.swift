// Which device may sign receipts of a domain no longer.
import Bytes
import Cryptography

/// `{"kind":"revocation","device","domain","issued"}`, signed by the domain key: a line of the log.
public struct Revocation: Sendable {
    /// The device key's address.
    public let device: Address
    /// The clearing domain.
    public let domain: String
    /// What the device clears after this moment does not count.
    public let issued: Timestamp
    /// The identity.
    public let hash: Digest256
    /// The domain key's signature.
    public let endorsements: Endorsements

    /// A revocation that is being made.
    public init(
        device: Address, domain: String, issued: Timestamp, _ endorsements: Endorsements = .init()
    ) {
        self.device = device
        self.domain = domain
        self.issued = issued
        self.endorsements = endorsements
        hash = Hash.sha256d(Self.data(device, domain, issued))
    }

    /// Reads a revocation: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a revocation", ["device", "domain", "issued", "kind"])
        try data.constant("kind", "revocation")
        let device = try data.addressText("device")
        domain = try data.string("domain", 1...Limits.domainBytes)
        issued = try data.timestamp("issued")
        let meta = try MemberReader(
            envelope.meta, "a revocation's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        self.device = try Address(device)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    private static func data(
        _ device: Address, _ domain: String, _ issued: Timestamp
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.member("device", device)
        writer.name("domain")
        writer.string(domain)
        writer.member("issued", issued)
        writer.name("kind")
        writer.string("revocation")
        writer.endObject()
        return writer.bytes
    }

    /// That the domain key has signed.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkSignature(by domainKey: Address) throws(Refusal) {
        try endorsements.check(hash, signedBy: domainKey)
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: Self.data(device, domain, issued), hash: hash) {
            endorsements.write(to: &$0)
        }
    }
}
