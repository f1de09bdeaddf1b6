// A witness's statement about a checkpoint.

import Bytes
import Cryptography

/// A cosignature of version 1 (c2sp.org/tlog-cosignature): at `time` this was the largest tree that
/// the witness had seen of that log, consistent with all before.
public struct Cosignature: Equatable, Sendable {
    /// Seconds since 1970, 0 to 2^63 - 1.
    public let time: Int
    /// The 64 bytes of the Ed25519 signature over `message(time:text:)`.
    public let signature: [UInt8]

    private static let timeBytes = 8

    /// The bytes that a witness signs: a header, the time, and the checkpoint's text with its last
    /// newline.
    public static func message(time: Int, text: [UInt8]) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n".utf8) + text
    }

    /// A cosignature of 64 bytes over `message(time:text:)`.
    /// - Throws: `outOfRange`, `wrongLength`.
    public init(time: Int, signature: [UInt8]) throws(NoteError) {
        guard time >= 0 else {
            throw .outOfRange(what: "the time", got: time, lower: 0, upper: .max)
        }
        guard signature.count == Ed25519.signatureBytes else {
            throw .wrongLength(
                what: "the signature", expected: Ed25519.signatureBytes, got: signature.count)
        }
        self.time = time
        self.signature = signature
    }

    /// Reads what follows the key id in a signature line: the time in eight bytes, the most
    /// significant first, and the signature.
    /// - Throws: `outOfRange`, `wrongLength`.
    public init(_ line: NoteSignature) throws(NoteError) {
        let expected = Self.timeBytes + Ed25519.signatureBytes
        guard line.signature.count == expected else {
            throw .wrongLength(
                what: "the cosignature", expected: expected, got: line.signature.count)
        }
        let time = line.signature[..<Self.timeBytes].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        try self.init(
            time: Int(truncatingIfNeeded: time), signature: Array(line.signature[Self.timeBytes...])
        )
    }

    /// The signature line of the witness `key`.
    /// - Throws: `wrongKeyType`.
    public func line(by key: VerifierKey) throws(NoteError) -> NoteSignature {
        try key.require(.cosignature)
        let timeBytes = (0..<Self.timeBytes).map {
            UInt8(truncatingIfNeeded: time >> (56 - 8 * $0))
        }
        return try NoteSignature(
            name: key.name, keyID: key.keyID, signature: timeBytes + signature)
    }

    /// Whether the witness `key` cosigned the checkpoint with this text.
    public func verify(text: [UInt8], by key: VerifierKey) -> Bool {
        key.kind == .cosignature
            && Ed25519.verify(
                signature: signature, message: Self.message(time: time, text: text),
                publicKey: key.publicKey)
    }

    /// The time at which the witness `key` cosigned the note, the latest of several; nil where no
    /// line names the key.
    /// - Throws: `signatureFailed`, `wrongKeyType`.
    public static func time(of note: SignedNote, by key: VerifierKey) throws(NoteError) -> Int? {
        try key.require(.cosignature)
        guard note.signatures.contains(where: { key.isNamed(by: $0) }) else { return nil }
        return try note.verified(by: [key]).first?.time
    }
}
