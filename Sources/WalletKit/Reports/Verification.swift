// What a document proves on its own, without a wallet and without a network.
import Bytes
import Documents

/// What has been verified of one document.
public struct Verification: Sendable {
    /// What it is.
    public let kind: DocumentKind
    /// Its identity.
    public let hash: Digest256
    /// What holds, in a sentence.
    public let proved: String
    /// What it does not show, in a sentence.
    public let unproved: String

    /// Verifies a document: canonical form, hash, every signature, and in a transaction every
    /// instruction and the arithmetic that needs no history.
    /// - Throws: `Refusal` with what is false.
    public init(line: [UInt8]) throws(Refusal) {
        let envelope = try Envelope(line: line)
        hash = envelope.hash
        switch DocumentKind(envelope) {
        case .iou, .limit:
            kind = DocumentKind(envelope) ?? .iou
            let instruction = try Instruction(envelope)
            try instruction.checkSignatures()
            if case .iou(let iou) = instruction, iou.isLocked {
                proved = "\(instruction.signer) has signed this promise, under a hash lock"
            } else {
                proved = "\(instruction.signer) has signed this promise"
            }
            unproved = "whether it has cleared, or would clear, is for its domain to say"
        case .unit:
            kind = .unit
            let unit = try UnitDefinition(envelope)
            try unit.checkSignatures()
            proved = "\(unit.terms.symbol) has defined the unit '\(unit.terms.code)'"
            unproved = "whether a later definition exists is for a domain to say"
        case .device:
            kind = .device
            let device = try DeviceCertificate(envelope)
            guard let issuer = device.endorsements.signatures.first?.signer else {
                throw Refusal(.signatureMissing, "the certificate has no signature")
            }
            try device.endorsements.check(device.hash, signedBy: issuer)
            proved = "\(issuer) has certified the device \(device.address)"
            unproved = "that \(issuer) is the key of the domain '\(device.domain)'"
        case .transaction:
            kind = .transaction
            let document = try TransactionDocument(envelope)
            try Self.check(document)
            proved =
                "the device \(document.transaction.clock.device) has signed that "
                + (document.instructions.count == 1
                    ? "one signed instruction has cleared"
                    : "\(document.instructions.count) signed instructions have cleared together")
            unproved =
                "that the log of '\(document.transaction.domain)' holds it: a proof shows that"
        case .puzzle, .block, .stack, .proof, .accusation, nil:
            throw Refusal(.malformedDocument, "no kind of document that can be verified")
        }
    }

    private static func check(_ document: TransactionDocument) throws(Refusal) {
        try document.checkReceipt()
        let transaction = document.transaction
        for envelope in document.instructions {
            let instruction = try Instruction(envelope)
            guard instruction.domain == transaction.domain else {
                throw Refusal(.wrongDomain, "an instruction was made for another domain")
            }
            try instruction.checkSignatures()
            let time = transaction.clock.time
            guard instruction.active.map({ $0 <= time }) ?? true, time < instruction.expiry else {
                throw Refusal(.expired, "an instruction cleared outside its time")
            }
            if case .iou(let iou) = instruction, iou.isLocked {
                throw Refusal(.locked, "an instruction cleared under its hash lock")
            }
        }
        for output in transaction.outputs {
            guard output.state.isAboveMinimum else {
                throw Refusal(.lowerLimitReached, "an output is below its lower limit")
            }
            guard output.state.isBelowMaximum else {
                throw Refusal(.upperLimitReached, "an output is above its upper limit")
            }
        }
    }
}
