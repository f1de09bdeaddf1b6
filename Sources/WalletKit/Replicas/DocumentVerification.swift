// What must hold for a document of another replica before it is kept.
import Bytes
import Documents
import Merge

/// Judges documents by themselves: whether they count is the fold's to say.
struct DocumentVerification: Sendable {
    private let domain: String
    private let devices: Set<Address>
    private let domainKey: Address

    init(_ state: ReplicaState, domain: String) {
        self.domain = domain
        devices = state.devices
        domainKey = state.domainKey
    }

    /// A record is as a certified device has signed it, and so are the instructions in it: what a
    /// device vouches for falsely is not kept.
    func check(record envelope: Envelope) throws -> ClearingRecord {
        let document = try TransactionDocument(envelope)
        try checkDomain(document.transaction.domain)
        let record = try ClearingRecord(verifying: document, devices: devices)
        if let refusal = record.signatures { throw refusal }
        return record
    }

    func check(note: StoredDocument) throws {
        switch note {
        case .device(let device, _):
            try checkDomain(device.domain)
            try device.endorsements.check(device.hash, signedBy: domainKey)
        case .revocation(let revocation, _):
            try checkDomain(revocation.domain)
            try revocation.checkSignature(by: domainKey)
        case .allowance(let allowance, _):
            try checkDomain(allowance.terms.domain)
            try allowance.checkSignature(by: domainKey)
        case .unit(let unit, _): try unit.checkSignatures()
        case .stack(let stack, _):
            try checkDomain(stack.domain)
            guard try stack.checkSignature().signer == domainKey else {
                throw Refusal(.signatureInvalid, "it is not signed by the domain key")
            }
        default: throw Refusal(.malformedDocument, "it is no document of an open block")
        }
    }

    func checkDomain(_ name: String) throws(Refusal) {
        guard name.utf8.elementsEqual(domain.utf8) else {
            throw Refusal(.wrongDomain, "it is of the domain '\(name)', this is '\(domain)'")
        }
    }

    /// - Throws: `Refusal`.
    func check(entry: Entry) throws(Refusal) {
        guard devices.contains(entry.terms.device) else {
            throw Refusal(
                .signatureInvalid, "\(entry.terms.device) is no certified device of the domain")
        }
        try checkDomain(entry.terms.domain)
        try entry.endorsements.check(entry.hash, signedBy: entry.terms.device)
    }
}
