// What signs for an alias.
import Bitcoin
import Cryptography
import Documents

/// The private key that an alias is known by.
struct AliasKey: Sendable {
    let key: Secp256k1.PrivateKey

    /// A Bitcoin Signed Message, base64.
    func signMessage(_ message: [UInt8]) -> String { SignedMessage.sign(message, with: key) }

    /// A JSONEnvelope around a payload.
    func envelope(_ payload: [UInt8]) -> SignedEnvelope {
        .signing(String(decoding: payload, as: UTF8.self), with: key)
    }
}
