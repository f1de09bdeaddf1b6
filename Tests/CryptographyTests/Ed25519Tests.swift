import Bytes
import Cryptography
import Testing

@Suite struct Ed25519Tests {
    /// RFC 8032 §7.1: seed, public key, message, signature.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                + "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
                + "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
        (
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ec"
                + "fdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
        // WebWallet's eddsa-ed25519 over a document's hash (reference §10.6).
        (
            "0101010101010101010101010101010101010101010101010101010101010101",
            "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
            "9607b998a8cf07de11ae1ffabdd86800adcfc18d902365de9a2a31cb0b4846b8",
            "82337810c7d4a586ba5cbe684e8d2faad1ffe3cadde9ff6a5a1d268071a766c25af244fc382d9f22"
                + "ba0540b2671aaa6d770300c0b93ba235ec9e7b383a13f60e"
        ),
    ])
    func `signatures are RFC 8032's`(
        seed: String, publicKey: String, message: String, signature: String
    ) throws {
        let key = try Ed25519.PrivateKey(seed: secret(seed))
        #expect(key.publicKey == hex(publicKey))
        #expect(key.sign(hex(message)) == hex(signature))
        #expect(verify(hex(signature), hex(message), hex(publicKey)))
    }

    @Test func `a signature holds for its message and its key alone`() throws {
        var generator = Generator()
        for _ in 0..<10 {
            let key = try Ed25519.PrivateKey(seed: SecretBytes(generator.bytes(32)))
            let message = generator.bytes(1 + generator.below(100))
            let signature = key.sign(message)
            #expect(verify(signature, message, key.publicKey), generator.comment)
            #expect(!verify(signature, message + [0], key.publicKey), generator.comment)
            var changed = signature
            let bit = generator.below(512)
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!verify(changed, message, key.publicKey), generator.comment)
            let stranger = try Ed25519.PrivateKey(seed: SecretBytes(generator.bytes(32)))
            #expect(!verify(signature, message, stranger.publicKey), generator.comment)
        }
    }

    @Test func `wrong lengths are refused`() throws {
        let key = try Ed25519.PrivateKey(seed: SecretBytes([UInt8](repeating: 1, count: 32)))
        let signature = key.sign([1])
        #expect(verify(signature, [1], key.publicKey))
        for count in [0, 63, 65, 128] {
            let bytes = Array((signature + signature)[..<count])
            #expect(!verify(bytes, [1], key.publicKey))
        }
        for count in [0, 31, 33] {
            let bytes = Array((key.publicKey + key.publicKey)[..<count])
            #expect(!verify(signature, [1], bytes))
        }
        for count in [0, 31, 33, 64] {
            let seed = SecretBytes([UInt8](repeating: 1, count: count))
            #expect(
                throws: CryptographyError.wrongLength(
                    what: "Ed25519 seed", expected: 32, got: count)
            ) { try Ed25519.PrivateKey(seed: seed) }
        }
    }

    @Test func `S plus the order is refused`() throws {
        let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        let key = try Ed25519.PrivateKey(seed: SecretBytes([UInt8](repeating: 2, count: 32)))
        let signature = key.sign([1, 2, 3])
        var malleated = Array(signature[..<32])
        var carry = 0
        for index in 0..<32 {
            carry += Int(signature[32 + index]) + Int(order[index])
            malleated.append(UInt8(carry & 0xff))
            carry >>= 8
        }
        #expect(carry == 0)
        #expect(!verify(malleated, [1, 2, 3], key.publicKey))
        #expect(!verify(Array(signature[..<32]) + order, [1, 2, 3], key.publicKey))
    }

    /// With A of small order, R the neutral point and S = 0, the equation of RFC 8032 holds for
    /// every message (or every few): whoever takes such a key takes anything.
    @Test(arguments: [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        // The same points with Y not below the prime.
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ])
    func `a key of small order signs nothing`(publicKey: String) {
        let neutral: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)
        let signature = neutral + [UInt8](repeating: 0, count: 32)
        for message in UInt8.min...64 {
            if verify(signature, [message], hex(publicKey)) {
                Issue.record("message \(message) taken")
            }
        }
    }

    @Test func `a key that does not print and is drawn from its source`() throws {
        let first = try Ed25519.PrivateKey.random(from: SeededRandom(seed: [1]))
        let second = try Ed25519.PrivateKey.random(from: SeededRandom(seed: [1]))
        #expect(first.publicKey == second.publicKey)
        #expect("\(first)" == "<secret>")
    }

    private func verify(_ signature: [UInt8], _ message: [UInt8], _ publicKey: [UInt8]) -> Bool {
        Ed25519.verify(signature: signature, message: message, publicKey: publicKey)
    }
}
