import Bytes
import Testing

@testable import Cryptography

@Suite struct MnemonicTests {
    @Test func `the list is the published one`() throws {
        let file = try vectorFile("bip39-english.txt")
        #expect(
            Hash.sha256(file).hexadecimal
                == "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda")
        let text = MnemonicWords.english.joined(separator: "\n") + "\n"
        #expect(Array(text.utf8) == file)
        #expect(MnemonicWords.english.count == 2_048)
        #expect(MnemonicWords.english == MnemonicWords.english.sorted())
        #expect(Set(MnemonicWords.english.map { $0.prefix(4) }).count == 2_048)
    }

    @Test func `words, bytes and seeds are BIP39's`() throws {
        let vectors = try vectorLines("bip39.txt")
        #expect(vectors.count == 22)
        for vector in vectors {
            let words = Array(vector[2...])
            let mnemonic = try Mnemonic(entropy: secret(vector[0]))
            #expect(mnemonic.words == words)
            #expect(try Mnemonic(words: words).entropy == secret(vector[0]))
            let seed = try mnemonic.seed(passphrase: SecretBytes(Array("TREZOR".utf8)))
            #expect(seed == secret(vector[1]))
        }
    }

    @Test func `eleven times abandon and about is everybody's test wallet`() throws {
        let words = [String](repeating: "abandon", count: 11) + ["about"]
        let seed = try Mnemonic(words: words).seed()
        #expect(
            seed
                == secret(
                    "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
                        + "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"))
        let trezor = try Mnemonic(words: words).seed(
            passphrase: SecretBytes(Array("TREZOR".utf8)))
        let master = try ExtendedKey(seed: trezor)
        #expect(
            master.privateText
                == SecretBytes(
                    Array(
                        ("xprv9s21ZrQH143K3h3fDYiay8mocZ3afhfULfb5GX8kCBdno77K4HiA15Tg23wpbeF1p"
                            + "Lfs1c5SPmYHrEpTuuRhxMwvKDwqdKiGJS9XFKzUsAF").utf8)))
    }

    @Test(arguments: [
        ("m/44'/0'/0'/0/0", "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
        ("m/44'/236'/0'/0/0", "1K6LZdwpKT5XkEZo2T2kW197aMXYbYMc4f"),
    ])
    func `its first addresses are everybody's`(path: String, address: String) throws {
        let words = [String](repeating: "abandon", count: 11) + ["about"]
        let master = try ExtendedKey(seed: Mnemonic(words: words).seed())
        let key = try master.derived(along: DerivationPath(path))
        let exported = try WalletImportFormat(key: #require(key.privateKey))
        #expect(exported.address == address)
    }

    @Test(arguments: [0, 1, 11, 13, 14, 16, 17, 23, 25, 27, 1_000])
    func `another count of words is refused`(count: Int) {
        #expect(throws: CryptographyError.mnemonicWordCount(got: count)) {
            try Mnemonic(words: [String](repeating: "abandon", count: count))
        }
    }

    @Test(arguments: [0, 15, 17, 18, 31, 33, 64])
    func `another count of bytes is refused`(count: Int) {
        #expect(throws: CryptographyError.invalidParameter(name: "entropy bytes", value: count)) {
            try Mnemonic(entropy: SecretBytes([UInt8](repeating: 0, count: count)))
        }
    }

    @Test(arguments: [
        ("abandom", ["abandon"]), ("ABANDON", ["abandon"]), ("wrongly", ["wrong"]),
        ("actxyz", ["act", "action", "actor", "actress", "actual"]), ("", []), ("ß", []),
        ("xylophone", []), ("zoom", ["zoo"]),
    ])
    func `an unknown word is named by its place, with words that begin as it does`(
        word: String, suggestions: [String]
    ) {
        var words = [String](repeating: "abandon", count: 11) + ["about"]
        words[4] = word
        #expect(
            throws: CryptographyError.mnemonicUnknownWord(position: 5, suggestions: suggestions)
        ) { try Mnemonic(words: words) }
    }

    @Test func `suggestions are few`() {
        #expect(Mnemonic.suggestions(for: "s").count == 8)
    }

    @Test func `of all last words just those with the checksum are taken`() {
        let first = [String](repeating: "abandon", count: 11)
        var taken: [String] = []
        for word in MnemonicWords.english {
            do throws(CryptographyError) {
                _ = try Mnemonic(words: first + [word])
                taken.append(word)
            } catch {
                #expect(error == .mnemonicChecksum)
            }
        }
        // Seven bits of the last word are free, four are the checksum.
        #expect(taken.count == 128 && taken.first == "about")
    }

    @Test func `random bytes come back from their words`() throws {
        var generator = Generator()
        for _ in 0..<100 {
            let bytes = generator.bytes(16 + 4 * generator.below(5))
            let words = try Mnemonic(entropy: SecretBytes(bytes)).words
            #expect(words.count == bytes.count * 3 / 4, generator.comment)
            #expect(
                try Mnemonic(words: words).entropy == SecretBytes(bytes), generator.comment)
        }
    }

    @Test(arguments: ["é", "\u{7f}", "tab\t", "line\n", "\0"])
    func `a passphrase outside printable ASCII is refused`(passphrase: String) throws {
        let mnemonic = try Mnemonic(entropy: SecretBytes([UInt8](repeating: 0, count: 16)))
        #expect(throws: CryptographyError.passphraseNotASCII) {
            try mnemonic.seed(passphrase: SecretBytes(Array(passphrase.utf8)))
        }
    }

    @Test func `a mnemonic does not print`() throws {
        let mnemonic = try Mnemonic(entropy: SecretBytes([UInt8](repeating: 0, count: 16)))
        var dumped = ""
        dump(mnemonic, to: &dumped)
        #expect("\(mnemonic)" == "<secret>" && !dumped.contains("entropy"))
    }
}
