import Bytes
import Cryptography
import Testing

@Suite struct ExtendedKeyTests {
    @Test func `vectors 1 to 4 derive, print and read back`() throws {
        let vectors = try vectorLines("bip32.txt").filter { $0[0] == "valid" }
        #expect(vectors.count == 17)
        for vector in vectors {
            let (seed, path) = (secret(vector[1]), try DerivationPath(vector[2]))
            let key = try ExtendedKey(seed: seed).derived(along: path)
            #expect(key.publicText == vector[3], "\(path)")
            #expect(key.privateText == SecretBytes(Array(vector[4].utf8)), "\(path)")
            #expect(Int(key.depth) == path.steps.count)
            let read = try ExtendedKey(vector[4])
            #expect(read.privateText == key.privateText && read.publicText == key.publicText)
            let readPublic = try ExtendedKey(vector[3])
            #expect(readPublic.publicText == vector[3])
            #expect(readPublic.privateKey == nil && readPublic.privateText == nil)
            #expect(readPublic.publicKey == key.publicKey)
            #expect(key.neutered().publicText == vector[3])
        }
    }

    @Test func `vector 5, all that is invalid, is refused`() throws {
        let vectors = try vectorLines("bip32.txt").filter { $0[0] == "invalid" }
        #expect(vectors.count == 16)
        for vector in vectors {
            #expect(throws: CryptographyError.invalidExtendedKey, "\(vector[1])") {
                try ExtendedKey(vector[2])
            }
        }
    }

    @Test func `a public parent has the same normal children and no hardened ones`() throws {
        var generator = Generator()
        for _ in 0..<10 {
            let master = try ExtendedKey(seed: SecretBytes(generator.bytes(32)))
            let step = DerivationPath.Step.normal(UInt32(generator.below(1 << 31)))
            let child = try master.child(step)
            let publicChild = try master.neutered().child(step)
            #expect(child.publicText == publicChild.publicText, generator.comment)
            #expect(publicChild.privateKey == nil)
            #expect(child.parentFingerprint == master.fingerprint)
            #expect(throws: CryptographyError.hardenedFromPublic(index: step.index)) {
                try master.neutered().child(.hardened(step.index))
            }
        }
    }

    @Test func `a key of a test network says so`() throws {
        let key = try ExtendedKey(
            seed: SecretBytes([UInt8](repeating: 1, count: 16)), network: .test)
        #expect(key.publicText.hasPrefix("tpub"))
        #expect(try ExtendedKey(key.publicText).network == .test)
        let text = try #require(key.privateText).withUnsafeBytes { Array($0) }
        #expect(text.starts(with: "tprv".utf8))
        #expect(try ExtendedKey(text).network == .test)
    }

    @Test(arguments: [0, 15, 65])
    func `a seed has 16 to 64 bytes`(count: Int) {
        #expect(throws: CryptographyError.invalidParameter(name: "seed bytes", value: count)) {
            try ExtendedKey(seed: SecretBytes([UInt8](repeating: 1, count: count)))
        }
    }

    @Test func `below depth 255 there is nothing`() throws {
        var key = try ExtendedKey(seed: SecretBytes([UInt8](repeating: 1, count: 16)))
        for _ in 0..<255 { key = try key.child(.normal(0)) }
        #expect(key.depth == 255)
        #expect(throws: CryptographyError.depthExceeded) { try key.child(.normal(0)) }
    }

    @Test func `an address is no extended key`() {
        for text in ["", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", "xprv", "xpub0"] {
            #expect(throws: CryptographyError.invalidExtendedKey) { try ExtendedKey(text) }
        }
    }

    @Test func `an extended key does not print`() throws {
        let key = try ExtendedKey(seed: SecretBytes([UInt8](repeating: 1, count: 16)))
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)" == "<secret>" && !dumped.contains("chainCode"))
    }
}

@Suite struct DerivationPathTests {
    @Test(arguments: [
        "m", "m/0", "m/2147483647", "m/44'/236'/0'/0/5", "m/0'", "m/2147483647'",
    ])
    func `a path prints as it was read`(text: String) throws {
        #expect(try DerivationPath(text).description == text)
    }

    @Test func `h and H are spellings of the mark`() throws {
        let path = try DerivationPath("m/1'/2/3'")
        #expect(try DerivationPath("m/1h/2/3H") == path)
        #expect(path == DerivationPath([.hardened(1), .normal(2), .hardened(3)]))
        #expect(path.steps.map(\.isHardened) == [true, false, true])
        #expect(path.steps.map(\.index) == [1, 2, 3])
        #expect(path.steps[0].value == 0x8000_0001)
    }

    @Test(arguments: [
        "", "/", "M", "n/0", "m/", "m//0", "m/0/", "0/1", "m/-1", "m/+1", "m/01", "m/00", "m/ 0",
        "m/0 ", "m/'", "m/0''", "m/1.0", "m/0x1", "m/2147483648", "m/2147483648'",
        "m/18446744073709551616", "m/99999999999", "m0", "m/٣", "m/0'h", "m\0/0",
    ])
    func `what is no path is refused`(text: String) {
        #expect(throws: CryptographyError.invalidPath(text)) { try DerivationPath(text) }
    }

    @Test func `255 steps are read, 256 are not, nor a text past the limit`() throws {
        let longest = "m" + String(repeating: "/0", count: DerivationPath.stepsMaximum)
        #expect(try DerivationPath(longest).steps.count == 255)
        #expect(throws: CryptographyError.invalidPath(longest + "/0")) {
            try DerivationPath(longest + "/0")
        }
        let text = String(repeating: "m", count: DerivationPath.textMaximumBytes + 1)
        #expect(throws: CryptographyError.invalidPath(String(text.prefix(64)))) {
            try DerivationPath(text)
        }
    }
}
