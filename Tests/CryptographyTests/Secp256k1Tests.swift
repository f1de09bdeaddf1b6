import Bytes
import Cryptography
import Testing

private let orderLessOne = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"
private let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"

@Suite struct Secp256k1Tests {
    /// Private key, message, DER: the RFC 6979 signatures on which Trezor, Haskoin and bitcoinjs
    /// agree; the digest is one SHA-256.
    @Test(arguments: [
        (
            "0000000000000000000000000000000000000000000000000000000000000001",
            "Satoshi Nakamoto",
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
            "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
        ),
        (
            "0000000000000000000000000000000000000000000000000000000000000001",
            "All those moments will be lost in time, like tears in rain. Time to die...",
            "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
            "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"
        ),
        (
            orderLessOne,
            "Satoshi Nakamoto",
            "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0",
            "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5"
        ),
        (
            "f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181",
            "Alan Turing",
            "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c",
            "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea"
        ),
        (
            "e91671c46231f833a6406ccbea0e3e392c76c167bac1cb013f6f1013980455c2",
            "There is a computer disease that anybody who works with computers knows about. "
                + "It's a very serious disease and it interferes completely with the work. The "
                + "trouble with computers is that you 'play' with them!",
            "b552edd27580141f3b2a5463048cb7cd3e047b97c9f98076c32dbdf85a68718b",
            "279fa72dd19bfae05577e06c7c0c1900c371fcd5893f7e1d56a37d30174671f6"
        ),
    ])
    func `signatures carry the nonce of RFC 6979`(
        key: String, message: String, r: String, s: String
    ) throws {
        let key = try Secp256k1.PrivateKey(secret(key))
        let digest = Hash.sha256(Array(message.utf8))
        let signature = key.sign(digest)
        #expect(signature == der(hex(r), hex(s)))
        #expect(key.publicKey.isValid(signature: signature, digest: digest))
    }

