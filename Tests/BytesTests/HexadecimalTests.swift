import Bytes
import Testing

@Suite struct HexadecimalTests {
    @Test func `every byte has one spelling and comes back from it`() {
        for byte in UInt8.min...UInt8.max {
            let text = Hexadecimal.encode([byte])
            #expect(text == (byte < 16 ? "0" : "") + String(byte, radix: 16))
            #expect(Hexadecimal.decode(text) == [byte])
        }
    }

    @Test func `of all pairs of bytes exactly the 256 spellings decode`() {
        var decoded = 0
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                guard let bytes = Hexadecimal.decode([first, second]) else { continue }
                decoded += 1
                #expect(Hexadecimal.encodedBytes(bytes) == [first, second])
            }
        }
        #expect(decoded == 256)
    }

    @Test(arguments: ["0", "abc", "0g", "AB", "aB", " 0", "0 ", "0x", "é", "00\n"])
    func `nothing but pairs of lower-case digits decodes`(text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }

    @Test func `the empty text is no bytes`() {
        #expect(Hexadecimal.decode("") == [])
        #expect(Hexadecimal.encode([]) == "")
    }

    @Test func `random bytes come back`() {
        var random = Generator()
        for _ in 0..<1_000 {
            let bytes = random.bytes(random.below(100))
            #expect(Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes, random.comment)
        }
    }
}
