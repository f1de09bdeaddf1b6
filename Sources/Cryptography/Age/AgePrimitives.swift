// The three primitives of age over secrets that are zeroed: key agreement, key derivation, sealing.

import Bytes

/// Diffie-Hellman on Curve25519 (RFC 7748).
enum X25519 {
    /// Bytes of a secret, a public key and a shared secret.
    static let keyBytes = 32

    /// The public key of 32 secret bytes.
    static func publicKey(of secret: SecretBytes) throws(CryptographyError) -> [UInt8] {
        precondition(secret.count == keyBytes)
        var publicKey = [UInt8](repeating: 0, count: keyBytes)
        let made = publicKey.withUnsafeMutableBytes { publicKey in
            secret.withUnsafeBytes { OpenSSL.x25519PublicKey(of: $0, into: publicKey) }
        }
        guard made else { throw .libraryFailure(function: "EVP_PKEY_new_raw_private_key") }
        return publicKey
    }

    /// The shared secret; nil where the public key is a point of small order.
    static func sharedSecret(_ secret: SecretBytes, _ publicKey: [UInt8]) -> SecretBytes? {
        precondition(secret.count == keyBytes && publicKey.count == keyBytes)
        var isGood = false
        let shared = SecretBytes(count: keyBytes) { shared in
            isGood = secret.withUnsafeBytes { secret in
                publicKey.withUnsafeBytes { OpenSSL.x25519(secret, $0, into: shared) }
            }
        }
        return isGood ? shared : nil
    }
}

/// HKDF with SHA-256 (RFC 5869), one block of output.
enum HKDF {
    /// The 32 bytes of `secret` for one use, which `salt` and `info` name.
    static func derive(_ secret: SecretBytes, salt: [UInt8], info: String) -> SecretBytes {
        let key = SecretBytes(count: 32) { key in
            salt.withUnsafeBytes { salt in
                secret.withUnsafeBytes { Hash.hmacSHA256(key: salt, message: $0, into: key) }
            }
        }
        return SecretBytes(count: 32) { output in
            (Array(info.utf8) + [1]).withUnsafeBytes { info in
                key.withUnsafeBytes { Hash.hmacSHA256(key: $0, message: info, into: output) }
            }
        }
    }
}

/// ChaCha20-Poly1305 (RFC 8439) without associated data.
enum ChaCha20Poly1305 {
    /// Bytes of a nonce.
    static let nonceBytes = 12
    /// Bytes of the tag behind the ciphertext.
    static let tagBytes = 16

    /// Writes ciphertext ‖ tag to `output`, 16 bytes more than the plaintext.
    static func seal(
        _ plaintext: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8],
        into output: UnsafeMutableRawBufferPointer
    ) throws(CryptographyError) {
        precondition(key.count == 32 && nonce.count == nonceBytes)
        precondition(output.count == plaintext.count + tagBytes)
        let done = key.withUnsafeBytes { key in
            OpenSSL.seal(
                cipher: .chaCha20Poly1305, plaintext, key: key, nonce: nonce, associated: [],
                into: .init(rebasing: output[..<plaintext.count]),
                tag: .init(rebasing: output[plaintext.count...]))
        }
        guard done else { throw .libraryFailure(function: "EVP_EncryptUpdate") }
    }

    /// Writes the plaintext to `output`, 16 bytes fewer than was sealed; false where the tag does
    /// not fit, and then `output` is zeroed.
    static func open(
        _ sealed: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8],
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        precondition(key.count == 32 && nonce.count == nonceBytes)
        precondition(sealed.count == output.count + tagBytes)
        let done = key.withUnsafeBytes { key in
            OpenSSL.open(
                cipher: .chaCha20Poly1305, .init(rebasing: sealed[..<output.count]),
                tag: .init(rebasing: sealed[output.count...]), key: key, nonce: nonce,
                associated: [], into: output)
        }
        if !done { OpenSSL.cleanse(output) }
        return done
    }
}

/// Base64 without padding, in the one spelling: the form of an age header.
enum UnpaddedBase64 {
    /// The text of the bytes.
    static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array(Base64.encodedBytes(bytes).prefix { $0 != UInt8(ascii: "=") })
    }

    /// The bytes of the text; nil for anything but their one spelling.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.contains(UInt8(ascii: "=")), text.count % 4 != 1 else { return nil }
        let padding = repeatElement(UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        return Base64.decode(Array(text) + padding)
    }
}
