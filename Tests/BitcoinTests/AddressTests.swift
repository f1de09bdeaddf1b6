import Bytes
import Cryptography
import Testing

@testable import Bitcoin

@Suite struct AddressTests {
    @Test func `known keys have known addresses`() throws {
        for vector in try vectors("addresses", as: [[String: String]].self) {
            let bytes = hex(try #require(vector["key"]))
            let key = try #require(Secp256k1.PublicKey(bytes))
            let isCompressed = bytes.count == 33
            let address = BitcoinAddress(key, isCompressed: isCompressed)
            #expect(Hexadecimal.encode(address.hash) == vector["hash"])
            #expect(address.text == vector["main"])
            #expect(try BitcoinAddress(address.text) == address)
            #expect(address.script.kind == .publicKeyHash(address.hash))
            guard let text = vector["test"] else { continue }
            let other = BitcoinAddress(key, network: .test, isCompressed: isCompressed)
            #expect(other.text == text && "\(other)" == text)
            #expect(try BitcoinAddress(text) == other && other != address)
        }
    }

    @Test func `keys in wallet import format have their addresses`() throws {
        let one = try key(1)
        for vector in try vectors("wif", as: [[String: Any]].self) {
            let text = try #require(vector["text"] as? String)
            let read = try WalletImportFormat(text)
            #expect(read.key.secret == one.secret)
            #expect(read.isCompressed == vector["compressed"] as? Bool)
            #expect((read.network == .main) == (vector["network"] as? String == "main"))
            let address = BitcoinAddress(
                read.key.publicKey, network: read.network, isCompressed: read.isCompressed)
            #expect(address.text == read.address)
        }
    }

    @Test func `what is no address is refused`() throws {
        let good = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
        for place in 0..<good.utf8.count {
            var bytes = Array(good.utf8)
            bytes[place] = bytes[place] == 0x32 ? 0x33 : 0x32
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(throws: BitcoinError.invalidAddress(text)) { try BitcoinAddress(text) }
        }
        let hash = [UInt8](repeating: 5, count: 20)
        for text in [
            "", " " + good, good + " ", String(good.dropLast()),
            // An address of a script, one of another network, hashes too short and too long.
            Base58Check.encode(version: 5, hash), Base58Check.encode(version: 0x30, hash),
            Base58Check.encode(version: 0, Array(hash.dropLast())),
            Base58Check.encode(version: 0, hash + [5]),
        ] {
            #expect(throws: BitcoinError.invalidAddress(text)) { try BitcoinAddress(text) }
        }
    }

    @Test func `a paymail key has its output`() throws {
        let vector = try vectors("paymail", as: [String: String].self)
        let key = try #require(Secp256k1.PublicKey(hex(vector["key"] ?? "")))
        #expect(BitcoinAddress(key).script.hexadecimal == vector["script"])
    }

    @Test func `trees of keys have known texts`() throws {
        let vector = try vectors("bip32", as: [String: String].self)
        let master = try ExtendedKey(seed: SecretBytes(hex(try #require(vector["seed"]))))
        func text(_ key: ExtendedKey) throws -> String {
            try #require(key.privateText).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try text(master) == vector["m"])
        let child = try master.derived(along: DerivationPath("m/0'"))
        #expect(try text(child) == vector["m/0'"])
        #expect(child.publicText == vector["public m/0'"])
    }

    @Test func `words have known seeds, and addresses under 0 and 236`() throws {
        let vector = try vectors("bip39", as: [String: Any].self)
        let words = try #require(vector["words"] as? String).split(separator: " ").map(String.init)
        let mnemonic = try Mnemonic(words: words)
        let seed = try mnemonic.seed()
        #expect(seed == SecretBytes(hex(try #require(vector["seed"] as? String))))
        let other = try mnemonic.seed(passphrase: SecretBytes(Array("TREZOR".utf8)))
        #expect(other == SecretBytes(hex(try #require(vector["trezor"] as? String))))
        let master = try #require(try ExtendedKey(seed: other).privateText)
        #expect(
            master.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                == vector["master"] as? String)
        let addresses = try #require(vector["addresses"] as? [String: String])
        #expect(addresses.count == 2)
        for (path, address) in addresses {
            let key = try ExtendedKey(seed: seed).derived(along: DerivationPath(path))
            #expect(BitcoinAddress(key.publicKey).text == address)
        }
        let wif = try WalletImportFormat(try #require(vector["wif"] as? String))
        #expect(
            BitcoinAddress(wif.key.publicKey).text == addresses["m/44'/0'/0'/0/0"])
    }
}
