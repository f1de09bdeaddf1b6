// How this wallet's domain shows who it is to those who do not know it.
import Documents

/// The domain's key and the devices that sign for it.
struct DomainVouching {
    /// The key, whose name is the domain.
    let verifierKey: VerifierKey
    /// Certificates of devices, documents without newline.
    let certificates: [[UInt8]]

    /// What the log says of them.
    /// - Throws: failures of storage.
    init(_ ledger: Ledger, domain: String) throws {
        try ledger.catchUp()
        guard case .device(let device, _) = try ledger.document(at: 0),
            let key = device.endorsements.signatures.first?.publicKey
        else { throw ledger.corruption(at: .start, "the log does not begin with a device") }
        var certificates: [[UInt8]] = []
        for entry in try ledger.graph.devices() where entry.revoked == nil {
            guard case .device(_, let envelope) = try ledger.document(at: entry.place) else {
                continue
            }
            certificates.append(Array(envelope.bytes))
        }
        verifierKey = try VerifierKey(
            name: try KeyName(domain), kind: .ed25519, publicKey: key)
        self.certificates = certificates
    }
}

extension Wallet {
    /// - Throws: failures of storage.
    func domainIdentity() throws -> DomainVouching {
        try DomainVouching(try reader(), domain: try ownDomain())
    }

    /// Whether the key that signs receipts is encrypted.
    /// - Throws: `KeyError`.
    public var needsPassphrase: Bool {
        get throws { try keys.read(KeyName.device).isEncrypted }
    }
}
