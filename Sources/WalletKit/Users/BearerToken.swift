// What a custodial user shows instead of a signature.
import Bytes
import Cryptography
import Documents

/// `wlt_<address>_<64 hexadecimal digits>`: whose it is, and 32 random bytes.
///
/// The address says where to look, so that a token is judged by one small file and ends the moment
/// that file changes. Only the SHA-256 of the text is kept. A passphrase would need a slow
/// function, because people choose few of them; nobody tries 2^256 tokens, however fast they are
/// hashed.
public struct BearerToken: Sendable {
    /// The text, in ASCII.
    public let text: SecretBytes
    /// SHA-256 of the text: what is kept.
    let digest: Digest256

    /// What tokens begin with, so that a leaked one is recognised.
    static let prefix = "wlt_"
    /// Random bytes of a token.
    static let randomBytes = 32
    /// Characters of every token.
    static let textBytes = 4 + Address.textBytes + 1 + randomBytes * 2

    /// A new token for the user of an address.
    /// - Throws: `CryptographyError` where there is no randomness.
    init(for address: Address, from random: any RandomSource) throws(CryptographyError) {
        var text = Array(Self.prefix.utf8) + address.textBytes + [UInt8(ascii: "_")]
        text += Hexadecimal.encodedBytes(try random.bytes(Self.randomBytes))
        digest = Hash.sha256(text)
        self.text = SecretBytes(zeroing: &text)
    }

    /// Whose token a text claims to be; nil for what is no token.
    static func address(in text: String) -> Address? {
        let bytes = Array(text.utf8)
        let start = prefix.utf8.count
        let end = start + Address.textBytes
        guard bytes.count == textBytes, bytes.starts(with: prefix.utf8),
            bytes[end] == UInt8(ascii: "_"), Hexadecimal.decode(bytes[(end + 1)...]) != nil
        else { return nil }
        return try? Address(bytes[start..<end])
    }
}

extension BearerToken: CustomStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the token is.
    public var description: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
