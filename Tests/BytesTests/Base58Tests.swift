import Bytes
import Testing

@Suite struct Base58Tests {
    /// draft-msporny-base58-03 and the vectors of Bitcoin Core (base58_encode_decode.json).
    static let vectors: [(String, String)] = [
        ("", ""), ("61", "2g"), ("626262", "a3gV"), ("636363", "aPEr"),
        ("73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"),
        (
            "00eb15231dfceb60925886b67d065299925915aeb172c06647",
            "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"
        ),
        ("516b6fcd0f", "ABnLTmg"), ("bf4f89001e670274dd", "3SEo3LWLoPntC"),
        ("572e4794", "3EFU7m"), ("ecac89cad93923c02321", "EJDM8drfXA6uyA"),
        ("10c8511e", "Rt5zm"), ("00000000000000000000", "1111111111"),
        ("48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"), ("0000287fb4cd", "11233QC4"),
    ]

    @Test(arguments: vectors)
    func `published vectors hold in both directions`(hexadecimal: String, text: String) throws {
        let bytes = try #require(Hexadecimal.decode(hexadecimal))
        #expect(Base58.encode(bytes) == text)
        #expect(Base58.decode(text.utf8) == bytes)
    }

    /// Division digit by digit: slow, and nothing in it can be wrong.
    private func plain(_ bytes: [UInt8]) -> String {
        let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
        var number = bytes.map(Int.init)
        var digits: [Character] = []
        while number.contains(where: { $0 > 0 }) {
            var rest = 0
            for index in number.indices {
                let value = rest << 8 | number[index]
                number[index] = value / 58
                rest = value % 58
            }
            digits.append(alphabet[rest])
        }
        digits += bytes.prefix { $0 == 0 }.map { _ in "1" }
        return String(digits.reversed())
    }

    @Test func `random bytes are encoded as by long division and come back`() {
        var random = Generator()
        for _ in 0..<4_000 {
            let zeros = random.below(4)
            let bytes = [UInt8](repeating: 0, count: zeros) + random.bytes(random.below(60))
            let text = Base58.encode(bytes)
            #expect(text == plain(bytes), random.comment)
            #expect(Base58.decode(text.utf8) == bytes, random.comment)
        }
    }

    @Test func `every count of bytes of all ones and of all zeros is encoded as by long division`()
    {
        for count in 0...90 {
            for byte: UInt8 in [0x00, 0x01, 0xff] {
                let bytes = [UInt8](repeating: byte, count: count)
                #expect(Base58.encode(bytes) == plain(bytes))
                #expect(Base58.decode(plain(bytes).utf8) == bytes)
            }
        }
    }

    @Test func `a character outside the alphabet is refused wherever it stands`() {
        for byte in UInt8.min...UInt8.max {
            let isKnown = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8
                .contains(byte)
            for position in 0..<12 {
                var text = Array("2NEpo7TZRRrL".utf8)
                text[position] = byte
                #expect((Base58.decode(text) != nil) == isKnown)
            }
        }
    }

    @Test func `a text of the limit decodes and one past it does not`() {
        let longest = [UInt8](repeating: UInt8(ascii: "z"), count: Limits.base58Bytes)
        #expect(
            Base58.decode(longest).map { Base58.encode($0) }
                == String(decoding: longest, as: UTF8.self))
        #expect(Base58.decode(longest + [UInt8(ascii: "z")]) == nil)
        #expect(Base58.decode([UInt8](repeating: 0x31, count: Limits.base58Bytes + 1)) == nil)
    }

    @Test func `a collection without contiguous storage decodes like an array`() {
        let text = "2NEpo7TZRRrLZSi2U"
        #expect(Base58.decode(text.utf8.lazy.map { $0 }) == Base58.decode(Array(text.utf8)))
    }
}
