// A public key that verifies notes, with its name.

import Bytes
import Cryptography

/// `<name>+<key id>+<base64 of type and key>` (c2sp.org/signed-note, "Verifier keys").
public struct VerifierKey: Hashable, Sendable {
    /// How a key signs.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// The text itself, by Ed25519 (RFC 8032).
        case ed25519 = 0x01
        /// A checkpoint and the time at which a witness saw it (c2sp.org/tlog-cosignature).
        case cosignature = 0x04
    }

    /// The key's name.
    public let name: KeyName
    /// How it signs.
    public let kind: Kind
    /// The 32 bytes of the Ed25519 key.
    public let publicKey: [UInt8]
    /// The first four bytes of SHA-256 over name, newline, type and key.
    public let keyID: UInt32

    /// The key of a name, a type and 32 bytes.
    /// - Throws: `wrongLength`.
    public init(name: KeyName, kind: Kind, publicKey: [UInt8]) throws(NoteError) {
        guard publicKey.count == Ed25519.publicKeyBytes else {
            throw .wrongLength(
                what: "the public key", expected: Ed25519.publicKeyBytes, got: publicKey.count)
        }
        self.name = name
        self.kind = kind
        self.publicKey = publicKey
        let hash = Hash.sha256(name.bytes + [NoteText.newline, kind.rawValue] + publicKey)
        keyID = UInt32(bigEndian: hash.bytes[...])
    }

    /// Reads a verifier key. Its id is written in lower case, and must be that of its key.
    /// - Throws: `tooLong`, `malformedKey`, `invalidKeyName`, `unsupportedKeyType`, `wrongLength`,
    ///   `keyIDMismatch`.
    public init(_ text: String) throws(NoteError) {
        try self.init(Array(text.utf8)[...])
    }

    init(_ text: ArraySlice<UInt8>) throws(NoteError) {
        guard text.count <= Limits.verifierKeyBytes else {
            throw .tooLong(
                what: "the verifier key", bytes: text.count, limit: Limits.verifierKeyBytes)
        }
        // The key's base64 may have a plus too: the first two are the separators.
        let fields = text.split(
            separator: NoteText.plus, maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, fields[1].count == 8, let stated = Hexadecimal.decode(fields[1]),
            let key = Base64.decode(fields[2]), let type = key.first
        else { throw .malformedKey(String(decoding: text, as: UTF8.self)) }
        let name = try KeyName(fields[0])
        guard let kind = Kind(rawValue: type) else { throw .unsupportedKeyType(type) }
        try self.init(name: name, kind: kind, publicKey: Array(key[1...]))
        let statedID = UInt32(bigEndian: stated[...])
        guard keyID == statedID else {
            throw .keyIDMismatch(name: name.description, stated: statedID, derived: keyID)
        }
    }

    /// The verifier key as it is exchanged.
    public var text: String {
        "\(name)+\(keyID.hexadecimal)+\(Base64.encode([kind.rawValue] + publicKey))"
    }

    /// The signature line of 64 bytes that this key's owner made over a note's text.
    /// - Throws: `wrongKeyType` for a witness's key (see `Cosignature`), `wrongLength`.
    public func signature(_ signature: [UInt8]) throws(NoteError) -> NoteSignature {
        try require(.ed25519)
        guard signature.count == Ed25519.signatureBytes else {
            throw .wrongLength(
                what: "the signature", expected: Ed25519.signatureBytes, got: signature.count)
        }
        return try NoteSignature(name: name, keyID: keyID, signature: signature)
    }

    /// Whether the line names this key.
    public func isNamed(by signature: NoteSignature) -> Bool {
        signature.keyID == keyID && signature.name == name
    }

    func require(_ expected: Kind) throws(NoteError) {
        guard kind == expected else {
            throw .wrongKeyType(expected: expected.rawValue, got: kind.rawValue)
        }
    }
}
