// Whom a file is for: a public key of X25519.

/// A recipient, `age1…`: 32 bytes of X25519 in Bech32.
public struct AgeRecipient: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of the public key.
    public let publicKey: [UInt8]

    static let prefix = "age"

    /// Reads the text; its one spelling is in lower case.
    /// - Throws: `invalidRecipient`.
    public init(_ text: String) throws(AgeError) {
        do {
            let bytes = Array(text.utf8)
            let key = try bytes.span.withUnsafeBytes { bytes throws(AgeError.KeyTextDefect) in
                try Bech32.decode(bytes, prefix: Self.prefix, count: X25519.keyBytes)
            }
            publicKey = key.withUnsafeBytes { Array($0) }
        } catch {
            throw .invalidRecipient(String(text.prefix(AgeLimits.keyTextBytes)), error)
        }
    }

    init(publicKey: [UInt8]) {
        self.publicKey = publicKey
    }

    /// The text, `age1…`.
    public var text: String {
        publicKey.withUnsafeBytes { key in
            Bech32.encode(prefix: Self.prefix, key).withUnsafeBytes {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    /// The text.
    public var description: String { text }

    /// A stanza that gives the file key to this recipient, under a fresh ephemeral key.
    func stanza(
        for fileKey: SecretBytes, from random: some RandomSource
    ) throws(AgeError) -> AgeStanza {
        let (ephemeral, share) = try AgeError.lifting { () throws(CryptographyError) in
            let ephemeral = try SecretBytes.random(count: X25519.keyBytes, from: random)
            return (ephemeral, try X25519.publicKey(of: ephemeral))
        }
        guard let shared = X25519.sharedSecret(ephemeral, publicKey) else {
            throw .invalidRecipient(text, .smallOrder)
        }
        let key = Self.wrappingKey(shared, share: share, publicKey: publicKey)
        return try AgeError.lifting { () throws(CryptographyError) in
            .x25519(share: share, body: try AgeStanza.wrap(fileKey, key))
        }
    }

    /// The key of a stanza's body, from what both sides have.
    static func wrappingKey(
        _ shared: SecretBytes, share: [UInt8], publicKey: [UInt8]
    ) -> SecretBytes {
        HKDF.derive(shared, salt: share + publicKey, info: "age-encryption.org/v1/X25519")
    }
}
