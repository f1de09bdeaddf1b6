// Who may sign in a domain's log, and what each device has signed so far.
import Documents

/// The devices that may sign receipts, and the key that certified the first of them: it signs
/// blocks and stacks.
struct DeviceRoll {
    /// The domain key's address; nil before the first certificate.
    private(set) var issuer: Address?
    /// When the first device was certified.
    private(set) var begun: Timestamp?
    /// The last position in each device's chain.
    private var devices: [Address: Int] = [:]
    /// What the last cut settles of each chain.
    private var settled: [Address: Int] = [:]

    /// Whether a device has been certified.
    func contains(_ device: Address) -> Bool { devices[device] != nil }

    mutating func enter(_ device: DeviceCertificate) throws(Refusal) {
        let first = device.endorsements.signatures.first
        if issuer == nil {
            guard let first, first.script == nil,
                first.scheme == SignatureScheme.eddsaEd25519.rawValue
            else {
                throw Refusal(
                    .signatureMissing, "the first certificate is not signed by an Ed25519 key")
            }
        }
        guard let signer = issuer ?? first?.signer else {
            throw Refusal(.signatureMissing, "the device's certificate is not signed")
        }
        try device.endorsements.check(device.hash, signedBy: signer)
        issuer = signer
        begun = begun ?? device.issued
        devices[device.address] = devices[device.address] ?? 0
    }

    /// Blocks and stacks are signed by the key that certified the devices.
    func checkKey(_ endorsements: Endorsements) throws(Refusal) {
        guard let issuer, endorsements.signatures.first?.signer == issuer else {
            throw Refusal(.signatureInvalid, "it is not signed by the domain's key")
        }
    }

    /// A transaction that has been taken out of the log leaves a gap in its device's chain. Where
    /// several devices clear, what has bounced leaves gaps too, and a cut says which were settled.
    /// - Parameter isDerived: whether a merge has derived the transaction anew.
    mutating func check(_ clock: Transaction.Clock, isDerived: Bool) throws(Refusal) {
        guard let last = devices[clock.device] else {
            throw Refusal(
                .signatureInvalid, "\(clock.device) is no certified device of the domain")
        }
        guard isShared else {
            guard !isDerived else {
                throw Refusal(
                    .malformedDocument, "it was derived anew, and the domain has one device")
            }
            guard clock.sequence == last + 1 else {
                throw Refusal(
                    .malformedDocument,
                    "it is number \(clock.sequence) of its device, after number \(last)")
            }
            devices[clock.device] = clock.sequence
            return
        }
        if let settled = settled[clock.device], clock.sequence <= settled {
            throw Refusal(
                .malformedDocument,
                "it is number \(clock.sequence) of its device, of which \(settled) are settled")
        }
        devices[clock.device] = max(last, clock.sequence)
    }

    /// Whether more than one device clears in the domain.
    var isShared: Bool { devices.count > 1 }

    /// Takes the cut that ends a block: it settles all that stands above it, and never less than
    /// the one before.
    mutating func settle(_ statement: CutDocument.Statement) throws(Refusal) {
        var next: [Address: Int] = [:]
        for device in statement.devices { next[device.device] = device.sequence }
        for (device, last) in devices where last > next[device] ?? 0 {
            throw Refusal(
                .malformedDocument,
                "the cut settles \(next[device] ?? 0) records of \(device), \(last) are there")
        }
        for device in next.keys where devices[device] == nil {
            throw Refusal(
                .malformedDocument, "the cut settles \(device), which is no certified device")
        }
        settled = next
        for (device, sequence) in next { devices[device] = sequence }
    }
}
