import Cryptography
import Testing

@Suite struct SecretBytesTests {
    @Test func `secrets are equal by content`() {
        #expect(secret("0102") == secret("0102"))
        #expect(secret("0102") != secret("0103"))
        #expect(secret("0102") != secret("010200"))
        #expect(SecretBytes([UInt8]()) == SecretBytes([UInt8]()))
        #expect(ConstantTime.equal([1, 2], [1, 2]) && !ConstantTime.equal([1, 2], [1, 3]))
        #expect(!ConstantTime.equal([1, 2], [1]) && ConstantTime.equal([UInt8](), []))
    }

    @Test func `a secret shows itself nowhere`() {
        let bytes = secret("c0ffee")
        var dumped = ""
        dump(bytes, to: &dumped)
        #expect("\(bytes)" == "<secret>")
        #expect(String(reflecting: bytes) == "<secret>")
        #expect(Mirror(reflecting: bytes).children.isEmpty)
        #expect(dumped.contains("<secret>") && !dumped.contains("192"))
        #expect("\([bytes])" == "[<secret>]")
    }

    @Test func `taking bytes over empties the array`() {
        var bytes: [UInt8] = [1, 2, 3]
        let secret = SecretBytes(zeroing: &bytes)
        #expect(bytes.isEmpty)
        #expect(secret.withUnsafeBytes { Array($0) } == [1, 2, 3])
        #expect(secret.count == 3)
    }

    @Test func `what fills a secret may fail`() {
        #expect(throws: CryptographyError.randomnessUnavailable) {
            try SecretBytes(count: 8) { _ throws(CryptographyError) in
                throw .randomnessUnavailable
            }
        }
    }

    @Test func `random secrets differ`() throws {
        let first = try SecretBytes.random(count: 32)
        #expect(try first != SecretBytes.random(count: 32))
        #expect(first.count == 32)
        #expect(try SecretBytes.random(count: 0).count == 0)
    }
}
