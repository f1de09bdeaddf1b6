import Cryptography
import Testing

@Suite struct KeyDerivationTests {
    /// RFC 7914 §12; the fourth vector takes a gibibyte, which is past the limit.
    @Test(arguments: [
        (
            "", "", 16, 1, 1,
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        ),
        (
            "password", "NaCl", 1_024, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", 16_384, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func `scrypt is RFC 7914's`(
        passphrase: String, salt: String, n: Int, r: Int, p: Int, expected: String
    ) throws {
        let derived = try Scrypt.derive(
            passphrase: SecretBytes(Array(passphrase.utf8)), salt: Array(salt.utf8), n: n, r: r,
            p: p, count: 64)
        #expect(derived == secret(expected))
    }

    @Test(arguments: [
        (0, 8, 1, 32, "n"), (1, 8, 1, 32, "n"), (-16, 8, 1, 32, "n"), (1_000, 8, 1, 32, "n"),
        (Int.max, 8, 1, 32, "n"), (1 << 62, 8, 1, 32, "n"), (16, 0, 1, 32, "r"),
        (16, Int.max, 1, 32, "r"), (16, 8, 0, 32, "p"), (16, 8, Int.max, 32, "p"),
        (16, 8, 1, 0, "count"), (16, 8, 1, Scrypt.outputMaximumBytes + 1, "count"),
        (1 << 24, 2, 1, 32, "n * r * p"), (1 << 20, 8, 3, 32, "n * r * p"),
    ])
    func `scrypt refuses parameters outside its bounds`(
        n: Int, r: Int, p: Int, count: Int, name: String
    ) {
        let error = #expect(throws: CryptographyError.self) {
            try Scrypt.derive(
                passphrase: secret("00"), salt: [], n: n, r: r, p: p, count: count)
        }
        guard case .invalidParameter(name, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `scrypt refuses more memory than the limit`() {
        let error = #expect(throws: CryptographyError.self) {
            try Scrypt.derive(
                passphrase: secret("00"), salt: [], n: 1 << 19, r: 8, p: 1, count: 32)
        }
        guard case .memoryLimitExceeded(let needed, Scrypt.memoryMaximumBytes) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(needed > Scrypt.memoryMaximumBytes)
    }

    /// Recomputed with Python's hashlib.
    @Test(arguments: [
        (
            1,
            "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252"
                + "c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce"
        ),
        (
            4_096,
            "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
                + "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5"
        ),
    ])
    func `PBKDF2 with HMAC-SHA512 is RFC 8018's`(iterations: Int, expected: String) throws {
        let derived = try PBKDF2.hmacSHA512(
            password: SecretBytes(Array("password".utf8)), salt: SecretBytes(Array("salt".utf8)),
            iterations: iterations, count: 64)
        #expect(derived == secret(expected))
    }

    @Test func `PBKDF2 refuses parameters outside its bounds`() {
        for iterations in [-1, 0, PBKDF2.iterationsMaximum + 1] {
            #expect(
                throws: CryptographyError.invalidParameter(name: "iterations", value: iterations)
            ) {
                try PBKDF2.hmacSHA512(
                    password: secret(""), salt: secret(""), iterations: iterations, count: 1)
            }
        }
        for count in [-1, 0, PBKDF2.outputMaximumBytes + 1] {
            #expect(throws: CryptographyError.invalidParameter(name: "count", value: count)) {
                try PBKDF2.hmacSHA512(
                    password: secret(""), salt: secret(""), iterations: 1, count: count)
            }
        }
    }
}
