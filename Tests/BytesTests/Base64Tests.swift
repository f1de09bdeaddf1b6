import Bytes
import Foundation
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `the specification's examples`(bytes: String, text: String) {
        #expect(Base64.encode(Array(bytes.utf8)) == text)
        #expect(Base64.decode(text) == Array(bytes.utf8))
    }

    /// Of all pairs of bytes in these places, as many decode as there are bytes to spell (and the
    /// fewer that padding spells there): nothing has two spellings, and no character is taken for
    /// another.
    @Test(arguments: [([], "==", 64 * 4), ([65], "=", 64 * 16 + 4), ([65, 65], "", 4096 + 16 + 1)])
    func `every spelling of one, two and three bytes is the only one`(
        head: [UInt8], tail: String, spellings: Int
    ) {
        var decoded: Set<[UInt8]> = []
        var count = 0
        var text = head + [0, 0] + Array(tail.utf8)
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                text[head.count] = first
                text[head.count + 1] = second
                guard let bytes = Base64.decode(text) else { continue }
                #expect(Base64.encodedBytes(bytes) == text)
                decoded.insert(bytes)
                count += 1
            }
        }
        #expect(count == spellings && decoded.count == spellings)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "==", "===", "====", "Zm8", "Zm8==", "Zm9v=", "Zm9v====",
        "Z===", "=Zg=", "Z=g=", "Zg=g", "=g==", "Zg==Zg==", "Zm8=Zm9v", "Zh==", "Zm9=", "Zm 9v",
        " Zg==", "Zg== ", "Zg==\n", "Zm9v\nZm9v", "Zm-_", "Zm9é", "\0\0\0\0", "Zm9v\0",
    ])
    func `nothing but the one spelling decodes`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `random bytes come back, and are spelled as Foundation spells them`() {
        var random = Generator()
        for count in 0..<300 {
            let bytes = random.bytes(count)
            let text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString(), random.comment)
            #expect(Base64.decode(text) == bytes, random.comment)
            #expect(
                Base64.encode(bytes[(count / 2)...]) == Base64.encode(Array(bytes[(count / 2)...])))
        }
    }

    @Test func `a changed character is refused or spells other bytes`() {
        var random = Generator()
        for _ in 0..<2_000 {
            let bytes = random.bytes(1 + random.below(20))
            var text = Base64.encodedBytes(bytes)
            text[random.below(text.count)] ^= 1 << UInt8(random.below(8))
            #expect(Base64.decode(text) != bytes, random.comment)
        }
    }
}
