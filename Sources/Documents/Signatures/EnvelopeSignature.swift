// The signature of a JSONEnvelope, as miners and payees make it.
import Bytes
import Cryptography

/// Signature and key of a JSONEnvelope (BRFC 298e080a4598): DER over the single SHA-256 of the
/// payload, by a compressed key, both in hexadecimal.
public struct EnvelopeSignature: Sendable {
    /// The key, compressed.
    public let publicKey: [UInt8]
    private let signature: [UInt8]

    /// Why the members are no signature.
    public enum Flaw: Error, Sendable {
        case notHexadecimal, halfMissing

        /// A sentence for people.
        public var message: String {
            switch self {
            case .notHexadecimal: "signature and key must be hexadecimal"
            case .halfMissing: "one of signature and key is missing"
            }
        }
    }

    /// Reads both members; nil where neither is there.
    /// - Throws: `Flaw`.
    public init?(_ signature: ForeignJSON?, _ publicKey: ForeignJSON?) throws(Flaw) {
        if signature == nil, publicKey == nil { return nil }
        guard let signature, let publicKey else { throw .halfMissing }
        guard let bytes = Self.bytes(signature), let key = Self.bytes(publicKey) else {
            throw .notHexadecimal
        }
        self.signature = bytes
        self.publicKey = key
    }

    private static func bytes(_ value: ForeignJSON) -> [UInt8]? {
        value.string.flatMap { Hexadecimal.decode($0.lowercased()) }
    }

    /// Whether the key has signed these bytes.
    public func covers(_ payload: [UInt8]) -> Bool {
        Secp256k1.verify(
            signature: signature, digest: Hash.sha256(payload), publicKey: publicKey)
    }
}
