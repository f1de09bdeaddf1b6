// ECDSA on secp256k1, Bitcoin's curve, by its reference implementation: everything public.

import Bytes
import CSecp256k1

/// Keys and signatures of secp256k1 (SEC 2): strict DER (BIP66), low S (BIP62), RFC 6979 nonces.
public enum Secp256k1 {
    /// Bytes of a compressed public key: 02 or 03, then X.
    public static let compressedKeyBytes = 33
    /// Bytes of an uncompressed public key: 04, X, Y.
    public static let uncompressedKeyBytes = 65
    /// Bytes of a private key, big-endian.
    public static let privateKeyBytes = 32

    /// Whether `signature` signs `digest` under `publicKey`. The signature must be strict DER with
    /// a low S, the key 33 bytes compressed or 65 uncompressed; anything else is false.
    public static func verify(
        signature: UnsafeRawBufferPointer, digest: Digest256, publicKey: UnsafeRawBufferPointer
    ) -> Bool {
        guard let key = PublicKey(publicKey) else { return false }
        return key.isValid(signature: signature, digest: digest)
    }

    /// Whether `signature` signs `digest` under `publicKey`, as above.
    public static func verify(
        signature: [UInt8], digest: Digest256, publicKey: [UInt8]
    ) -> Bool {
        signature.withUnsafeBytes { signature in
            publicKey.withUnsafeBytes { publicKey in
                verify(signature: signature, digest: digest, publicKey: publicKey)
            }
        }
    }

    /// A point of the curve.
    public struct PublicKey: Sendable {
        private var point: secp256k1_pubkey

        init(point: secp256k1_pubkey) {
            self.point = point
        }

        /// The key of 33 bytes compressed or 65 uncompressed (`secp256k1_ec_pubkey_parse`); nil for
        /// anything else, the hybrid encodings 06 and 07 and points off the curve included.
        public init?(_ bytes: UnsafeRawBufferPointer) {
            guard let start = bytes.baseAddress, let tag = bytes.first else { return nil }
            switch (bytes.count, tag) {
            case (compressedKeyBytes, 2), (compressedKeyBytes, 3), (uncompressedKeyBytes, 4): break
            default: return nil
            }
            point = secp256k1_pubkey()
            guard
                secp256k1_ec_pubkey_parse(
                    wallet_secp256k1_context_static(), &point,
                    start.assumingMemoryBound(to: UInt8.self), bytes.count) == 1
            else { return nil }
        }

        /// The key of the bytes; nil as above.
        public init?(_ bytes: [UInt8]) {
            guard let key = bytes.withUnsafeBytes({ PublicKey($0) }) else { return nil }
            self = key
        }

        /// 33 bytes: 02 for an even Y or 03 for an odd one, then X big-endian.
        public var compressed: [UInt8] {
            serialized(compressedKeyBytes, UInt32(SECP256K1_EC_COMPRESSED))
        }

        /// 65 bytes: 04, X, Y.
        public var uncompressed: [UInt8] {
            serialized(uncompressedKeyBytes, UInt32(SECP256K1_EC_UNCOMPRESSED))
        }

        /// Whether the strict DER, low-S `signature` signs `digest` (`secp256k1_ecdsa_verify`,
        /// which itself refuses a high S).
        public func isValid(signature: UnsafeRawBufferPointer, digest: Digest256) -> Bool {
            withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { compact in
                guard StrictDER.decode(signature, into: compact) else { return false }
                let numbers = compact.bindMemory(to: UInt8.self)
                let context = wallet_secp256k1_context_static()
                guard let numbers = numbers.baseAddress else { return false }
                var parsed = secp256k1_ecdsa_signature()
                guard
                    secp256k1_ecdsa_signature_parse_compact(context, &parsed, numbers) == 1
                else { return false }
                var point = point
                return secp256k1_ecdsa_verify(context, &parsed, digest.bytes, &point) == 1
            }
        }

        /// Whether the strict DER, low-S `signature` signs `digest`.
        public func isValid(signature: [UInt8], digest: Digest256) -> Bool {
            signature.withUnsafeBytes { isValid(signature: $0, digest: digest) }
        }

        /// The key plus `tweak` times the generator (`secp256k1_ec_pubkey_tweak_add`); nil where
        /// `tweak` is not 32 bytes below the order or the sum is the point at infinity.
        public func adding(tweak: SecretBytes) -> PublicKey? {
            guard tweak.count == privateKeyBytes else { return nil }
            var sum = point
            let done = tweak.withUnsafeBytes { tweak in
                guard let tweak = tweak.bindMemory(to: UInt8.self).baseAddress else { return false }
                return secp256k1_ec_pubkey_tweak_add(
                    wallet_secp256k1_context_static(), &sum, tweak) == 1
            }
            return done ? PublicKey(point: sum) : nil
        }

        private func serialized(_ byteCount: Int, _ flags: UInt32) -> [UInt8] {
            var point = point
            var bytes = [UInt8](repeating: 0, count: byteCount)
            var written = byteCount
            // The call cannot fail: the point was parsed or computed, the buffer is large enough.
            _ = secp256k1_ec_pubkey_serialize(
                wallet_secp256k1_context_static(), &bytes, &written, &point, flags)
            return bytes
        }
    }
}

extension Secp256k1.PublicKey: Hashable {
    /// Equality of points, whatever the encoding that they came in.
    public static func == (left: Self, right: Self) -> Bool {
        left.compressed == right.compressed
    }

    /// Hashes the compressed encoding.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(compressed)
    }
}
