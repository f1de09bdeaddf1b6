// What a message carries, as far as this program knows it.
import Bytes
import Documents

/// A document inside a message.
enum CarriedDocument {
    case instruction(Instruction)
    case unit(UnitDefinition)
    case transaction(TransactionDocument)
    case note(Note)
    /// Of a kind that nothing is done with: its kind where it states one.
    case other(String?)

    /// Reads a document. What is of a kind that is known must be one of that kind; signatures are
    /// judged when something is done with it, so that an IOU may travel until all have signed.
    /// - Throws: `Refusal`.
    init(_ envelope: Envelope) throws(Refusal) {
        if Note.isKind(of: envelope) {
            self = .note(try Note(envelope))
            return
        }
        switch DocumentKind(envelope) {
        case .iou, .limit: self = .instruction(try Instruction(envelope))
        case .unit: self = .unit(try UnitDefinition(envelope))
        case .transaction: self = .transaction(try TransactionDocument(envelope))
        case let other:
            let stated = envelope.data["kind"]?.string
            self = .other(other?.rawValue ?? stated.map { String($0.prefix(32)) })
        }
    }

    /// What it is, in a word.
    var kind: String {
        switch self {
        case .instruction(.iou): "iou"
        case .instruction(.limit): "limit"
        case .instruction(.cancel): "cancel"
        case .unit: "unit"
        case .transaction: "transaction"
        case .note(let note):
            if case .file = note.content { "file" } else { "note" }
        case .other(let kind): kind ?? "unknown"
        }
    }
}
