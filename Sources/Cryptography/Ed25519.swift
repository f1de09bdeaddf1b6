// EdDSA on Curve25519 (RFC 8032) by OpenSSL, with the checks of inputs that leave one signature one
// spelling and a key without order eight surprises.

import COpenSSL

/// Keys and signatures of Ed25519 (RFC 8032 §5.1, pure, no context).
public enum Ed25519 {
    /// Bytes of a seed, RFC 8032's private key.
    public static let seedBytes = 32
    /// Bytes of a public key.
    public static let publicKeyBytes = 32
    /// Bytes of a signature: R, S.
    public static let signatureBytes = 64

    /// A seed and what it signs.
    public final class PrivateKey: @unchecked Sendable {  // Safe: made in `init`, then read.
        /// The 32 bytes of the seed.
        public let seed: SecretBytes
        /// The 32 bytes of the public key.
        public let publicKey: [UInt8]

        private let key: OpaquePointer

        /// The key of a seed of 32 bytes (`EVP_PKEY_new_raw_private_key`); throws `wrongLength`.
        public init(seed: SecretBytes) throws(CryptographyError) {
            guard seed.count == seedBytes else {
                throw .wrongLength(what: "Ed25519 seed", expected: seedBytes, got: seed.count)
            }
            let made = seed.withUnsafeBytes { bytes in
                EVP_PKEY_new_raw_private_key(
                    EVP_PKEY_ED25519, nil, bytes.bindMemory(to: UInt8.self).baseAddress,
                    bytes.count)
            }
            guard let made else { throw .libraryFailure(function: "EVP_PKEY_new_raw_private_key") }
            var publicKey = [UInt8](repeating: 0, count: publicKeyBytes)
            var count = publicKey.count
            guard EVP_PKEY_get_raw_public_key(made, &publicKey, &count) == 1 else {
                EVP_PKEY_free(made)
                throw .libraryFailure(function: "EVP_PKEY_get_raw_public_key")
            }
            self.seed = seed
            self.publicKey = publicKey
            key = made
        }

        deinit {
            EVP_PKEY_free(key)
        }

        /// A fresh key.
        public static func random(
            from source: some RandomSource = SystemRandom()
        ) throws(CryptographyError) -> PrivateKey {
            try PrivateKey(seed: .random(count: seedBytes, from: source))
        }

        /// The 64 bytes of the signature (`EVP_DigestSign`): the same for the same message. May be
        /// called from several threads at once.
        public func sign(_ message: UnsafeRawBufferPointer) -> [UInt8] {
            let context = EVP_MD_CTX_new()
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: signatureBytes)
            var count = signature.count
            let signed =
                EVP_DigestSignInit(context, nil, nil, nil, key) == 1
                && EVP_DigestSign(
                    context, &signature, &count,
                    message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count) == 1
            precondition(signed && count == signatureBytes, "signing fails only without memory")
            return signature
        }

        /// The 64 bytes of the signature.
        public func sign(_ message: [UInt8]) -> [UInt8] {
            message.withUnsafeBytes { sign($0) }
        }
    }

    /// Whether `signature` signs `message` under `publicKey` (`EVP_DigestVerify`). False for wrong
    /// lengths, an S not below the group's order, a key that is not the canonical encoding of a
    /// point or has small order.
    public static func verify(
        signature: UnsafeRawBufferPointer, message: UnsafeRawBufferPointer,
        publicKey: UnsafeRawBufferPointer
    ) -> Bool {
        guard
            signature.count == signatureBytes, publicKey.count == publicKeyBytes,
            isBelow(order, UnsafeRawBufferPointer(rebasing: signature[32...]), mask: 0xff),
            isBelow(prime, publicKey, mask: 0x7f), !hasSmallOrder(publicKey)
        else { return false }
        let key = EVP_PKEY_new_raw_public_key(
            EVP_PKEY_ED25519, nil, publicKey.baseAddress?.assumingMemoryBound(to: UInt8.self),
            publicKey.count)
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        guard key != nil, EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else {
            return false
        }
        let answer = EVP_DigestVerify(
            context, signature.baseAddress?.assumingMemoryBound(to: UInt8.self), signature.count,
            message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count)
        // A refusal leaves an entry in the thread's queue of errors that nobody reads.
        if answer != 1 { ERR_clear_error() }
        return answer == 1
    }

    /// Whether `signature` signs `message` under `publicKey`, as above.
    public static func verify(
        signature: [UInt8], message: [UInt8], publicKey: [UInt8]
    ) -> Bool {
        signature.withUnsafeBytes { signature in
            message.withUnsafeBytes { message in
                publicKey.withUnsafeBytes { publicKey in
                    verify(signature: signature, message: message, publicKey: publicKey)
                }
            }
        }
    }

    /// L = 2^252 + 27742317777372353535851937790883648493, little-endian.
    private static let order: [UInt8] =
        [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
            0xde, 0x14,
        ] + [UInt8](repeating: 0, count: 15) + [0x10]

    /// p = 2^255 - 19, little-endian.
    private static let prime: [UInt8] = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]

    /// The canonical Y of the points whose order divides eight: 1 (order 1), 0 (4), -1 (2) and the
    /// two of order 8, each with either sign of X.
    private static let smallOrderKeys: [[UInt8]] = [
        [1] + [UInt8](repeating: 0, count: 31),
        [UInt8](repeating: 0, count: 32),
        [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ]

    private static func hasSmallOrder(_ key: UnsafeRawBufferPointer) -> Bool {
        smallOrderKeys.contains { small in
            small[31] == key[31] & 0x7f && small[..<31].elementsEqual(key[..<31])
        }
    }

    /// Whether the little-endian number, its last byte masked, is below `bound`.
    private static func isBelow(
        _ bound: [UInt8], _ number: UnsafeRawBufferPointer, mask: UInt8
    ) -> Bool {
        for index in (0..<bound.count).reversed() {
            let byte = index == bound.count - 1 ? number[index] & mask : number[index]
            if byte != bound[index] { return byte < bound[index] }
        }
        return false
    }
}

extension Ed25519.PrivateKey: CustomStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the key is.
    public var description: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
