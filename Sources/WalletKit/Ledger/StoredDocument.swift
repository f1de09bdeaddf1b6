// A line of the log, told by its kind.
import Bytes
import Documents
import Hashtable

/// A document of the log.
public enum StoredDocument: Sendable {
    case transaction(TransactionDocument)
    case unit(UnitDefinition, Envelope)
    case device(DeviceCertificate, Envelope)
    case block(BlockDocument, Envelope)
    case stack(StackDocument, Envelope)
    case cut(CutDocument, Envelope)
    case allowance(Allowance, Envelope)
    case revocation(Revocation, Envelope)

    /// Reads a line of the log, hash included.
    /// - Throws: `Refusal` with what is wrong.
    public init(line: [UInt8]) throws(Refusal) {
        let envelope = try Envelope(line: line)
        guard envelope.bytes.count == line.count else {
            throw Refusal(.malformedDocument, "blanks around a document of the log")
        }
        switch DocumentKind(envelope) {
        case .transaction: self = .transaction(try TransactionDocument(envelope))
        case .unit: self = .unit(try UnitDefinition(envelope), envelope)
        case .device: self = .device(try DeviceCertificate(envelope), envelope)
        case .block: self = .block(try BlockDocument(envelope), envelope)
        case .stack: self = .stack(try StackDocument(envelope), envelope)
        case .cut: self = .cut(try CutDocument(envelope), envelope)
        case .allowance: self = .allowance(try Allowance(envelope), envelope)
        case .revocation: self = .revocation(try Revocation(envelope), envelope)
        default:
            throw Refusal(.malformedDocument, "no document of the log")
        }
    }

    /// The identity.
    public var hash: Digest256 {
        switch self {
        case .transaction(let document): document.transaction.hash
        case .unit(let unit, _): unit.hash
        case .device(let device, _): device.hash
        case .block(let block, _): block.hash
        case .stack(let stack, _): stack.hash
        case .cut(let cut, _): cut.hash
        case .allowance(let allowance, _): allowance.hash
        case .revocation(let revocation, _): revocation.hash
        }
    }

    /// The document as it stands in the log.
    public var envelope: Envelope {
        switch self {
        case .transaction(let document): document.envelope
        case .unit(_, let envelope), .device(_, let envelope), .block(_, let envelope),
            .stack(_, let envelope), .cut(_, let envelope), .allowance(_, let envelope),
            .revocation(_, let envelope):
            envelope
        }
    }
}
