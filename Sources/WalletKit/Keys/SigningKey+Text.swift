// Private keys as texts, for wallets of other makers.
import Bytes
import Cryptography
import Documents

extension SigningKey {
    /// How a private key is written.
    public enum TextFormat: Sendable, CaseIterable {
        /// 64 lower-case digits.
        case hexadecimal
        /// Bitcoin's wallet import format, for the main network and a compressed public key.
        case walletImportFormat
    }

    /// Reads 64 hexadecimal digits of either case, or for secp256k1 wallet import format of any
    /// network.
    /// - Throws: `invalidText`, `cryptography`; never with anything of the text.
    public init(scheme: SignatureScheme, text: SecretBytes) throws(KeyError) {
        if text.count == 2 * Self.secretBytes {
            guard let secret = Self.decode(text) else { throw .invalidText(.format) }
            do {
                try self.init(scheme: scheme, secret: secret)
            } catch .cryptography(.invalidPrivateKey) {
                throw .invalidText(.notAKey)
            }
            return
        }
        guard scheme == .ecdsaSecp256k1, Self.walletImportFormatBytes.contains(text.count) else {
            throw .invalidText(.format)
        }
        let read: WalletImportFormat
        do throws(CryptographyError) {
            read = try text.withUnsafeBytes { bytes throws(CryptographyError) in
                try WalletImportFormat(bytes)
            }
        } catch .invalidWalletImportFormat {
            throw .invalidText(.format)
        } catch { throw .cryptography(error) }
        guard read.isCompressed else { throw .invalidText(.uncompressed) }
        try self.init(scheme: scheme, secret: read.key.secret)
    }

    /// The private key as ASCII text: whoever has it has the key.
    /// - Throws: `noWalletImportFormat` for another scheme than secp256k1.
    public func text(_ format: TextFormat) throws(KeyError) -> SecretBytes {
        switch (format, signer) {
        case (.hexadecimal, _):
            var digits = secret.withUnsafeBytes { Hexadecimal.encodedBytes($0) }
            return SecretBytes(zeroing: &digits)
        case (.walletImportFormat, .secp256k1(let key)): return WalletImportFormat(key: key).text
        case (.walletImportFormat, .ed25519): throw .noWalletImportFormat
        }
    }

    /// Characters of 33 or 34 bytes and a checksum in base58.
    private static let walletImportFormatBytes = 51...52

    private static func decode(_ text: SecretBytes) -> SecretBytes? {
        var isValid = true
        let secret = SecretBytes(count: secretBytes) { secret in
            text.withUnsafeBytes { digits in
                for index in 0..<secretBytes {
                    guard let high = Character(ascii: digits[2 * index]).hexDigitValue,
                        let low = Character(ascii: digits[2 * index + 1]).hexDigitValue
                    else {
                        isValid = false
                        return
                    }
                    secret[index] = UInt8(high << 4 | low)
                }
            }
        }
        return isValid ? secret : nil
    }
}

extension Character {
    /// The character of a byte; bytes above 0x7f become letters that are no digits.
    fileprivate init(ascii byte: UInt8) { self.init(UnicodeScalar(byte)) }
}
