// One line by itself: everything about it that needs no line before it. Nearly all the time of an
// audit goes here, so callers examine lines on all cores.
import Bytes
import Cryptography
import Documents

/// A line that has been examined, and what was found.
public struct Examined: Sendable {
    let line: [UInt8]
    let verdict: Result<Document, AuditFinding>

    /// A document whose form, hash and signatures are right.
    struct Document: Sendable {
        let hash: Digest256
        let content: Content
        /// How many were verified.
        let signatures: Int
    }

    enum Content: Sendable {
        case certificate(DeviceCertificate)
        case unit(UnitDefinition)
        case transaction(Transaction, [Instruction], isDerived: Bool)
        case block(BlockRecord)
        case stack(StackRecord)
        case cut(CutDocument, key: Address)
        /// An allowance or a revocation: it moves nothing.
        case note(domain: String, key: Address)
    }

    init(_ line: [UInt8]) {
        self.line = line
        do throws(Refusal) {
            verdict = .success(try Self.document(line))
        } catch {
            verdict = .failure(AuditFinding(error))
        }
    }

    private static func document(_ line: [UInt8]) throws(Refusal) -> Document {
        let envelope = try Envelope(line: line)
        // Nothing stands beside the document, every byte of it is canonical, its hash is right.
        guard envelope.bytes.count == line.count else {
            throw Refusal(.malformedDocument, "blanks stand before or after the document")
        }
        try envelope.check()
        let (content, signatures) = try content(envelope)
        return Document(hash: envelope.hash, content: content, signatures: signatures)
    }

    /// The document by its kind, and how many signatures were verified on the way.
    private static func content(_ envelope: Envelope) throws(Refusal) -> (Content, Int) {
        switch envelope.data["kind"]?.string {
        case "device": return try certificate(DeviceCertificate(envelope))
        case "unit":
            let unit = try UnitDefinition(envelope)
            try unit.endorsements.check(unit.hash, signedBy: unit.terms.symbol)
            return (.unit(unit), unit.endorsements.signatures.count)
        case "block": return (.block(try BlockRecord(envelope)), 2)
        case "stack": return (.stack(try StackRecord(envelope)), 1)
        case "cut":
            let cut = try CutDocument(envelope)
            return (.cut(cut, key: try key(cut.endorsements, cut.hash)), 1)
        case "allowance":
            let allowance = try Allowance(envelope)
            let key = try key(allowance.endorsements, allowance.hash)
            return (.note(domain: allowance.terms.domain, key: key), 1)
        case "revocation":
            let revocation = try Revocation(envelope)
            let key = try key(revocation.endorsements, revocation.hash)
            return (.note(domain: revocation.domain, key: key), 1)
        case nil where envelope.data["outputs"] != nil:
            return try transaction(TransactionDocument(envelope))
        default: throw Refusal(.malformedDocument, "it is no document of a log")
        }
    }

    /// The one key that has signed.
    private static func key(
        _ endorsements: Endorsements, _ hash: Digest256
    ) throws(Refusal) -> Address {
        guard endorsements.signatures.count == 1, endorsements.signatures[0].script == nil else {
            throw Refusal(.signatureMissing, "it must have one signature, the domain key's")
        }
        try endorsements.check(hash, signedBy: endorsements.signatures[0].signer)
        return endorsements.signatures[0].signer
    }

    /// All signatures are true; that the domain key's is among them is seen later.
    private static func certificate(
        _ certificate: DeviceCertificate
    ) throws(Refusal) -> (Content, Int) {
        let signatures = certificate.endorsements.signatures
        guard let single = signatures.first(where: { $0.script == nil }) else {
            throw Refusal(.signatureMissing, "no key has signed the certificate")
        }
        try certificate.endorsements.check(certificate.hash, signedBy: single.signer)
        return (.certificate(certificate), signatures.count)
    }

    /// The device has signed the receipt, and each instruction was signed by whom it binds.
    private static func transaction(
        _ document: TransactionDocument
    ) throws(Refusal) -> (Content, Int) {
        let transaction = document.transaction
        var count = document.endorsements.signatures.count
        // What a merge has derived anew is vouched for by its block alone.
        if document.record == nil {
            try document.endorsements.check(
                transaction.hash, signedBy: transaction.clock.device)
        }
        var instructions: [Instruction] = []
        for envelope in document.instructions {
            let instruction = try Instruction(envelope)
            try instruction.endorsements.check(instruction.hash, signedBy: instruction.signer)
            count += instruction.endorsements.signatures.count
            instructions.append(instruction)
        }
        return (.transaction(transaction, instructions, isDerived: document.record != nil), count)
    }
}
