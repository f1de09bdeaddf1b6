// Signatures that tell their public key: what signed messages are made of.

import Bytes
import CSecp256k1

extension Secp256k1 {
    /// R and S, and which of up to four points R was.
    public struct RecoverableSignature: Hashable, Sendable {
        /// Bytes of R and S.
        public static let compactBytes = 64

        /// R and S, 32 bytes each, big-endian.
        public let compact: [UInt8]
        /// 0 to 3.
        public let recovery: UInt8

        /// A signature of its parts; nil where there are not 64 bytes and a number from 0 to 3, or
        /// R or S is not below the order.
        public init?(compact: [UInt8], recovery: UInt8) {
            self.compact = compact
            self.recovery = recovery
            guard compact.count == Self.compactBytes, recovery < 4, parsed != nil else {
                return nil
            }
        }

        init(_ signature: secp256k1_ecdsa_recoverable_signature) {
            var signature = signature
            var compact = [UInt8](repeating: 0, count: Self.compactBytes)
            var recovery: CInt = 0
            // The call cannot fail: the buffer is large enough.
            _ = secp256k1_ecdsa_recoverable_signature_serialize_compact(
                wallet_secp256k1_context_static(), &compact, &recovery, &signature)
            self.compact = compact
            self.recovery = UInt8(recovery)
        }

        private var parsed: secp256k1_ecdsa_recoverable_signature? {
            var signature = secp256k1_ecdsa_recoverable_signature()
            let done = secp256k1_ecdsa_recoverable_signature_parse_compact(
                wallet_secp256k1_context_static(), &signature, compact, CInt(recovery))
            return done == 1 ? signature : nil
        }

        /// The one public key for which this is a signature of `digest`
        /// (`secp256k1_ecdsa_recover`); nil where there is none. Whoever checks a signature must
        /// compare the key: some key there is for almost all of them.
        public func publicKey(signing digest: Digest256) -> PublicKey? {
            guard var signature = parsed else { return nil }
            var point = secp256k1_pubkey()
            let done = secp256k1_ecdsa_recover(
                wallet_secp256k1_context_static(), &point, &signature, digest.bytes)
            return done == 1 ? PublicKey(point: point) : nil
        }
    }
}
