// The devices that may sign for a domain.
import Documents

/// Certificates of devices, each signed by one domain's key.
struct CertifiedDevices {
    private let peer: String
    private let domain: String
    private let signer: Address
    /// The certificates' documents, in the order in which they came.
    private(set) var certificates: [[UInt8]] = []
    private var devices: Set<Address> = []

    /// No device yet.
    /// - Parameter peer: what the domain is called in errors.
    init(peer: String, key: VerifierKey) {
        self.peer = peer
        domain = key.name.description
        signer = Address(of: key.publicKey)
    }

    func contains(_ device: Address) -> Bool { devices.contains(device) }

    /// Takes a certificate; true where its device is new.
    /// - Throws: `PeerError.falseCertificate`.
    mutating func enter(_ line: [UInt8]) throws(PeerError) -> Bool {
        do throws(Refusal) {
            let device = try DeviceCertificate(try Envelope(line: line))
            guard device.domain.utf8.elementsEqual(domain.utf8) else {
                throw Refusal(.wrongDomain, "it is of the domain '\(device.domain)'")
            }
            try device.endorsements.check(device.hash, signedBy: signer)
            guard devices.insert(device.address).inserted else { return false }
            certificates.append(line)
            return true
        } catch {
            throw .falseCertificate(peer: peer, reason: error.message)
        }
    }

    /// Takes what the domain shows of itself; true where that brought a new device.
    /// - Throws: `PeerError.falseCertificate` where one of them is false, or none is there.
    mutating func enter(_ lines: [[UInt8]]) throws(PeerError) -> Bool {
        var isNew = false
        for line in lines where try enter(line) { isNew = true }
        guard !devices.isEmpty else {
            throw .falseCertificate(peer: peer, reason: "there is none")
        }
        return isNew
    }
}
