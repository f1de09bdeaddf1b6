// Which device may sign receipts of a domain.
import Bytes
import Cryptography

/// `{"kind":"device","address","domain","incarnation","issued"}`, signed by the domain key: the
/// first document of a wallet's log.
public struct DeviceCertificate: Sendable {
    /// The device key's address: it signs receipts.
    public let address: Address
    /// The clearing domain.
    public let domain: String
    /// 64 random bits of this copy of the wallet, 16 hexadecimal digits.
    public let incarnation: String
    /// When the domain key signed it.
    public let issued: Timestamp
    /// The identity.
    public let hash: Digest256
    /// The domain key's signature.
    public let endorsements: Endorsements

    /// A certificate that is being made.
    public init(
        address: Address, domain: String, incarnation: String, issued: Timestamp,
        _ endorsements: Endorsements = .init()
    ) {
        self.address = address
        self.domain = domain
        self.incarnation = incarnation
        self.issued = issued
        self.endorsements = endorsements
        hash = Hash.sha256d(Self.data(address, domain, incarnation, issued))
    }

    /// Reads a certificate: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a device", ["address", "domain", "incarnation", "issued", "kind"])
        let address = try data.addressText("address")
        domain = try data.string("domain", 1...Limits.domainBytes)
        incarnation = Hexadecimal.encode(try data.hexadecimal("incarnation", 8...8))
        issued = try data.timestamp("issued")
        let meta = try MemberReader(envelope.meta, "a device's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        self.address = try Address(address)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    private static func data(
        _ address: Address, _ domain: String, _ incarnation: String, _ issued: Timestamp
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        writer.member("address", address)
        writer.name("domain")
        writer.string(domain)
        writer.name("incarnation")
        writer.string(incarnation)
        writer.member("issued", issued)
        writer.name("kind")
        writer.string("device")
        writer.endObject()
        return writer.bytes
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: Self.data(address, domain, incarnation, issued), hash: hash) {
            endorsements.write(to: &$0)
        }
    }
}
