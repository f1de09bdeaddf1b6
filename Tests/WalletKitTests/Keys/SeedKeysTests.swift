import Bytes
import Cryptography
import Documents
import Testing

@testable import WalletKit

@Suite struct SeedKeysTests {
    @Test func pathsAreTheDesignsOwn() throws {
        let cases: [(KeyRole, String, SignatureScheme)] = [
            (.address(.ecdsaSecp256k1, index: 0), "m/2015'/0'/0'", .ecdsaSecp256k1),
            (.address(.eddsaEd25519, index: 5), "m/2015'/1'/5'", .eddsaEd25519),
            (.domain, "m/2015'/2'/0'", .eddsaEd25519),
            (.witness, "m/2015'/2'/1'", .eddsaEd25519),
            (.device(incarnation: 2_147_483_647), "m/2015'/3'/2147483647'", .ecdsaSecp256k1),
        ]
        for (role, path, scheme) in cases {
            #expect(try role.path.description == path)
            #expect(role.scheme == scheme)
            #expect(try testSeed().key(role).scheme == scheme)
        }
        for index in [-1, SeedKeys.indexEnd] {
            #expect(throws: KeyError.indexOutOfRange(index)) {
                try testSeed().deviceKey(incarnation: index)
            }
        }
    }

    @Test func keysAreThoseOfBIP32AlongThePath() throws {
        let seed = try testSeed()
        let master = try ExtendedKey(seed: seed.seed)
        let path = try DerivationPath("m/2015'/1'/3'")
        let derived = try master.derived(along: path).privateKey?.secret
        let key = try seed.addressKey(scheme: .eddsaEd25519, index: 3)
        #expect(key.secret == derived)
        #expect(try key.publicKey == Ed25519.PrivateKey(seed: key.secret).publicKey)
    }

    // Computed apart from this code: HMAC-SHA512 and the curve in a page of Python.
    @Test func keysOfAKnownSeedAreThese() throws {
        let seed = try testSeed()
        let cases: [(KeyRole, String)] = [
            (
                .address(.ecdsaSecp256k1, index: 0),
                "eeebfed491b3d4dfad91070547cb55ae8437405b6ccecedd1c60a9eac20ab5af"
            ),
            (
                .address(.ecdsaSecp256k1, index: 1),
                "c29114545610f62b48a5d2a4c9a5c945d0f736b6b9fc78e0875c898b90c69f28"
            ),
            (
                .address(.eddsaEd25519, index: 0),
                "0d98f245d04755a10d638a4d2758f2a356f72d30f925cc4cd59405459b634662"
            ),
            (
                .domain,
                "43a7b75a9e40f6e85a9fcc1114c1c689720dc838d0b1f5b1fb2be3d7bfb3c5ed"
            ),
            (
                .witness,
                "80c291300141b3ed1a12b8b66d1fed7750dfcff818758829e1dcc8549c333f1c"
            ),
            (
                .device(incarnation: 123_456_789),
                "7747cd95287b48489190de86ee3a3d5ced78bd11fb94f4c5a068aea7f5c3330e"
            ),
        ]
        for (role, secret) in cases {
            #expect(hexadecimal(try seed.key(role).secret) == secret)
        }
        #expect(seed.fingerprint == 0xb4e3_f5ed)
    }

    @Test func keysOfAllRolesDiffer() throws {
        let seed = try testSeed()
        let roles: [KeyRole] =
            [.domain, .witness]
            + (0..<4).flatMap { index -> [KeyRole] in
                [
                    .address(.ecdsaSecp256k1, index: index), .address(.eddsaEd25519, index: index),
                    .device(incarnation: index),
                ]
            }
        let secrets = try roles.map { hexadecimal(try seed.key($0).secret) }
        #expect(Set(secrets).count == roles.count)
    }

    @Test func seedsHaveOneLengthAndIncarnations31Bits() throws {
        for count in [0, 16, 63, 65] {
            #expect(throws: KeyError.secretLength(expected: 64, got: count)) {
                try SeedKeys(seed: SecretBytes([UInt8](repeating: 1, count: count)))
            }
        }
        let random = SeededRandom(seed: [1])
        let numbers = try (0..<200).map { _ in try SeedKeys.randomIncarnation(from: random) }
        #expect(numbers.allSatisfy { (0..<SeedKeys.indexEnd).contains($0) })
        #expect(Set(numbers).count == 200 && numbers.contains { $0 > 1 << 30 })
    }
}
