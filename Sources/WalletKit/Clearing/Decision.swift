// What becomes of one line, from the verdict to the answer.
import Bytes
import Documents
import Graphstore

/// The verdict on one line.
enum Decision: Sendable {
    case cleared(
        Transaction, documents: [ArraySlice<UInt8>], cancelling: [CancelledInstruction] = [])
    case entered(UnitDefinition, document: ArraySlice<UInt8>)
    /// Decided before, here or in an earlier run: the stored document answers.
    case replayed(Digest256)
    case refused(Refusal)

    /// The document that would be new in the log; nil where none is.
    var newHash: Digest256? {
        switch self {
        case .cleared(let transaction, _, _): transaction.hash
        case .entered(let unit, _): unit.hash
        case .replayed, .refused: nil
        }
    }

    /// The answer, its receipt made by `receipt`.
    func answer(_ receipt: (Digest256) throws -> DocumentSignature?) rethrows -> Answer {
        switch self {
        case .cleared(let transaction, let documents, _):
            let line = transaction.document(
                instructions: documents, receipt: try receipt(transaction.hash))
            return Answer(content: .new(line + [UInt8(ascii: "\n")]))
        case .entered(_, let document):
            return Answer(content: .new(Array(document) + [UInt8(ascii: "\n")]))
        case .replayed(let hash): return Answer(content: .stored(hash))
        case .refused(let refusal): return Answer(content: .error(refusal))
        }
    }

    /// Enters into the index where the document of this decision stands.
    func locate(in graph: ClearingGraph, at place: Int64) {
        switch self {
        case .cleared(let transaction, _, let cancelled):
            graph.locate(
                transaction.hash, transaction.inputs, cancelling: cancelled, at: place)
        case .entered(let unit, _): graph.record(unit, at: place)
        case .replayed, .refused: break
        }
    }

    /// The same where another line of its batch has been refused.
    func withdrawn(line: InputLine) -> Decision {
        switch self {
        case .refused, .replayed: self
        case .cleared, .entered:
            .refused(
                Refusal(.batchRefused, "another line of the batch was refused").at(line))
        }
    }
}

/// What is answered to a line.
struct Answer: Sendable {
    enum Content: Sendable {
        case new([UInt8])
        case stored(Digest256)
        case error(Refusal)
    }

    let content: Content

    var isNew: Bool { if case .new = content { true } else { false } }
    /// The line that goes to the log; empty for others.
    var line: [UInt8] { if case .new(let line) = content { line } else { [] } }
}

extension Refusal {
    /// The refusal with the line that it is about; a line without a number is the only one.
    func at(_ line: InputLine) -> Refusal {
        guard line.number > 0 else { return self }
        let located = with("line", String(line.number))
        return line.file.map { located.with("file", $0) } ?? located
    }

    /// A sentence for people, with file and line where they are known.
    public var complaint: String {
        let file = details["file"].map { "\($0):" } ?? ""
        let line = details["line"].map { file.isEmpty ? "line \($0): " : "\(file)\($0): " } ?? ""
        return "\(line)\(code.rawValue): \(message)"
    }
}
