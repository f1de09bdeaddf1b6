// ECDSA on secp256k1: everything that touches a private key.

import Bytes
import CSecp256k1

extension Secp256k1 {
    /// A number from 1 to the order less 1, and what it signs.
    public struct PrivateKey: Sendable {
        /// The 32 bytes, big-endian.
        public let secret: SecretBytes

        private let context: SigningContext

        /// The key of 32 bytes (`secp256k1_ec_seckey_verify`); throws `wrongLength`,
        /// `invalidPrivateKey` for zero or a number not below the order, `randomnessUnavailable`
        /// where the signing context cannot be blinded.
        public init(_ secret: SecretBytes) throws(CryptographyError) {
            guard secret.count == privateKeyBytes else {
                throw .wrongLength(
                    what: "private key", expected: privateKeyBytes, got: secret.count)
            }
            guard let context = SigningContext.shared else { throw .randomnessUnavailable }
            let valid = withKey(secret) { secp256k1_ec_seckey_verify(context.pointer, $0) == 1 }
            guard valid else { throw .invalidPrivateKey }
            self.secret = secret
            self.context = context
        }

        /// A fresh key.
        public static func random(
            from source: some RandomSource = SystemRandom()
        ) throws(CryptographyError) -> PrivateKey {
            // One in 2^128 draws is not below the order: the next is as good.
            while true {
                do throws(CryptographyError) {
                    return try PrivateKey(.random(count: privateKeyBytes, from: source))
                } catch .invalidPrivateKey {
                    continue
                }
            }
        }

        /// The point that belongs to the key, computed at each call
        /// (`secp256k1_ec_pubkey_create`).
        public var publicKey: PublicKey {
            var point = secp256k1_pubkey()
            let done = withKey(secret) {
                secp256k1_ec_pubkey_create(context.pointer, &point, $0)
            }
            precondition(done == 1, "a checked key has a point")
            return PublicKey(point: point)
        }

        /// The signature of `digest` in strict DER (8 to 72 bytes), low S, with the nonce of
        /// RFC 6979 (`secp256k1_ecdsa_sign`): the same for the same key and digest. May be called
        /// from several threads at once.
        public func sign(_ digest: Digest256) -> [UInt8] {
            var signature = secp256k1_ecdsa_signature()
            let signed = withKey(secret) {
                secp256k1_ecdsa_sign(context.pointer, &signature, digest.bytes, $0, nil, nil)
            }
            precondition(signed == 1, "a checked key signs")
            var der = [UInt8](repeating: 0, count: 72)
            var count = der.count
            let written = secp256k1_ecdsa_signature_serialize_der(
                context.pointer, &der, &count, &signature)
            precondition(written == 1, "72 bytes hold every signature")
            der.removeLast(der.count - count)
            return der
        }

        /// The same signature as `sign`, in the form from which its public key can be recovered
        /// (`secp256k1_ecdsa_sign_recoverable`).
        public func signRecoverably(_ digest: Digest256) -> RecoverableSignature {
            var signature = secp256k1_ecdsa_recoverable_signature()
            let signed = withKey(secret) {
                secp256k1_ecdsa_sign_recoverable(
                    context.pointer, &signature, digest.bytes, $0, nil, nil)
            }
            precondition(signed == 1, "a checked key signs")
            return RecoverableSignature(signature)
        }

        /// The key plus `tweak` modulo the order (`secp256k1_ec_seckey_tweak_add`); nil where
        /// `tweak` is not 32 bytes below the order or the sum is zero.
        public func adding(tweak: SecretBytes) -> PrivateKey? {
            guard tweak.count == privateKeyBytes else { return nil }
            var added = false
            let sum = SecretBytes(count: privateKeyBytes) { sum in
                secret.withUnsafeBytes { sum.copyMemory(from: $0) }
                guard let key = sum.bindMemory(to: UInt8.self).baseAddress else { return }
                added = withKey(tweak) {
                    secp256k1_ec_seckey_tweak_add(context.pointer, key, $0) == 1
                }
            }
            return added ? try? PrivateKey(sum) : nil
        }
    }

    /// Lends a secret of 32 bytes as the C library takes it.
    private static func withKey<Result>(
        _ secret: SecretBytes, _ body: (UnsafePointer<UInt8>) -> Result
    ) -> Result {
        secret.withUnsafeBytes { bytes in
            guard let key = bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count == 32 else {
                preconditionFailure("the callers have checked the count")
            }
            return body(key)
        }
    }

    /// The library's context for secrets, blinded once with random bytes against side channels.
    private final class SigningContext: @unchecked Sendable {  // Safe: changed in `init` alone.
        /// One for the process, kept for its whole life; nil where it could not be blinded.
        static let shared = SigningContext()

        let pointer: OpaquePointer

        private init?() {
            guard let pointer = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)) else {
                return nil
            }
            self.pointer = pointer
            let blinded = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { seed in
                defer { OpenSSL.cleanse(seed) }
                guard SystemRandom.fill(seed) else { return false }
                let bytes = seed.bindMemory(to: UInt8.self).baseAddress
                return secp256k1_context_randomize(pointer, bytes) == 1
            }
            guard blinded else { return nil }
        }

        deinit {
            secp256k1_context_destroy(pointer)
        }
    }
}

extension Secp256k1.PrivateKey: CustomStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the key is.
    public var description: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
