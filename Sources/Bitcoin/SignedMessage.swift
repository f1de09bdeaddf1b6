// A text signed with the key of an address, as Bitcoin's wallets have done it since 2011.
import Bytes
import Cryptography

/// Bitcoin Signed Message: base64 of a byte that tells the key's point and encoding, and the
/// compact signature over SHA-256d of (varint 24 ‖ "Bitcoin Signed Message:\n" ‖ varint ‖ message).
public enum SignedMessage {
    private static let magic = Array("Bitcoin Signed Message:\n".utf8)
    /// 27 and the recovery number, and 4 more where the public key is meant compressed.
    private static let firstHeader: UInt8 = 27
    private static let compressed: UInt8 = 4

    /// What is signed for a message.
    public static func digest(_ message: [UInt8]) -> Digest256 {
        var bytes: [UInt8] = []
        bytes.appendVarint(magic.count)
        bytes += magic
        bytes.appendVarint(message.count)
        bytes += message
        return Hash.sha256d(bytes)
    }

    /// The signature: 88 characters of base64. `isCompressed` says whether the address meant is
    /// that of the compressed public key.
    public static func sign(
        _ message: [UInt8], with key: Secp256k1.PrivateKey, isCompressed: Bool = true
    ) -> String {
        let signature = key.signRecoverably(digest(message))
        let header = firstHeader + signature.recovery + (isCompressed ? compressed : 0)
        return Base64.encode([header] + signature.compact)
    }

    /// The public key that signed, and whether it is meant compressed; nil for what is no
    /// signature. Some key signs almost everything: compare it, or `verify`.
    public static func recover(
        _ signature: String, message: [UInt8]
    ) -> (key: Secp256k1.PublicKey, isCompressed: Bool)? {
        guard let bytes = Base64.decode(signature), let header = bytes.first,
            (firstHeader..<firstHeader + 2 * compressed).contains(header),
            let parsed = Secp256k1.RecoverableSignature(
                compact: Array(bytes.dropFirst()), recovery: (header - firstHeader) & 3),
            let key = parsed.publicKey(signing: digest(message))
        else { return nil }
        return (key, header - firstHeader >= compressed)
    }

    /// Whether the key of an address signed the message, with the encoding of its public key that
    /// the address was made of.
    public static func verify(
        _ signature: String, message: [UInt8], address: BitcoinAddress
    ) -> Bool {
        guard let (key, isCompressed) = recover(signature, message: message) else { return false }
        return BitcoinAddress(key, network: address.network, isCompressed: isCompressed) == address
    }

    /// Whether a key signed the message, whichever encoding of it the signature names.
    public static func verify(
        _ signature: String, message: [UInt8], key: Secp256k1.PublicKey
    ) -> Bool {
        recover(signature, message: message)?.key == key
    }
}
