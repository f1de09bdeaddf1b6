// Which signatures count.

/// How a key signs the 32 bytes of a document's hash.
public enum SignatureScheme: String, Sendable, CaseIterable {
    /// Strict DER (BIP66), low S, RFC 6979; compressed key of 33 bytes.
    case ecdsaSecp256k1 = "ecdsa-secp256k1"
    /// RFC 8032; key of 32 bytes, signature of 64.
    case eddsaEd25519 = "eddsa-ed25519"
}
