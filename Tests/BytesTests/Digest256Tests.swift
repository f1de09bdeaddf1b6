import Bytes
import Testing

@Suite struct Digest256Tests {
    @Test func `order and equality are those of the bytes`() throws {
        var random = Generator()
        for _ in 0..<10_000 {
            let left = random.bytes(32)
            // Most pairs share a beginning, so that every byte decides some of them.
            let shared = random.below(33)
            let right = Array(left[..<shared]) + random.bytes(32 - shared)
            let first = try #require(Digest256(left))
            let second = try #require(Digest256(right))
            #expect((first < second) == left.lexicographicallyPrecedes(right), random.comment)
            #expect((first == second) == (left == right), random.comment)
            if left == right { #expect(first.hashValue == second.hashValue, random.comment) }
        }
    }

    @Test func `a difference in any one bit makes digests unequal`() throws {
        var random = Generator()
        let bytes = random.bytes(32)
        let digest = try #require(Digest256(bytes))
        for bit in 0..<256 {
            var other = bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(Digest256(other) != digest, random.comment)
        }
    }

    @Test func `bytes and hexadecimal come back`() throws {
        var random = Generator()
        for _ in 0..<1_000 {
            let bytes = random.bytes(32)
            let digest = try #require(Digest256(bytes))
            #expect(digest.bytes == bytes, random.comment)
            #expect(digest.hexadecimal == Hexadecimal.encode(bytes), random.comment)
            #expect(Digest256(hexadecimal: digest.hexadecimal) == digest, random.comment)
            #expect(digest.description == digest.hexadecimal)
            #expect(bytes.withUnsafeBytes { Digest256(copying: $0) } == digest, random.comment)
        }
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `only 32 bytes are a digest`(count: Int) {
        #expect(Digest256([UInt8](repeating: 1, count: count)) == nil)
    }

    @Test(arguments: [
        "", "00", String(repeating: "a", count: 63), String(repeating: "a", count: 65),
        String(repeating: "A", count: 64), String(repeating: "g", count: 64),
    ])
    func `only 64 lower-case digits are a digest`(text: String) {
        #expect(Digest256(hexadecimal: text) == nil)
    }

    @Test func `the prefix is the first 63 bits and keeps the order`() throws {
        let highest = try #require(Digest256([UInt8](repeating: 0xff, count: 32)))
        #expect(highest.prefix63 == Int64.max)
        let bit63 = try #require(
            Digest256([0, 0, 0, 0, 0, 0, 0, 2] + [UInt8](repeating: 0, count: 24)))
        let bit64 = try #require(
            Digest256([0, 0, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 24)))
        #expect(bit63.prefix63 == 1)
        #expect(bit64.prefix63 == 0)
        var random = Generator()
        for _ in 0..<1_000 {
            let first = try #require(Digest256(random.bytes(32)))
            let second = try #require(Digest256(random.bytes(32)))
            if first < second { #expect(first.prefix63 <= second.prefix63, random.comment) }
            #expect(first.prefix63 >= 0, random.comment)
        }
    }

    @Test func `every reading of digits says the same`() {
        var digits = Array(String(repeating: "0123456789abcdef", count: 4).utf8)
        for index in 0..<64 {
            for byte in UInt8(0)...255 {
                let kept = digits[index]
                digits[index] = byte
                let general = Hexadecimal.decode(digits).flatMap { Digest256($0) }
                #expect(Digest256(hexadecimal: digits[...]) == general)
                #expect(
                    digits.withUnsafeBytes { Digest256(hexadecimal: $0) } == general)
                digits[index] = kept
            }
        }
        #expect(Digest256(hexadecimal: digits[1...]) == nil)
        #expect(Digest256(hexadecimal: (digits + [0x30])[...]) == nil)
    }
}
