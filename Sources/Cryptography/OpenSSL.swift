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

    /// AES-256-GCM by `EVP_EncryptUpdate`: ciphertext and tag are written; false where the library
    /// fails.
    static func seal(
        _ plaintext: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, nonce: [UInt8],
        associated: [UInt8], into ciphertext: UnsafeMutableRawBufferPointer,
        tag: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let context = EVP_CIPHER_CTX_new() else { return false }
        defer { EVP_CIPHER_CTX_free(context) }
        var written: Int32 = 0
        guard EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, bytes(key), nonce) == 1 else {
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
        // GCM is a stream: the final call writes nothing, it only closes the tag.
        guard EVP_EncryptFinal_ex(context, bytes(tag), &written) == 1 else { return false }
        return EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), tag.baseAddress) == 1
    }

    /// AES-256-GCM by `EVP_DecryptUpdate`: false where the tag does not fit; then the plaintext
    /// must not be used.
    static func open(
        _ ciphertext: UnsafeRawBufferPointer, tag: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer, nonce: [UInt8], associated: [UInt8],
        into plaintext: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let context = EVP_CIPHER_CTX_new() else { return false }
        defer { EVP_CIPHER_CTX_free(context) }
        var written: Int32 = 0
        guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, bytes(key), nonce) == 1 else {
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
