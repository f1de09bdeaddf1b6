// A line judged by itself: what can be done on all cores, whatever stands above it.
import Blockstack
import Bytes
import Documents
import Headers

/// What stands in a line.
enum Examined: Sendable {
    /// Nothing.
    case blank
    /// A document that holds on its own; whether the line has nothing beside it, as in a log.
    case document(VerifiedDocument, isAlone: Bool)
    /// A proof that shows what it claims.
    case proof(ProofVerification)
    /// An accusation that is just.
    case accusation(AccusationVerification)
    /// Bitcoin's proof, not yet compared with headers.
    case tsc(TSCProof)
    /// Nothing that holds.
    case refused(Refusal)

    init(_ line: RawLine) {
        if line.isBlank {
            self = .blank
            return
        }
        do throws(Refusal) {
            guard let bytes = line.bytes else { throw Self.tooLong(Limits.proofBytes) }
            self = try Self.examine(bytes)
        } catch {
            self = .refused(error)
        }
    }

    private static func tooLong(_ limit: Int) -> Refusal {
        Refusal(.malformedDocument, "longer than \(limit) bytes")
    }

    private static func examine(_ bytes: [UInt8]) throws(Refusal) -> Examined {
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONText(bytes).root
        } catch {
            throw Refusal(
                .malformedDocument, "\(error.reason), at byte \(error.offset)",
                ["offset": String(error.offset)])
        }
        if isTSC(root) { return .tsc(try tsc(root)) }
        let envelope = try Envelope(root)
        let kind = DocumentKind(envelope)
        guard kind == .proof || bytes.count <= Limits.storedLineBytes else {
            throw tooLong(Limits.storedLineBytes)
        }
        switch kind {
        case .proof: return .proof(try ProofVerification(ProofDocument(envelope)))
        case .accusation: return .accusation(try AccusationVerification(Accusation(envelope)))
        default:
            let end = bytes.last == UInt8(ascii: "\n") ? 1 : 0
            return .document(
                try VerifiedDocument(envelope),
                isAlone: envelope.bytes.count + end == bytes.count)
        }
    }

    /// Whether a value is Bitcoin's proof: a member that no document has.
    static func isTSC(_ value: JSONValue) -> Bool { value["txOrId"] != nil }

    /// Reads Bitcoin's proof.
    static func tsc(_ value: JSONValue) throws(Refusal) -> TSCProof {
        do throws(HeaderError) { return try TSCProof(value) } catch { throw Refusal(error) }
    }
}
