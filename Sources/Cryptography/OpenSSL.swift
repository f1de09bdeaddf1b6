// The calls to libcrypto that are neither a digest (Hash.swift) nor a signature (Ed25519.swift):
// everything unsafe about them stands here, checked lengths come in from the callers.

import COpenSSL

enum OpenSSL {
    /// Zeroes memory in a way that the optimiser keeps (`OPENSSL_cleanse`).
    static func cleanse(_ buffer: UnsafeMutableRawBufferPointer) {
        OPENSSL_cleanse(buffer.baseAddress, buffer.count)
    }

    /// Compares two buffers of one length in time that does not depend on their content
    /// (`CRYPTO_memcmp`).
    static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        if left.isEmpty { return true }
        return CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
    }

    /// `EVP_PBE_scrypt`; `memoryMaximumBytes` is its own guard beside ours.
    static func scrypt(
        _ passphrase: UnsafeRawBufferPointer, salt: [UInt8], n: Int, r: Int, p: Int,
        memoryMaximumBytes: Int, into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        EVP_PBE_scrypt(
            characters(passphrase), passphrase.count, salt, salt.count, UInt64(n), UInt64(r),
            UInt64(p), UInt64(memoryMaximumBytes), bytes(output), output.count) == 1
    }

    /// `PKCS5_PBKDF2_HMAC` with SHA-512.
    static func pbkdf2SHA512(
        _ password: UnsafeRawBufferPointer, salt: UnsafeRawBufferPointer, iterations: Int32,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        PKCS5_PBKDF2_HMAC(
            characters(password), Int32(password.count), bytes(salt), Int32(salt.count),
            iterations, EVP_sha512(), Int32(output.count), bytes(output)) == 1
    }

    /// A cipher that authenticates: a key of 32 bytes, a nonce of 12, a tag of 16.
    enum Cipher {
        case aes256GCM, chaCha20Poly1305

        fileprivate var algorithm: OpaquePointer? {
            switch self {
            case .aes256GCM: EVP_aes_256_gcm()
            case .chaCha20Poly1305: EVP_chacha20_poly1305()
            }
        }
    }

    /// Encryption by `EVP_EncryptUpdate`: ciphertext and tag are written; false where the library
    /// fails.
    static func seal(
        cipher: Cipher = .aes256GCM,
        _ plaintext: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, nonce: [UInt8],
        associated: [UInt8], into ciphertext: UnsafeMutableRawBufferPointer,
        tag: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let context = EVP_CIPHER_CTX_new() else { return false }
        defer { EVP_CIPHER_CTX_free(context) }
        var written: Int32 = 0
        guard EVP_EncryptInit_ex(context, cipher.algorithm, nil, bytes(key), nonce) == 1 else {
            return false
        }
        if !associated.isEmpty {
            let count = Int32(associated.count)
            guard EVP_EncryptUpdate(context, nil, &written, associated, count) == 1 else {
                return false
            }
        }
        if !plaintext.isEmpty {
            let count = Int32(plaintext.count)
            guard
                EVP_EncryptUpdate(context, bytes(ciphertext), &written, bytes(plaintext), count)
                    == 1
            else { return false }
        }
        // Both are streams: the final call writes nothing, it only closes the tag.
        guard EVP_EncryptFinal_ex(context, bytes(tag), &written) == 1 else { return false }
        return EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), tag.baseAddress) == 1
    }

    /// Decryption by `EVP_DecryptUpdate`: false where the tag does not fit; then the plaintext must
    /// not be used.
    static func open(
        cipher: Cipher = .aes256GCM,
        _ ciphertext: UnsafeRawBufferPointer, tag: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer, nonce: [UInt8], associated: [UInt8],
        into plaintext: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let context = EVP_CIPHER_CTX_new() else { return false }
        defer { EVP_CIPHER_CTX_free(context) }
        var written: Int32 = 0
        guard EVP_DecryptInit_ex(context, cipher.algorithm, nil, bytes(key), nonce) == 1 else {
            return false
        }
        if !associated.isEmpty {
            let count = Int32(associated.count)
            guard EVP_DecryptUpdate(context, nil, &written, associated, count) == 1 else {
                return false
            }
        }
        if !ciphertext.isEmpty {
            let count = Int32(ciphertext.count)
            guard
                EVP_DecryptUpdate(context, bytes(plaintext), &written, bytes(ciphertext), count)
                    == 1
            else { return false }
        }
        // The call only reads the tag, its parameter is not const.
        let expected = UnsafeMutableRawPointer(mutating: tag.baseAddress)
        guard
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), expected) == 1
        else { return false }
        return withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { rest in
            EVP_DecryptFinal_ex(context, bytes(rest), &written) == 1
        }
    }

    /// The public key of an X25519 key (RFC 7748, `EVP_PKEY_get_raw_public_key`), 32 bytes both.
    static func x25519PublicKey(
        of secret: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, bytes(secret), secret.count)
        defer { EVP_PKEY_free(key) }
        var count = output.count
        return key != nil && EVP_PKEY_get_raw_public_key(key, bytes(output), &count) == 1
    }

    /// The shared secret of RFC 7748 §6.1 (`EVP_PKEY_derive`), 32 bytes all; false where the other's
    /// point has small order, which would make it zero.
    static func x25519(
        _ secret: UnsafeRawBufferPointer, _ publicKey: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, bytes(secret), secret.count)
        let other = EVP_PKEY_new_raw_public_key(
            EVP_PKEY_X25519, nil, bytes(publicKey), publicKey.count)
        let context = EVP_PKEY_CTX_new(own, nil)
        defer {
            EVP_PKEY_CTX_free(context)
            EVP_PKEY_free(other)
            EVP_PKEY_free(own)
        }
        var count = output.count
        let derived =
            own != nil && other != nil && EVP_PKEY_derive_init(context) == 1
            && EVP_PKEY_derive_set_peer(context, other) == 1
            && EVP_PKEY_derive(context, bytes(output), &count) == 1 && count == output.count
        // A refusal leaves an entry in the thread's queue of errors that nobody reads.
        if !derived { ERR_clear_error() }
        return derived && output.contains { $0 != 0 }
    }

    private static func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }

    private static func bytes(
        _ buffer: UnsafeMutableRawBufferPointer
    ) -> UnsafeMutablePointer<UInt8>? {
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }

    private static func characters(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<CChar>? {
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
    }
}
