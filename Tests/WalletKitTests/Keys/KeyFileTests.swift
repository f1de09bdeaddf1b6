import Bytes
import Cryptography
import Documents
import Testing

@testable import WalletKit

@Suite struct KeyFileTests {
    private let random = SeededRandom(seed: [9])

    private func sealed(_ secret: KeySecret, _ opener: KeyOpener) throws -> KeyFile {
        let stretching = KeyStretching(cost: smallCost, salt: try random.bytes(16))
        return try KeyFile(
            sealing: secret, stretching, key: try opener.key(stretching), random: random)
    }

    private func samples() throws -> [KeySecret] {
        let seed = try testSeed()
        let role = KeyRole.address(.eddsaEd25519, index: 7)
        return [
            .seed(seed), try testKey(1), try testKey(2, .eddsaEd25519),
            .key(try seed.key(role), path: try role.path),
        ]
    }

    @Test func everyKindIsReadBackAsItWasWritten() throws {
        for secret in try samples() {
            let key = opener("correct horse")
            for file in [KeyFile(plain: secret), try sealed(secret, key)] {
                let bytes = file.serialized()
                let read = try KeyFile(bytes, name: "f")
                #expect(read.serialized() == bytes)
                #expect(read.publicPart == secret.publicPart)
                #expect(read.isEncrypted == file.isEncrypted)
                #expect(try read.open(key, name: "f").bytes == secret.bytes)
            }
        }
    }