    @Test func `the Clojure core's signature of 2022 is strict and low and ours byte for byte`()
        throws
    {
        let key = try Secp256k1.PrivateKey(
            secret("18e14a7b6a307f426a94f8114701e7c8e774e7f9a47e2c2035db29a206321725"))
        let public2022 = hex("0250863ad64a87ae8a2fe83c1af1a8403cb53f53e486d8511dad8a04887e5b2352")
        #expect(key.publicKey.compressed == public2022)
        #expect(
            Base58Check.encode(version: 0, Hash.hash160(public2022))
                == "1PMycacnJaSqwwJqjawXBErnLsZ7RkXUAs")
        let hello = Hash.sha256d(Array("hello".utf8))
        let signature = hex(
            "30450221009b82b660de94b623a1d99bbe11d36733e0fb8a510cbafde3101a7d2739c3a917"
                + "022008c12dd6379afb027ebc271c608187770cfa1dc4e2bc75eeba1e3c5271bc6609")
        #expect(Secp256k1.verify(signature: signature, digest: hello, publicKey: public2022))
        #expect(key.sign(hello) == signature)
    }

    @Test func `the spend of a real node is ours byte for byte`() throws {
        let key = try Secp256k1.PrivateKey(secret(String(repeating: "0", count: 63) + "1"))
        let sighash = digest("8c798d2acb0bb894c73e474ab26a8e7243bd600de98d77b94c0b66c03b89b17b")
        let expected = hex(
            "3044022002ff766c696f54ccb5a8aad950f6b74f15051ebbdee2055acdd77cabdb919645"
                + "02202ffc3e792093f02577139506ea5c61174cc370b458e416ed4d7a1735f38a7111")
        #expect(key.sign(sighash) == expected)
        #expect(key.publicKey.isValid(signature: expected, digest: sighash))
    }

    @Test func `keys outside 1 to the order less 1 are refused`() throws {
        let zero = secret(String(repeating: "0", count: 64))
        #expect(throws: CryptographyError.invalidPrivateKey) { try Secp256k1.PrivateKey(zero) }
        #expect(throws: CryptographyError.invalidPrivateKey) {
            try Secp256k1.PrivateKey(secret(order))
        }
        #expect(throws: CryptographyError.invalidPrivateKey) {
            try Secp256k1.PrivateKey(secret(String(repeating: "f", count: 64)))
        }
        _ = try Secp256k1.PrivateKey(secret(orderLessOne))
    }

    @Test(arguments: [0, 31, 33])
    func `a private key has 32 bytes`(count: Int) {
        let bytes = SecretBytes([UInt8](repeating: 1, count: count))
        #expect(
            throws: CryptographyError.wrongLength(what: "private key", expected: 32, got: count)
        ) { try Secp256k1.PrivateKey(bytes) }
    }

    @Test func `public keys are read compressed or not, never hybrid`() throws {
        let x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        let y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
        let compressed = try #require(Secp256k1.PublicKey(hex("02" + x)))
        let uncompressed = try #require(Secp256k1.PublicKey(hex("04" + x + y)))
        #expect(compressed == uncompressed)
        #expect(compressed.hashValue == uncompressed.hashValue)
        #expect(compressed.uncompressed == hex("04" + x + y))
        #expect(uncompressed.compressed == hex("02" + x))
        // 06 is libsecp256k1's hybrid form for an even Y: the library takes it, we do not.
        #expect(Secp256k1.PublicKey(hex("06" + x + y)) == nil)
        #expect(Secp256k1.PublicKey(hex("07" + x + y)) == nil)
        #expect(Secp256k1.PublicKey(hex("04" + x)) == nil)
        #expect(Secp256k1.PublicKey(hex("02" + x + y)) == nil)
        #expect(Secp256k1.PublicKey(hex("05" + x)) == nil)
        #expect(Secp256k1.PublicKey(hex("04" + x + x)) == nil)
        #expect(Secp256k1.PublicKey(hex(x)) == nil)
        #expect(Secp256k1.PublicKey([UInt8]()) == nil)
        // X not below the field's prime; X = 5 is on no point of the curve.
        #expect(Secp256k1.PublicKey(hex("02" + String(repeating: "f", count: 64))) == nil)
        #expect(Secp256k1.PublicKey(hex("02" + String(repeating: "0", count: 63) + "5")) == nil)
    }

    @Test func `a tweak moves the private and the public key to the same place`() throws {
        var generator = Generator()
        for _ in 0..<20 {
            let key = try Secp256k1.PrivateKey(SecretBytes(generator.bytes(32)))
            let tweak = SecretBytes(generator.bytes(32))
            let moved = try #require(key.adding(tweak: tweak))
            #expect(moved.publicKey == key.publicKey.adding(tweak: tweak), generator.comment)
            #expect(moved.publicKey != key.publicKey, generator.comment)
        }
    }

    @Test func `a tweak that gives no key is refused`() throws {
        let one = try Secp256k1.PrivateKey(secret(String(repeating: "0", count: 63) + "1"))
        for tweak in [orderLessOne, order, "00"] {
            #expect(one.adding(tweak: secret(tweak)) == nil)
            #expect(one.publicKey.adding(tweak: secret(tweak)) == nil)
        }
    }

    @Test func `a signature holds for its digest and its key alone`() throws {
        var generator = Generator()
        for _ in 0..<20 {
            let key = try Secp256k1.PrivateKey(SecretBytes(generator.bytes(32)))
            let digest = Hash.sha256(generator.bytes(10))
            let signature = key.sign(digest)
            let other = Hash.sha256(generator.bytes(10))
            #expect(key.publicKey.isValid(signature: signature, digest: digest))
            #expect(!key.publicKey.isValid(signature: signature, digest: other), generator.comment)
            let bit = generator.below(signature.count * 8)
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.publicKey.isValid(signature: changed, digest: digest), generator.comment)
            let stranger = try Secp256k1.PrivateKey(SecretBytes(generator.bytes(32)))
            #expect(!stranger.publicKey.isValid(signature: signature, digest: digest))
        }
    }

    @Test func `many threads sign at once and agree`() async throws {
        let key = try Secp256k1.PrivateKey.random(from: SeededRandom(seed: [1]))
        let digest = Hash.sha256([UInt8](repeating: 9, count: 9))
        let expected = key.sign(digest)
        let public33 = key.publicKey.compressed
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<50).allSatisfy { _ in
                        key.sign(digest) == expected
                            && Secp256k1.verify(
                                signature: expected, digest: digest, publicKey: public33)
                    }
                }
            }
            for await agreed in group { #expect(agreed) }
        }
    }

    @Test func `a key does not print`() throws {
        let key = try Secp256k1.PrivateKey.random(from: SeededRandom(seed: [2]))
        var dumped = ""
        dump(key, to: &dumped)
        let reflected = String(reflecting: key)
        #expect("\(key)" == "<secret>" && reflected == "<secret>")
        #expect(!dumped.contains("storage"))
    }
}

/// The strict DER of two positive numbers.
func der(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] {
    func number(_ bytes: [UInt8]) -> [UInt8] {
        var body = Array(bytes.drop { $0 == 0 })
        if body.isEmpty || body[0] >= 0x80 { body.insert(0, at: 0) }
        return [0x02, UInt8(body.count)] + body
    }
    let body = number(r) + number(s)
    return [0x30, UInt8(body.count)] + body
}
