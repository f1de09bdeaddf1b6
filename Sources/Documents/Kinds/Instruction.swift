// The documents that change counters.
import Bytes

/// A signed document that may change counters.
public enum Instruction: Sendable {
    case iou(IOU)
    case limit(LimitChange)
    case cancel(Cancellation)

    /// Reads an instruction: rules 1, 2 and 4.
    /// - Throws: the first of them that does not hold.
    public init(_ envelope: Envelope) throws(Refusal) {
        switch DocumentKind(envelope) {
        case .iou: self = .iou(try IOU(envelope))
        case .limit: self = .limit(try LimitChange(envelope))
        case .cancel: self = .cancel(try Cancellation(envelope))
        case let other:
            throw Refusal.malformed(
                "\(other?.article ?? "this document") is no instruction", at: envelope.value.offset)
        }
    }

    /// The identity.
    public var hash: Digest256 {
        switch self {
        case .iou(let iou): iou.hash
        case .limit(let limit): limit.hash
        case .cancel(let cancellation): cancellation.hash
        }
    }

    /// The clearing domain.
    public var domain: String {
        switch self {
        case .iou(let iou): iou.terms.domain
        case .limit(let limit): limit.terms.domain
        case .cancel(let cancellation): cancellation.terms.domain
        }
    }

    /// The first moment at which it clears; nil for at once.
    public var active: Timestamp? {
        if case .iou(let iou) = self { iou.terms.active } else { nil }
    }

    /// The first moment at which it no longer clears.
    public var expiry: Timestamp {
        switch self {
        case .iou(let iou): iou.terms.expiry
        case .limit(let limit): limit.terms.expiry
        case .cancel(let cancellation): cancellation.terms.expiry
        }
    }

    /// Who must have signed.
    public var signer: Address {
        switch self {
        case .iou(let iou): iou.terms.source
        case .limit(let limit): limit.terms.signer
        case .cancel(let cancellation): cancellation.terms.address
        }
    }

    /// The unit.
    public var symbol: Address {
        switch self {
        case .iou(let iou): iou.terms.symbol
        case .limit(let limit): limit.terms.symbol
        case .cancel(let cancellation): cancellation.terms.symbol
        }
    }

    /// What a cancellation must name to take this back.
    public var target: CancelledInstruction {
        CancelledInstruction(hash: hash, signer: CounterKey(signer, symbol))
    }

    /// Who has signed.
    public var endorsements: Endorsements {
        switch self {
        case .iou(let iou): iou.endorsements
        case .limit(let limit): limit.endorsements
        case .cancel(let cancellation): cancellation.endorsements
        }
    }

    /// The document's bytes.
    public var document: [UInt8] {
        switch self {
        case .iou(let iou): iou.document
        case .limit(let limit): limit.document
        case .cancel(let cancellation): cancellation.document
        }
    }

    /// Rule 8.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkSignatures() throws(Refusal) {
        try endorsements.check(hash, signedBy: signer)
    }

    /// The same with other signatures.
    public func replacing(_ endorsements: Endorsements) -> Instruction {
        switch self {
        case .iou(let iou): .iou(iou.replacing(endorsements))
        case .limit(let limit): .limit(limit.replacing(endorsements))
        case .cancel(let cancellation): .cancel(cancellation.replacing(endorsements))
        }
    }
}

/// What a document is, told by its data alone.
public enum DocumentKind: String, Sendable {
    case iou, limit, cancel, unit, device, transaction, puzzle, block, stack, proof, accusation
    case cut, allowance, revocation, lease, invoice

    /// The kind of `envelope`; nil where none is known.
    public init?(_ envelope: Envelope) {
        if let kind = envelope.data["kind"] {
            switch kind.string {
            case "limit": self = .limit
            case "unit": self = .unit
            case "device": self = .device
            case "block": self = .block
            case "stack": self = .stack
            case "proof": self = .proof
            case "accusation": self = .accusation
            case "cancel": self = .cancel
            case "cut": self = .cut
            case "allowance": self = .allowance
            case "revocation": self = .revocation
            case "lease": self = .lease
            case "invoice": self = .invoice
            default: return nil
            }
        } else if envelope.data["amount"] != nil {
            self = .iou
        } else if envelope.data["outputs"] != nil {
            self = .transaction
        } else if envelope.data["identities"] != nil {
            self = .puzzle
        } else {
            return nil
        }
    }

    /// `a transaction`, `an IOU`.
    var article: String {
        switch self {
        case .iou: "an IOU"
        case .accusation, .allowance, .invoice: "an \(rawValue)"
        case .cancel: "a cancellation"
        default: "a \(rawValue)"
        }
    }
}
