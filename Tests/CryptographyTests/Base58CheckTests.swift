import Bytes
import Cryptography
import Testing

@Suite struct Base58CheckTests {
    @Test func `every input of one and two bytes comes back`() {
        for first in 0...255 {
            let one = [UInt8(first)]
            #expect(Base58.decode(Base58.encode(one).utf8) == one)
            for second in 0...255 {
                let two = [UInt8(first), UInt8(second)]
                let back = Base58.decode(Base58.encode(two).utf8)
                if back != two { Issue.record("\(two) came back as \(String(describing: back))") }
            }
        }
    }

    @Test func `every text of one and two characters is refused or comes back`() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let text = [first, second]
                if let bytes = Base58.decode(text), Array(Base58.encode(bytes).utf8) != text {
                    Issue.record("\(text) has another spelling")
                }
            }
        }
    }

    @Test func `random inputs with leading zeros come back`() {
        var generator = Generator()
        for _ in 0..<2_000 {
            let zeros = [UInt8](repeating: 0, count: generator.below(5))
            let bytes = zeros + generator.bytes(generator.below(85))
            #expect(Base58.decode(Base58.encode(bytes).utf8) == bytes, generator.comment)
        }
    }

    @Test(arguments: [
        ("", ""), ("61", "2g"), ("626262", "a3gV"), ("636363", "aPEr"),
        ("516b6fcd0f", "ABnLTmg"), ("bf4f89001e670274dd", "3SEo3LWLoPntC"),
        ("572e4794", "3EFU7m"), ("ecac89cad93923c02321", "EJDM8drfXA6uyA"),
        ("10c8511e", "Rt5zm"), ("00000000000000000000", "1111111111"),
        ("73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"),
        (
            "00eb15231dfceb60925886b67d065299925915aeb172c06647",
            "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"
        ),
    ])
    func `base58 is Bitcoin Core's`(bytes: String, text: String) {
        #expect(Base58.encode(hex(bytes)) == text)
        #expect(Base58.decode(text.utf8) == hex(bytes))
    }

    @Test func `the longest text decodes and one more character does not`() {
        let longest = [UInt8](repeating: UInt8(ascii: "z"), count: Limits.base58Bytes)
        #expect(Base58.decode(longest).map { Array(Base58.encode($0).utf8) } == longest)
        #expect(Base58.decode(longest + [UInt8(ascii: "z")]) == nil)
        let ones = [UInt8](repeating: UInt8(ascii: "1"), count: Limits.base58Bytes)
        #expect(Base58.decode(ones) == [UInt8](repeating: 0, count: Limits.base58Bytes))
    }

    @Test(arguments: [
        ("00751e76e8199196d454941c45d1b3a323f1433bd6", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"),
        ("6f751e76e8199196d454941c45d1b3a323f1433bd6", "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r"),
        ("0062e907b15cbf27d5425399ebf6f0fb50ebb88f18", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ("87636eec1c52e35ae73c1ee6edde19cbc5b788e11b", "wUhBhfiaDxpYwdE754TU8XH49ayDjqM3bR"),
        ("871a23b60193f96e71ea9bb04a3df93a65cfa14b04", "wN1eGtWF4RoFHmsirNev2g4RzuNJh3631F"),
        ("5761bc8c4259cd74adf0344dbdd6adacac623ad0ce", "cAKG5bJxEcbdxex9dYVdikfCoV9fnqiqbi"),
        ("8766d0236a18e4d4ddc719aa2ace7416a8c8f02fdc", "wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfi"),
        ("8795c515c0d466569541cdcc29361cc9f5f8a14e7c", "wZHLhwsa7WJWypaiDkmRYKRyb2ngdcJ528"),
    ])
    func `addresses are Bitcoin's and WebWallet's`(payload: String, text: String) {
        let bytes = hex(payload)
        #expect(Base58Check.encode(bytes) == text)
        #expect(Base58Check.encode(version: bytes[0], Array(bytes[1...])) == text)
        #expect(Base58Check.decode(text) == bytes)
        #expect(Base58Check.decode(Array(("x" + text).utf8)[1...]) == bytes)
        #expect(Base58Check.decode(Array(text.utf8).lazy.map { $0 }) == bytes)
    }

    @Test func `any single wrong character is noticed`() {
        let text = Array("wV14Bw1gYGSFMDuNjpaJywt67oW3awXdfi".utf8)
        for index in text.indices {
            for other in UInt8(0)...127 where other != text[index] {
                var changed = text
                changed[index] = other
                if Base58Check.decode(changed) != nil { Issue.record("\(index): \(other)") }
            }
        }
    }

    @Test(arguments: ["", "1", "3QJmnh", "1111", "wV14Bw1gYGSFMDuNjpaJywt67oW3awXdf0"])
    func `what is too short or of another alphabet is refused`(text: String) {
        #expect(Base58Check.decode(text) == nil)
    }

    @Test func `random payloads come back`() {
        var generator = Generator()
        for _ in 0..<500 {
            let payload = generator.bytes(1 + generator.below(82))
            #expect(
                Base58Check.decode(Base58Check.encode(payload)) == payload, generator.comment)
        }
    }
}
