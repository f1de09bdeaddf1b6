// Keys, vectors and random parts of notes.

import Bytes
import Cryptography
import Documents
import Foundation
import Testing

/// Tests/Vectors/notes.json: made with another implementation of Ed25519, or taken from the
/// specifications.
struct NoteVectors: Decodable {
    struct Key: Decodable, CustomTestStringConvertible {
        let about, vkey, name, id, `public`: String
        let type: UInt8
        var testDescription: String { vkey }
    }

    struct Note: Decodable, CustomTestStringConvertible {
        let about, note, text: String
        let keys, verified: [String]
        let times: [Int?]
        var testDescription: String { about }
    }

    struct Unverified: Decodable, CustomTestStringConvertible {
        let about, note, code: String
        let keys: [String]?
        var testDescription: String { about }
    }

    struct Proof: Decodable, CustomTestStringConvertible {
        let about, proof, extra: String
        let index, size: Int
        let path: [String]
        var testDescription: String { about }
    }

    struct Request: Decodable, CustomTestStringConvertible {
        let about, request: String
        let old, size: Int
        let proof: [String]
        var testDescription: String { about }
    }

    struct Policy: Decodable, CustomTestStringConvertible {
        let about: String
        let input, hex, quorum: String?
        let logs, witnesses, groups: Int
        var bytes: [UInt8] { input.map { Array($0.utf8) } ?? DocumentsTests.hex(hex ?? "-") }
        var testDescription: String { about }
    }

    struct Refused: Decodable, CustomTestStringConvertible {
        let about, code: String
        let input, hex: String?
        let line: Int?
        var bytes: [UInt8] { input.map { Array($0.utf8) } ?? DocumentsTests.hex(hex ?? "-") }
        var testDescription: String { about }
    }

    let keys: [Key]
    let notes: [Note]
    let unverified, unevaluated: [Unverified]
    let proofs: [Proof]
    let requests: [Request]
    let policy: String
    let policies: [Policy]
    let refused: [String: [Refused]]

    static let all: NoteVectors = {
        do {
            return try JSONDecoder().decode(
                NoteVectors.self, from: Data(vectorFile("notes.json")))
        } catch {
            fatalError("notes.json: \(error)")
        }
    }()

    static func refused(_ format: String) -> [Refused] { all.refused[format] ?? [] }
}

/// Expects that `read` refuses the vector for its reason, in its line.
func expectRefusal<T>(
    _ vector: NoteVectors.Refused, _ read: ([UInt8]) throws(NoteError) -> T
) {
    do {
        _ = try read(vector.bytes)
        Issue.record("'\(vector.about)' is accepted")
    } catch {
        #expect(error.code == vector.code, "\(vector.about): \(error)")
        if let line = vector.line { #expect(error.line == line, "\(vector.about): \(error)") }
    }
}

/// The error of `body`; nil where there is none.
func noteError<T>(_ body: () throws(NoteError) -> T) -> NoteError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

extension NoteError {
    var line: Int? {
        switch self {
        case .malformedLine(_, let line, _), .malformedSignature(let line, _),
            .policy(let line, _):
            line
        default: nil
        }
    }
}

/// A key that signs notes; its seed is 32 times a byte.
struct Signer {
    let verifier: VerifierKey
    private let secret: Ed25519.PrivateKey

    init(_ name: String, _ byte: UInt8, _ kind: VerifierKey.Kind = .ed25519) throws {
        secret = try .init(seed: SecretBytes([UInt8](repeating: byte, count: 32)))
        verifier = try VerifierKey(
            name: KeyName(name), kind: kind, publicKey: secret.publicKey)
    }

    func sign(_ text: [UInt8], at time: Int = 0) throws(NoteError) -> NoteSignature {
        switch verifier.kind {
        case .ed25519: return try verifier.signature(secret.sign(text))
        case .cosignature:
            let message = Cosignature.message(time: time, text: text)
            return try Cosignature(time: time, signature: secret.sign(message)).line(by: verifier)
        }
    }
}

extension Generator {
    private static let noteScalars: [Unicode.Scalar] = Array(
        "aZ09+/=— \u{a0}\u{7f}é🙂\u{301}".unicodeScalars)
    private static let nameScalars: [Unicode.Scalar] = Array(
        "aZ09./=-—\u{7f}é🙂\u{301}".unicodeScalars)

    mutating func line(_ limit: Int = 12, of scalars: [Unicode.Scalar] = noteScalars) -> String {
        var line = ""
        for _ in 0...below(limit) { line.unicodeScalars.append(scalars[below(scalars.count)]) }
        return line
    }

    mutating func keyName() throws -> KeyName { try KeyName(line(of: Self.nameScalars)) }

    mutating func noteText() -> [UInt8] {
        (0...below(5)).reduce(into: []) { text, _ in
            text += Array((chance(3) ? "" : line()).utf8) + [0x0a]
        }
    }

    mutating func signature() throws -> NoteSignature {
        try NoteSignature(
            name: keyName(), keyID: UInt32(truncatingIfNeeded: next()),
            signature: bytes(1 + below(80)))
    }

    mutating func signatures(_ limit: Int = 4) throws -> [NoteSignature] {
        try (0...below(limit)).map { _ in try signature() }
    }

    mutating func checkpoint(atLeast size: Int = 0) throws -> Checkpoint {
        try Checkpoint(
            origin: line(), size: size + below(1 << 53 + 1 - size), root: digest(),
            extensions: (0..<below(3)).map { _ in line() })
    }
}
