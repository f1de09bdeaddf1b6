import Cryptography
import Testing

@Suite struct AES256GCMTests {
    private static let key =
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    private static let plaintext =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"

    /// NIST's submission of GCM, test cases 13 to 16: key, nonce, associated, plaintext, sealed.
    @Test(arguments: [
        (
            String(repeating: "0", count: 64), String(repeating: "0", count: 24), "", "",
            "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        (
            String(repeating: "0", count: 64), String(repeating: "0", count: 24), "",
            String(repeating: "0", count: 32),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        ),
        (
            key, "cafebabefacedbaddecaf888", "", plaintext,
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
                + "b094dac5d93471bdec1a502270e3cc6c"
        ),
        (
            key, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            String(plaintext.prefix(120)),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ])
    func `sealing is NIST's and opens again`(
        key: String, nonce: String, associated: String, plaintext: String, sealed: String
    ) throws {
        let (key, nonce, associated) = (secret(key), hex(nonce), hex(associated))
        let result = try AES256GCM.seal(
            hex(plaintext), key: key, nonce: nonce, associated: associated)
        #expect(result == hex(sealed))
        let opened = try AES256GCM.open(result, key: key, nonce: nonce, associated: associated)
        #expect(opened == secret(plaintext))
    }

    @Test func `any changed bit of anything is refused`() throws {
        let (key, nonce, associated) = (
            [UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 12), [3, 4] as [UInt8]
        )
        let sealed = try AES256GCM.seal(
            secret("00010203"), key: SecretBytes(key), nonce: nonce, associated: associated)
        let parts = [sealed, key, nonce, associated]
        for part in parts.indices {
            for bit in 0..<(parts[part].count * 8) {
                var changed = parts
                changed[part][bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(throws: CryptographyError.authenticationFailed, "\(part) \(bit)") {
                    try AES256GCM.open(
                        changed[0], key: SecretBytes(changed[1]), nonce: changed[2],
                        associated: changed[3])
                }
            }
        }
    }

    @Test func `a cut or lengthened ciphertext is refused`() throws {
        let (key, nonce) = (
            SecretBytes([UInt8](repeating: 1, count: 32)), hex("000000000000000000000000")
        )
        let sealed = try AES256GCM.seal(secret("0001"), key: key, nonce: nonce, associated: [])
        for count in 0..<sealed.count {
            #expect(throws: CryptographyError.authenticationFailed) {
                try AES256GCM.open(
                    Array(sealed[..<count]), key: key, nonce: nonce, associated: [])
            }
        }
        #expect(throws: CryptographyError.authenticationFailed) {
            try AES256GCM.open(sealed + [0], key: key, nonce: nonce, associated: [])
        }
    }

    @Test func `keys have 32 bytes and nonces 12`() {
        let nonce = [UInt8](repeating: 0, count: 12)
        for count in [0, 16, 31, 33] {
            let key = SecretBytes([UInt8](repeating: 0, count: count))
            #expect(
                throws: CryptographyError.wrongLength(
                    what: "AES-256 key", expected: 32, got: count)
            ) { try AES256GCM.seal([1], key: key, nonce: nonce, associated: []) }
        }
        let key = SecretBytes([UInt8](repeating: 0, count: 32))
        for count in [0, 11, 13, 16] {
            let nonce = [UInt8](repeating: 0, count: count)
            let expected = CryptographyError.wrongLength(
                what: "GCM nonce", expected: 12, got: count)
            #expect(throws: expected) {
                try AES256GCM.seal([1], key: key, nonce: nonce, associated: [])
            }
            #expect(throws: expected) {
                try AES256GCM.open(
                    [UInt8](repeating: 0, count: 20), key: key, nonce: nonce, associated: [])
            }
        }
    }

    @Test func `messages up to the limit are sealed, one byte more is not`() throws {
        let key = SecretBytes([UInt8](repeating: 0, count: 32))
        let nonce = [UInt8](repeating: 0, count: 12)
        let limit = AES256GCM.messageMaximumBytes
        let longest = SecretBytes(count: limit) { _ in }
        #expect(
            try AES256GCM.seal(longest, key: key, nonce: nonce, associated: []).count
                == limit + 16)
        let longer = SecretBytes(count: limit + 1) { _ in }
        #expect(
            throws: CryptographyError.invalidParameter(name: "message length", value: limit + 1)
        ) { try AES256GCM.seal(longer, key: key, nonce: nonce, associated: []) }
    }
}
