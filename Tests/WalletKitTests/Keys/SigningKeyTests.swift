import Bytes
import Cryptography
import Documents
import Testing

@testable import WalletKit

@Suite struct SigningKeyTests {
    private func bytes(_ text: String) -> SecretBytes { SecretBytes(Array(text.utf8)) }

    private func text(_ secret: SecretBytes) -> String {
        secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func bothSchemesSignWhatTheirPublicKeysVerify() throws {
        let random = SeededRandom(seed: [4])
        let digest = Hash.sha256([1, 2, 3])
        let first = try SigningKey.random(.ecdsaSecp256k1, from: random)
        #expect(
            Secp256k1.verify(
                signature: try first.sign(digest), digest: digest, publicKey: first.publicKey))
        let second = try SigningKey.random(.eddsaEd25519, from: random)
        #expect(
            Ed25519.verify(
                signature: try second.sign(digest), message: digest.bytes,
                publicKey: second.publicKey))
        #expect(first.publicKey.count == 33 && second.publicKey.count == 32)
    }

    @Test func secretsThatAreNoKeysAreRefused() {
        let zero = SecretBytes([UInt8](repeating: 0, count: 32))
        #expect(throws: KeyError.cryptography(.invalidPrivateKey)) {
            try SigningKey(scheme: .ecdsaSecp256k1, secret: zero)
        }
        for scheme in SignatureScheme.allCases {
            #expect(throws: KeyError.secretLength(expected: 32, got: 31)) {
                try SigningKey(
                    scheme: scheme, secret: SecretBytes([UInt8](repeating: 1, count: 31)))
            }
        }
    }

    @Test func bitcoinsOwnExampleOfWalletImportFormatIsReadAndWritten() throws {
        // Bitcoin wiki, "Wallet import format": the key's digits, and its text for a compressed
        // public key.
        let digits = "0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d"
        let compressed = "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617"
        let uncompressed = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
        let key = try SigningKey(scheme: .ecdsaSecp256k1, text: bytes(digits))
        #expect(text(try key.text(.walletImportFormat)) == compressed)
        #expect(text(try key.text(.hexadecimal)) == digits)
        let again = try SigningKey(scheme: .ecdsaSecp256k1, text: bytes(compressed))
        #expect(again.publicKey == key.publicKey)
        let upper = try SigningKey(scheme: .ecdsaSecp256k1, text: bytes(digits.uppercased()))
        #expect(upper.publicKey == key.publicKey)
        #expect(throws: KeyError.invalidText(.uncompressed)) {
            try SigningKey(scheme: .ecdsaSecp256k1, text: bytes(uncompressed))
        }
        #expect(throws: KeyError.invalidText(.format)) {
            try SigningKey(scheme: .eddsaEd25519, text: bytes(compressed))
        }
        let other = try SigningKey(scheme: .eddsaEd25519, text: bytes(digits))
        #expect(text(try other.text(.hexadecimal)) == digits)
        #expect(throws: KeyError.noWalletImportFormat) { try other.text(.walletImportFormat) }
    }

    @Test func textsThatAreNoKeysAreRefusedWithoutQuotingThem() {
        let zeros = String(repeating: "0", count: 64)
        let cases: [(String, KeyError)] = [
            ("", .invalidText(.format)), (zeros, .invalidText(.notAKey)),
            (String(repeating: "f", count: 64), .invalidText(.notAKey)),
            (zeros + "0", .invalidText(.format)), ("g" + zeros.dropLast(), .invalidText(.format)),
            ("\u{e9}" + String(repeating: "1", count: 62), .invalidText(.format)),
            ("3QJmnh", .invalidText(.format)),
            ("KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98618", .invalidText(.format)),
        ]
        for (text, expected) in cases {
            let error = keyError {
                _ = try SigningKey(scheme: .ecdsaSecp256k1, text: bytes(text))
            }
            #expect(error == expected, "\(text)")
            #expect(text.count < 10 || !"\(String(describing: error))".contains(text.prefix(8)))
        }
    }

    @Test func aKeyPrintsItsPublicPartOnly() throws {
        let secret = SecretBytes([UInt8](repeating: 0x5a, count: 32))
        for scheme in SignatureScheme.allCases {
            let key = try SigningKey(scheme: scheme, secret: secret)
            var shown = "\(key) \(String(reflecting: key))"
            dump(key, to: &shown)
            #expect(shown.contains(Hexadecimal.encode(key.publicKey)))
            #expect(!shown.contains("5a5a5a5a") && !shown.contains("90"))
        }
    }
}
