import Bytes
import Cryptography
import Documents
import Testing

@Suite struct AddressTests {
    private func refusal(_ text: String) -> RefusalCode? {
        do {
            _ = try Address(text: text)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [
        "issuer.uncompressed", "issuer.compressed", "alice.uncompressed", "alice.compressed",
        "bob.uncompressed", "bob.compressed", "eddsa",
    ])
    func `keys have the original's addresses`(name: String) throws {
        let text = try vector(name, "address")
        let address = try Address(of: hex(vector(name, "public")))
        #expect(address.text == text)
        #expect(try Address(text: text) == address)
        #expect(try Address(hash160: hex(vector(name, "hash160"))) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("wUhBhfiaDxpYwdE754TU8XH49ayDjqM3bR", "636eec1c52e35ae73c1ee6edde19cbc5b788e11b"),
        ("wN1eGtWF4RoFHmsirNev2g4RzuNJh3631F", "1a23b60193f96e71ea9bb04a3df93a65cfa14b04"),
    ])
    func `the documentation's addresses have their hashes`(text: String, hash: String) throws {
        #expect(Address(hash160: hex(hash)).text == text)
    }

    @Test func `a right checksum over another version or length is no address`() {
        for version in UInt8.min...UInt8.max {
            let text = Base58Check.encode(version: version, [UInt8](repeating: 7, count: 20))
            #expect((refusal(text) == nil) == (version == Address.version))
        }
        for count in [0, 1, 19, 21, 32] {
            let text = Base58Check.encode(
                version: Address.version, [UInt8](repeating: 7, count: count))
            #expect(refusal(text) == .invalidAddress)
        }
        #expect(refusal("1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs") == .invalidAddress)
        #expect(refusal("cAKG5bJxEcbdxex9dYVdikfCoV9fnqiqbi") == .invalidAddress)
    }

    @Test func `a mistyped character anywhere is noticed`() {
        let text = Array("wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfi".utf8)
        #expect(refusal(String(decoding: text, as: UTF8.self)) == nil)
        for position in text.indices {
            for byte in UInt8(0x20)...0x7e where byte != text[position] {
                var other = text
                other[position] = byte
                #expect(refusal(String(decoding: other, as: UTF8.self)) == .invalidAddress)
            }
        }
        for position in 1..<text.count where text[position] != text[position - 1] {
            var other = text
            other.swapAt(position, position - 1)
            #expect(refusal(String(decoding: other, as: UTF8.self)) == .invalidAddress)
        }
    }

    @Test(arguments: [
        "", "w", " wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfi", "wV14Bw1gYGSFMDuNjpaJywt67oW3awXdf",
        "wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfi1", "1wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfi",
        "wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfi\n",
    ])
    func `other texts are refused`(text: String) {
        #expect(refusal(text) == .invalidAddress)
    }

    @Test func `the order of addresses is that of their texts and of their hashes`() throws {
        var random = Generator()
        for _ in 0..<2_000 {
            let hashes = [random.bytes(20), random.bytes(20)]
            let (first, second) = (Address(hash160: hashes[0]), Address(hash160: hashes[1]))
            #expect((first < second) == (first.text < second.text), random.comment)
            #expect(
                (first < second) == hashes[0].lexicographicallyPrecedes(hashes[1]), random.comment)
            #expect(try Address(text: first.text) == first, random.comment)
            #expect(first.textBytes == Array(first.text.utf8), random.comment)
            #expect(first.text.utf8.count == Address.textBytes, random.comment)
        }
    }
}
