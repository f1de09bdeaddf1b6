// Encryption that notices a change: how a key file is sealed.

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D). A nonce must never seal twice under one key.
public enum AES256GCM {
    /// Bytes of a key.
    public static let keyBytes = 32
    /// Bytes of a nonce.
    public static let nonceBytes = 12
    /// Bytes of the tag behind the ciphertext.
    public static let tagBytes = 16
    /// The most bytes that are sealed at once, and that go with them unsealed.
    public static let messageMaximumBytes = 67_108_864

    /// The ciphertext, as long as the plaintext, and 16 bytes of tag.
    /// - Parameter associated: bytes that are not sealed, but must be the same when it is opened.
    /// - Throws: `wrongLength` for key and nonce, `invalidParameter`, `libraryFailure`.
    public static func seal(
        _ plaintext: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8],
        associated: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        try check(key: key, nonce: nonce, counts: [plaintext.count, associated.count])
        var sealed = [UInt8](repeating: 0, count: plaintext.count + tagBytes)
        let done = sealed.withUnsafeMutableBytes { sealed in
            key.withUnsafeBytes { key in
                OpenSSL.seal(
                    plaintext, key: key, nonce: nonce, associated: associated,
                    into: .init(rebasing: sealed[..<plaintext.count]),
                    tag: .init(rebasing: sealed[plaintext.count...]))
            }
        }
        guard done else { throw .libraryFailure(function: "EVP_EncryptUpdate") }
        return sealed
    }

    /// The ciphertext of a secret, and its tag, as above.
    public static func seal(
        _ plaintext: SecretBytes, key: SecretBytes, nonce: [UInt8], associated: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        try plaintext.withUnsafeBytes { plaintext throws(CryptographyError) in
            try seal(plaintext, key: key, nonce: nonce, associated: associated)
        }
    }

    /// The ciphertext of bytes, and its tag, as above.
    public static func seal(
        _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], associated: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        try seal(SecretBytes(plaintext), key: key, nonce: nonce, associated: associated)
    }

    /// The plaintext of ciphertext ‖ tag.
    /// - Throws: `authenticationFailed` where key, nonce, associated bytes, ciphertext or tag are
    ///   not those of the sealing; `wrongLength` for key and nonce; `invalidParameter`.
    public static func open(
        _ sealed: [UInt8], key: SecretBytes, nonce: [UInt8], associated: [UInt8]
    ) throws(CryptographyError) -> SecretBytes {
        let count = sealed.count - tagBytes
        guard count >= 0 else { throw .authenticationFailed }
        try check(key: key, nonce: nonce, counts: [count, associated.count])
        return try SecretBytes(count: count) { plaintext throws(CryptographyError) in
            let done = sealed.withUnsafeBytes { sealed in
                key.withUnsafeBytes { key in
                    OpenSSL.open(
                        .init(rebasing: sealed[..<count]), tag: .init(rebasing: sealed[count...]),
                        key: key, nonce: nonce, associated: associated, into: plaintext)
                }
            }
            guard done else { throw .authenticationFailed }
        }
    }

    private static func check(
        key: SecretBytes, nonce: [UInt8], counts: [Int]
    ) throws(CryptographyError) {
        guard key.count == keyBytes else {
            throw .wrongLength(what: "AES-256 key", expected: keyBytes, got: key.count)
        }
        guard nonce.count == nonceBytes else {
            throw .wrongLength(what: "GCM nonce", expected: nonceBytes, got: nonce.count)
        }
        for count in counts where count > messageMaximumBytes {
            throw .invalidParameter(name: "message length", value: count)
        }
    }
}
