// The stanzas of a header, one for each recipient, and the MAC over all of them.

import Bytes

/// One way to the file key.
enum AgeStanza: Equatable {
    /// For an X25519 recipient: the ephemeral public key.
    case x25519(share: [UInt8], body: [UInt8])
    /// For a passphrase.
    case scrypt(salt: [UInt8], workFactor: Int, body: [UInt8])
    /// Of a type that we do not know: passed over.
    case other(type: String)

    static let fileKeyBytes = 16
    static let bodyBytes = fileKeyBytes + ChaCha20Poly1305.tagBytes
    static let bodyLineBytes = 64

    /// A wrapping key is used once, so the nonce is zero.
    private static let nonce = [UInt8](repeating: 0, count: ChaCha20Poly1305.nonceBytes)

    /// The stanza's type, its first argument.
    var type: String {
        switch self {
        case .x25519: "X25519"
        case .scrypt: "scrypt"
        case .other(let type): type
        }
    }

    /// The body of a stanza: the file key under the wrapping key.
    static func wrap(
        _ fileKey: SecretBytes, _ key: SecretBytes
    ) throws(CryptographyError) -> [UInt8] {
        var body = [UInt8](repeating: 0, count: bodyBytes)
        var bytes = body.mutableSpan
        try bytes.withUnsafeMutableBytes { body throws(CryptographyError) in
            try fileKey.withUnsafeBytes { fileKey throws(CryptographyError) in
                try ChaCha20Poly1305.seal(fileKey, key: key, nonce: nonce, into: body)
            }
        }
        return body
    }

    /// The file key; nil where the wrapping key is another.
    static func unwrap(_ body: [UInt8], _ key: SecretBytes) -> SecretBytes? {
        precondition(body.count == bodyBytes)
        var isOpen = false
        let fileKey = SecretBytes(count: fileKeyBytes) { fileKey in
            isOpen = body.withUnsafeBytes {
                ChaCha20Poly1305.open($0, key: key, nonce: nonce, into: fileKey)
            }
        }
        return isOpen ? fileKey : nil
    }

    /// The stanza as it stands in a header, its line feeds included.
    fileprivate var bytes: [UInt8] {
        let arguments: [UInt8]
        let body: [UInt8]
        switch self {
        case .x25519(let share, let wrapped):
            (arguments, body) = (UnpaddedBase64.encode(share), wrapped)
        case .scrypt(let salt, let workFactor, let wrapped):
            arguments = UnpaddedBase64.encode(salt) + Array(" \(workFactor)".utf8)
            body = wrapped
        case .other: preconditionFailure("a stanza that we do not know is not written")
        }
        // 32 bytes are 43 characters: one line, and the last, because it is shorter than 64.
        let first = Array("-> \(type) ".utf8) + arguments
        return first + [0x0a] + UnpaddedBase64.encode(body) + [0x0a]
    }
}

/// The header of a file: what is written, and what its MAC is made over.
enum AgeHeader {
    static let versionPrefix = "age-encryption.org/"
    static let version = "v1"
    static let macBytes = 32
    /// Bytes of the nonce that stands between header and chunks.
    static let nonceBytes = 16

    /// The header of the stanzas, its MAC under the file key.
    static func bytes(_ stanzas: [AgeStanza], _ fileKey: SecretBytes) -> [UInt8] {
        let lines = [Array("\(versionPrefix)\(version)\n".utf8)] + stanzas.map(\.bytes)
        let signed = lines.concatenated() + Array("---".utf8)
        let mac = mac(of: signed, fileKey)
        return signed + [0x20] + UnpaddedBase64.encode(mac) + [0x0a]
    }

    /// The MAC over the header up to and including `---`.
    static func mac(of bytes: [UInt8], _ fileKey: SecretBytes) -> [UInt8] {
        let key = HKDF.derive(fileKey, salt: [], info: "header")
        return [UInt8](unsafeUninitializedCapacity: macBytes) { mac, count in
            key.withUnsafeBytes { key in
                bytes.withUnsafeBytes {
                    Hash.hmacSHA256(key: key, message: $0, into: .init(mac))
                }
            }
            count = macBytes
        }
    }
}