    @Test func theTextIsTheDocumentedOne() throws {
        let text = String(decoding: try sealed(testKey(1), opener("a")).serialized(), as: UTF8.self)
        let names = text.split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
        #expect(
            names == [
                "wallet-key", "kind", "scheme", "public", "encryption", "n", "r", "p", "salt",
                "nonce", "ciphertext", "checksum",
            ])
        #expect(text.hasPrefix("wallet-key: 1\nkind: key\nscheme: ecdsa-secp256k1\npublic: 031b84"))
        #expect(text.utf8.last == 0x0a)
        let plain = KeyFile(plain: .seed(try testSeed())).serialized()
        #expect(
            String(decoding: plain, as: UTF8.self)
                .hasPrefix("wallet-key: 1\nkind: seed\nfingerprint: b4e3f5ed\nencryption: none\n"))
    }

    @Test func aWrongPassphraseIsToldFromDamage() throws {
        let file = try sealed(testKey(1), opener("right"))
        #expect(
            keyError { _ = try file.open(opener("wrong"), name: "f") }
                == .wrongPassphrase(file: "f"))
        var bytes = file.serialized()
        bytes[bytes.count - 60] ^= 1
        #expect(keyError { _ = try KeyFile(bytes, name: "f") } == .damaged(file: "f"))
    }

    @Test func everyFlippedBitIsRefused() throws {
        for secret in try samples() {
            let key = opener("p")
            for file in [KeyFile(plain: secret), try sealed(secret, key)] {
                let bytes = file.serialized()
                for index in bytes.indices {
                    for bit in 0..<8 {
                        var flipped = bytes
                        flipped[index] ^= 1 << UInt8(bit)
                        let error = keyError { _ = try KeyFile(flipped, name: "f") }
                        #expect(error != nil, "byte \(index) bit \(bit)")
                    }
                }
            }
        }
    }

    /// The checksum keeps nobody out who can compute it: then the seal must.
    @Test func aForgedHeadDoesNotOpen() throws {
        let key = opener("p")
        let bytes = try sealed(testKey(1), key).serialized()
        let end = bytes.count - "checksum: \n".utf8.count - 2 * KeyFile.checksumBytes
        var (refused, opened) = (0, 0)
        for index in 0..<end {
            var forged = Array(bytes[..<end])
            forged[index] ^= 1
            forged += Array("checksum: ".utf8)
            forged += Hexadecimal.encodedBytes(KeyFile.checksum(forged[..<end]))
            forged.append(0x0a)
            guard let file = try? KeyFile(forged, name: "f") else {
                refused += 1
                continue
            }
            opened += 1
            let error = keyError { _ = try file.open(key, name: "f") }
            #expect(error == .wrongPassphrase(file: "f"), "byte \(index)")
        }
        #expect(refused > 50 && opened > 50)
    }

    @Test func aPlainFileOfAnotherKeyIsRefused() throws {
        let one = KeyFile(plain: try testKey(1))
        let mixed = KeyFile(try testKey(2).publicPart, one.content)
        let file = try KeyFile(mixed.serialized(), name: "f")
        let error = keyError { _ = try file.open(KeyOpener(), name: "f") }
        #expect(error == .publicPartMismatch(file: "f"))
    }

    @Test func everyTruncationIsRefused() throws {
        for secret in try samples() {
            for file in [KeyFile(plain: secret), try sealed(secret, opener("p"))] {
                let bytes = file.serialized()
                for count in 0..<bytes.count {
                    let error = keyError { _ = try KeyFile(Array(bytes[..<count]), name: "f") }
                    #expect(error != nil, "\(count)")
                }
                let longer = keyError { _ = try KeyFile(bytes + [0x0a], name: "f") }
                guard case .malformed(_, _, .trailing) = longer else {
                    Issue.record("\(String(describing: longer))")
                    continue
                }
            }
        }
    }

    @Test func malformedLinesAreRefusedByLineAndReason() throws {
        let text = String(decoding: try sealed(testKey(1), opener("a")).serialized(), as: UTF8.self)
        let cases: [(String, String, Int, KeyError.SyntaxReason)] = [
            ("wallet-key: 1", "wallet_key: 1", 1, .notAKeyFile),
            ("wallet-key: 1", "wallet-key: 2", 1, .version), ("kind: key", "kind: Key", 2, .kind),
            ("kind: key", "Kind: key", 2, .order), ("ecdsa-secp", "ecdsa-secq", 3, .scheme),
            ("public: 031b", "public: 0510", 4, .publicKey), ("03", "0", 4, .hexadecimal),
            ("public: 031b", "public: 031B", 4, .hexadecimal),
            ("encryption", "path: m/1h\nencryption", 5, .path),
            ("encryption", "path: m/01\nencryption", 5, .path),
            ("aes256", "aes128", 5, .encryption),
            ("n: 16", "n: 016", 6, .number), ("n: 16", "n: +16", 6, .number),
            ("n: 16", "n: 99999999999", 6, .number), ("n: 16", "n: ", 6, .number),
            ("n: 16\nr: 1", "r: 1\nn: 16", 6, .order), ("nonce: ", "nonce: 00", 10, .hexadecimal),
        ]
        for (old, new, line, reason) in cases {
            let changed = text.replacing(old, with: new, maxReplacements: 1)
            let error = keyError { _ = try KeyFile(Array(changed.utf8), name: "f") }
            #expect(error == .malformed(file: "f", line: line, reason: reason), "\(new)")
        }
    }

    @Test func costsBeyondTheirLimitsAreRefusedUnread() throws {
        let text = String(decoding: try sealed(testKey(1), opener("a")).serialized(), as: UTF8.self)
        let cases = [
            (2_097_152, 8, 1, "n"), (1, 8, 1, "n"), (0, 8, 1, "n"), (65_535, 8, 1, "n"),
            (16, 33, 1, "r"), (16, 0, 1, "r"), (16, 8, 17, "p"), (16, 8, 0, "p"),
            (262_144, 8, 1, "memory"), (65_536, 17, 1, "memory"), (65_536, 1, 1, "n"),
        ]
        for (n, r, p, name) in cases {
            let changed = text.replacing("n: 16\nr: 1\np: 1\n", with: "n: \(n)\nr: \(r)\np: \(p)\n")
            let error = keyError { _ = try KeyFile(Array(changed.utf8), name: "f") }
            guard case .limitExceeded("f", name, _, _) = error else {
                Issue.record("\(n) \(r) \(p): \(String(describing: error))")
                continue
            }
        }
        #expect(StretchingCost(n: 131_072, r: 8, p: 16).excess == nil)
        #expect(StretchingCost.standard.excess == nil)
    }

    @Test func anyBytesAreReadOrRefusedWithoutATrap() throws {
        let lines = String(
            decoding: try sealed(testKey(1), opener("a")).serialized()
                + KeyFile(plain: .seed(testSeed())).serialized(), as: UTF8.self
        ).split(separator: "\n").map(String.init)
        var seed = ConfigurationSeed(5)
        for _ in 0..<5_000 {
            var bytes = (0..<Int(seed.next() % 14)).flatMap { _ in
                Array((seed.pick(lines) + "\n").utf8)
            }
            if !bytes.isEmpty && seed.next() % 2 == 0 {
                bytes[Int(seed.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: seed.next())
            }
            if let file = try? KeyFile(bytes, name: "f") { #expect(file.serialized() == bytes) }
        }
    }
}
