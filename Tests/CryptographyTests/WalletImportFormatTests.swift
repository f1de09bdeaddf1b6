import Bytes
import Cryptography
import Testing

@Suite struct WalletImportFormatTests {
    private func keyOne() throws -> Secp256k1.PrivateKey {
        try Secp256k1.PrivateKey(secret(String(repeating: "0", count: 63) + "1"))
    }

    /// Reference spv.md V4: text, network, compressed, address.
    @Test(arguments: [
        (
            "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn", BitcoinNetwork.main, true,
            "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
        ),
        (
            "5HpHagT65TZzG1PH3CSu63k8DbpvD8s5ip4nEB3kEsreAnchuDf", .main, false,
            "1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm"
        ),
        (
            "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA", .test, true,
            "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r"
        ),
    ])
    func `key 1 is everybody's`(
        text: String, network: BitcoinNetwork, isCompressed: Bool, address: String
    ) throws {
        let written = WalletImportFormat(
            key: try keyOne(), network: network, isCompressed: isCompressed)
        #expect(written.text == SecretBytes(Array(text.utf8)))
        #expect(written.address == address)
        let read = try WalletImportFormat(text)
        #expect(try read.key.secret == keyOne().secret)
        #expect(read.network == network && read.isCompressed == isCompressed)
    }

    @Test func `the first key of the test wallet is everybody's`() throws {
        let read = try WalletImportFormat(
            "L4p2b9VAf8k5aUahF1JCJUzZkgNEAqLfq8DDdQiyAprQAKSbu8hf")
        #expect(read.address == "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA")
    }

    @Test func `what is no key is refused, without saying what it was`() {
        let one = [UInt8](repeating: 0, count: 31) + [1]
        let zero = [UInt8](repeating: 0, count: 32)
        let order = hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
        let payloads: [[UInt8]] = [
            [], [0x80], [0x80] + one.dropLast(), [0x80] + one + [0], [0x80] + one + [2],
            [0x80] + one + [1, 1], [0x00] + one, [0x81] + one + [1], [0x80] + zero,
            [0x80] + zero + [1], [0x80] + order + [1],
        ]
        for payload in payloads {
            #expect(throws: CryptographyError.invalidWalletImportFormat, "\(payload)") {
                try WalletImportFormat(Base58Check.encode(payload))
            }
        }
        for text in ["", "K", "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWm"] {
            #expect(throws: CryptographyError.invalidWalletImportFormat) {
                try WalletImportFormat(text)
            }
        }
    }
}
