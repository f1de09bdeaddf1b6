import Bytes
import Cryptography
import Testing

/// The original's addresses and hashes (Tests/Vectors/webwallet.json, reference §10).
@Suite struct WebWalletTests {
    @Test func `every public key gives the original's address`() throws {
        let vectors = try vectorObjects("webwallet.json")
        var checked = 0
        for (name, vector) in vectors {
            guard let text = vector["public"], let address = vector["address"] else { continue }
            let hash160 = Hash.hash160(hex(text))
            #expect(Hexadecimal.encode(hash160) == vector["hash160"], "\(name)")
            #expect(Base58Check.encode(version: 0x87, hash160) == address, "\(name)")
            #expect(Base58Check.decode(address) == [0x87] + hash160, "\(name)")
            let checksum = Hash.sha256d([0x87] + hash160).hexadecimal.prefix(8)
            #expect(String(checksum) == vector["checksum"], "\(name)")
            if let sha256 = vector["sha256"] {
                #expect(Hash.sha256(hex(text)).hexadecimal == sha256, "\(name)")
            }
            checked += 1
        }
        #expect(checked == 7)
    }

    @Test func `every canonical text has the original's hashes`() throws {
        let vectors = try vectorObjects("webwallet.json")
        var checked = 0
        for (name, vector) in vectors {
            guard let canonical = vector["canonical"], let once = vector["sha256_1"] else {
                continue
            }
            let bytes = Array(canonical.utf8)
            #expect(Hash.sha256(bytes).hexadecimal == once, "\(name)")
            let twice = vector["sha256_2"] ?? vector["hash"]
            #expect(Hash.sha256d(bytes).hexadecimal == twice, "\(name)")
            checked += 1
        }
        #expect(checked == 6)
    }

    @Test func `the original's EdDSA signature is ours`() throws {
        let vector = try #require(vectorObjects("webwallet.json")["eddsa"])
        let seed = try #require(vector["seed"])
        let key = try Ed25519.PrivateKey(seed: secret(seed))
        let message = try hex(#require(vector["sha256_2"]))
        #expect(Hexadecimal.encode(key.publicKey) == vector["public"])
        #expect(Hexadecimal.encode(key.sign(message)) == vector["sig"])
    }

    /// Its home-made curve looks like secp256k1 from outside, and is not.
    @Test func `keys and signatures of the original's own curve are refused`() throws {
        let vectors = try vectorObjects("webwallet.json")
        let publicKey = try hex(#require(vectors["issuer.uncompressed"]?["public"]))
        let signature = try hex(#require(vectors["iou1"]?["der"]))
        let digest = try digest(#require(vectors["iou1"]?["sha256_2"]))
        #expect(Secp256k1.PublicKey(publicKey) == nil)
        #expect(!Secp256k1.verify(signature: signature, digest: digest, publicKey: publicKey))
    }
}
