import Bytes
import Cryptography
import Testing

@Suite struct HashTests {
    @Test func `SHA-256 of abc is FIPS 180-4's`() {
        #expect(
            Hash.sha256(Array("abc".utf8)).hexadecimal
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            Hash.sha256([UInt8]()).hexadecimal
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `SHA-256 of the word webwallet is its documentation's`() {
        #expect(
            Hash.sha256(Array("webwallet".utf8)).hexadecimal
                == "90b69feb03ef3af84da763c2183d8a408ea961b6cdce7e250144ba7c154be307")
    }

    @Test func `the double hash of hello is the Clojure core's`() {
        #expect(
            Hash.sha256d(Array("hello".utf8)).hexadecimal
                == "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50")
    }

    @Test func `SHA-512 of abc is FIPS 180-4's`() {
        let expected =
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        #expect(Hash.sha512(Array("abc".utf8)) == hex(expected))
        #expect(Hash.sha512(Array("xabc".utf8)[1...]) == hex(expected))
    }

    @Test(arguments: [
        ("", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
        ("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        ("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"),
    ])
    func `RIPEMD-160 is its authors'`(text: String, expected: String) {
        #expect(Hash.ripemd160(Array(text.utf8)) == hex(expected))
        #expect(Hash.ripemd160(Array(("x" + text).utf8)[1...]) == hex(expected))
    }

    @Test func `hash160 of key 1 is Bitcoin's`() {
        let key = hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
        let expected = hex("751e76e8199196d454941c45d1b3a323f1433bd6")
        #expect(Hash.hash160(key) == expected)
        #expect(Hash.hash160(([0] + key)[1...]) == expected)
        var output = [UInt8](repeating: 0, count: 20)
        key.withUnsafeBytes { key in
            output.withUnsafeMutableBytes { Hash.hash160(key, into: $0) }
        }
        #expect(output == expected)
    }

    @Test func `a slice hashes as its bytes do`() {
        let bytes: [UInt8] = Array(0..<200)
        #expect(Hash.sha256(bytes[10..<90]) == Hash.sha256(Array(bytes[10..<90])))
        #expect(Hash.sha256d(bytes[10..<90]) == Hash.sha256(Hash.sha256(bytes[10..<90]).bytes))
    }

    @Test func `a stream's digest does not depend on the pieces`() {
        var generator = Generator()
        for _ in 0..<50 {
            let bytes = generator.bytes(generator.below(1_000))
            var stream = SHA256Stream()
            var offset = 0
            while offset < bytes.count {
                let end = min(bytes.count, offset + 1 + generator.below(150))
                stream.update(bytes[offset..<end])
                offset = end
            }
            #expect(stream.finalize() == Hash.sha256(bytes), generator.comment)
        }
    }

    @Test func `a stream goes on after its digest is asked for`() {
        var stream = SHA256Stream()
        stream.update(Array("a".utf8))
        #expect(stream.finalize() == Hash.sha256(Array("a".utf8)))
        stream.update(Array("bc".utf8))
        #expect(stream.finalize() == Hash.sha256(Array("abc".utf8)))
    }

    @Test func `HMAC is RFC 4231's, case 2 and the long key of case 6`() {
        let jefe = Array("Jefe".utf8)
        let question = Array("what do ya want for nothing?".utf8)
        #expect(
            Hash.hmacSHA256(key: jefe, message: question).hexadecimal
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            Hash.hmacSHA512(key: jefe, message: question)
                == hex(
                    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                        + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"))
        let long = [UInt8](repeating: 0xaa, count: 131)
        let text = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        #expect(
            Hash.hmacSHA256(key: long, message: text).hexadecimal
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func `HMAC of nothing under nothing does not reuse the last key`() {
        _ = Hash.hmacSHA256(key: Array("another".utf8), message: [1])
        #expect(
            Hash.hmacSHA256(key: [], message: []).hexadecimal
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}
