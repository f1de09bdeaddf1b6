// What a document shows on its own, without the log that it stands in.
import Bytes
import Documents

/// A document whose canonical form, hash and signatures have been verified, and in a transaction
/// every instruction and the arithmetic that needs no history.
public enum VerifiedDocument: Sendable {
    /// A promise, or another document that may change counters.
    case instruction(Instruction)
    /// A unit, signed by its issuer.
    case unit(UnitDefinition)
    /// A device, certified by `issuer`.
    case device(DeviceCertificate, issuer: Address)
    /// A transaction with its device's receipt.
    case transaction(TransactionDocument)
    /// A block.
    case block(SignedBlock)
    /// A stack.
    case stack(SignedStack)
    /// A request for payment, signed by who is to be paid.
    case invoice(Invoice)

    /// Verifies a document.
    /// - Throws: `Refusal` with what is false; `malformed-document` for kinds that are verified
    ///   otherwise: proofs, accusations, puzzles.
    public init(_ envelope: Envelope) throws(Refusal) {
        switch DocumentKind(envelope) {
        case .iou, .limit, .cancel:
            let instruction = try Instruction(envelope)
            try instruction.checkSignatures()
            self = .instruction(instruction)
        case .unit:
            let unit = try UnitDefinition(envelope)
            try unit.checkSignatures()
            self = .unit(unit)
        case .device:
            let device = try DeviceCertificate(envelope)
            guard let issuer = device.endorsements.signatures.first?.signer else {
                throw Refusal(.signatureMissing, "the certificate has no signature")
            }
            try device.endorsements.check(device.hash, signedBy: issuer)
            self = .device(device, issuer: issuer)
        case .transaction:
            let document = try TransactionDocument(envelope)
            try Self.check(document)
            self = .transaction(document)
        case .block: self = .block(try SignedBlock(envelope))
        case .stack: self = .stack(try SignedStack(envelope))
        case .invoice:
            let invoice = try Invoice(envelope)
            try invoice.checkSignatures()
            self = .invoice(invoice)
        case .puzzle, .proof, .accusation, .cut, .allowance, .revocation, .lease, nil:
            throw Refusal(.malformedDocument, "no kind of document that can be verified")
        }
    }

    private static func check(_ document: TransactionDocument) throws(Refusal) {
        try document.checkReceipt()
        let transaction = document.transaction
        for envelope in document.instructions {
            let instruction = try Instruction(envelope)
            guard instruction.domain.isSpelled(as: transaction.domain) else {
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

    /// What it is.
    public var kind: DocumentKind {
        switch self {
        case .instruction(.iou): .iou
        case .instruction(.limit): .limit
        case .instruction(.cancel): .cancel
        case .unit: .unit
        case .device: .device
        case .transaction: .transaction
        case .block: .block
        case .stack: .stack
        case .invoice: .invoice
        }
    }

    /// Its identity.
    public var hash: Digest256 {
        switch self {
        case .instruction(let instruction): instruction.hash
        case .unit(let unit): unit.hash
        case .device(let device, _): device.hash
        case .transaction(let document): document.transaction.hash
        case .block(let block): block.block.hash
        case .stack(let stack): stack.stack.hash
        case .invoice(let invoice): invoice.hash
        }
    }

    /// The clearing domain that it was made for; nil for a unit, which is of none.
    public var domain: String? {
        switch self {
        case .instruction(let instruction): instruction.domain
        case .unit: nil
        case .device(let device, _): device.domain
        case .transaction(let document): document.transaction.domain
        case .block(let block): block.statement.domain
        case .stack(let stack): stack.stack.domain
        case .invoice(let invoice): invoice.terms.domain
        }
    }

    /// The hashes that it makes known as a line of a log: its own, and its instructions'.
    var contents: [Digest256] {
        if case .transaction(let document) = self {
            [hash] + document.transaction.inputs
        } else {
            [hash]
        }
    }
}
