// The part of `meta` that shows who stands behind a document.
import Bytes

/// The signatures on a document and the puzzles that they solve.
public struct Endorsements: Sendable {
    /// Every signature, in the document's order.
    public let signatures: [DocumentSignature]
    /// The puzzles that signatures name.
    public let puzzles: [Puzzle]

    /// Signatures and puzzles of a document that is being made.
    public init(signatures: [DocumentSignature] = [], puzzles: [Puzzle] = []) {
        self.signatures = signatures
        self.puzzles = puzzles
    }

    /// `meta.signatures` and `meta.scripts` as they stand: rule 1.
    struct Shape {
        let signatures: [DocumentSignature.Shape]
        let puzzles: [Puzzle]

        init(_ meta: JSONValue, _ reader: MemberReader) throws(Refusal) {
            var signatures: [DocumentSignature.Shape] = []
            if meta["signatures"] != nil {
                for value in try reader.array("signatures", 1...Limits.signatures) {
                    signatures.append(try DocumentSignature.Shape(value))
                }
            }
            var puzzles: [Puzzle] = []
            if meta["scripts"] != nil {
                for value in try reader.array("scripts", 1...Limits.signatures) {
                    puzzles.append(try Puzzle(try Envelope(value)))
                }
            }
            self.signatures = signatures
            self.puzzles = puzzles
        }
    }

    /// - Throws: `invalid-address`.
    init(_ shape: Shape) throws(Refusal) {
        var signatures: [DocumentSignature] = []
        for signature in shape.signatures { signatures.append(try DocumentSignature(signature)) }
        self.signatures = signatures
        puzzles = shape.puzzles
    }

    /// Rule 8: every signature is true, every key belongs to its signer, and `required` has signed.
    /// A true co-signature by anybody else is welcome; a false one refuses the document.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func check(_ hash: Digest256, signedBy required: Address) throws(Refusal) {
        var solving: [Address: Set<[UInt8]>] = [:]
        var isSigned = false
        for signature in signatures {
            if let script = signature.script {
                guard let puzzle = puzzles.first(where: { $0.hash == script }) else {
                    throw Refusal(
                        .signatureInvalid, "a signature names a puzzle that is not in the document",
                        ["script": script.hexadecimal])
                }
                guard puzzle.address == signature.signer,
                    puzzle.identities.contains(where: {
                        $0.publicKey == signature.publicKey && $0.scheme == signature.scheme
                    })
                else { throw Self.foreignKey(signature) }
                try signature.check(hash)
                solving[signature.signer, default: []].insert(signature.publicKey)
                if puzzle.address == required, puzzle.isSolved(by: solving[required] ?? []) {
                    isSigned = true
                }
            } else {
                try signature.check(hash)
                guard Address(of: signature.publicKey) == signature.signer else {
                    throw Self.foreignKey(signature)
                }
                if signature.signer == required { isSigned = true }
            }
        }
        guard isSigned else { throw missing(required, solving[required]?.count ?? 0) }
    }

    private func missing(_ required: Address, _ keys: Int) -> Refusal {
        guard let puzzle = puzzles.first(where: { $0.address == required }) else {
            return Refusal(
                .signatureMissing, "\(required) has not signed", ["signer": required.text])
        }
        return Refusal(
            .signatureMissing,
            "\(required) needs more signatures: \(keys) of \(puzzle.identities.count) keys have "
                + "signed, the threshold is \(puzzle.threshold)",
            ["signer": required.text, "threshold": String(puzzle.threshold)])
    }

    private static func foreignKey(_ signature: DocumentSignature) -> Refusal {
        Refusal(
            .signatureInvalid, "the key of a signature is not a key of \(signature.signer)",
            ["signer": signature.signer.text])
    }

    /// The same with one more signature; unchanged where that key has signed already.
    public func adding(_ signature: DocumentSignature, puzzle: Puzzle? = nil) -> Endorsements {
        let isThere = signatures.contains {
            $0.publicKey == signature.publicKey && $0.script == signature.script
        }
        let isKnown = puzzle.map { new in puzzles.contains { $0.hash == new.hash } } ?? true
        return Endorsements(
            signatures: isThere ? signatures : signatures + [signature],
            puzzles: isKnown ? puzzles : puzzles + [puzzle].compactMap { $0 })
    }

    /// Writes the members `scripts` and `signatures`.
    func write(to writer: inout CanonicalWriter) {
        if !puzzles.isEmpty {
            writer.name("scripts")
            writer.beginArray()
            for puzzle in puzzles { writer.raw(puzzle.document) }
            writer.endArray()
        }
        guard !signatures.isEmpty else { return }
        writer.name("signatures")
        writer.beginArray()
        for signature in signatures { signature.write(to: &writer) }
        writer.endArray()
    }
}
