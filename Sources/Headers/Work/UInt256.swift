// Numbers of 256 bits: targets, hashes as numbers, sums of work.
import Bytes

/// An unsigned number of 256 bits, with as much arithmetic as proof of work needs.
public struct UInt256: Hashable, Sendable, Comparable {
    /// The words, the least significant first.
    var words: InlineWords

    /// How many bits a number has.
    public static let bitWidth = 256
    /// 0.
    public static let zero = UInt256(0)
    /// 2^256 - 1.
    public static let max = ~UInt256.zero

    /// Four words that compare and hash as one.
    struct InlineWords: Hashable, Sendable {
        var word0: UInt64 = 0
        var word1: UInt64 = 0
        var word2: UInt64 = 0
        var word3: UInt64 = 0

        subscript(index: Int) -> UInt64 {
            get {
                switch index {
                case 0: word0
                case 1: word1
                case 2: word2
                default: word3
                }
            }
            set {
                switch index {
                case 0: word0 = newValue
                case 1: word1 = newValue
                case 2: word2 = newValue
                default: word3 = newValue
                }
            }
        }
    }

    /// A small number.
    public init(_ value: UInt64) {
        words = InlineWords(word0: value)
    }

    /// A hash as the number that is compared with a target: its bytes, the least significant first.
    public init(littleEndian digest: Digest256) {
        // A digest is its bytes in four words, the first byte the highest of the first word.
        words = withUnsafeBytes(of: digest) { buffer in
            func word(_ offset: Int) -> UInt64 {
                buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self).byteSwapped
            }
            return InlineWords(word0: word(0), word1: word(8), word2: word(16), word3: word(24))
        }
    }

    /// The number of 1 to 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hexadecimal text: String) {
        guard (1...64).contains(text.utf8.count),
            let bytes = Hexadecimal.decode(text.utf8.count % 2 == 0 ? text : "0" + text)
        else { return nil }
        words = InlineWords()
        for byte in bytes { self = self << 8 | UInt256(UInt64(byte)) }
    }

    /// 64 lower-case hexadecimal digits, the most significant first: as nodes write chain work.
    public var hexadecimal: String {
        Hexadecimal.encode((0..<4).reversed().flatMap { words[$0].littleEndianBytes.reversed() })
    }

    /// The 64 highest bits.
    var highestWord: UInt64 { words[3] }
    /// The 64 lowest bits.
    var lowestWord: UInt64 { words[0] }

    /// Bits up to the highest one that is set; 0 for 0.
    public var significantBits: Int {
        for index in (0..<4).reversed() where words[index] != 0 {
            return 64 * index + 64 - words[index].leadingZeroBitCount
        }
        return 0
    }

    /// The order of numbers.
    public static func < (left: UInt256, right: UInt256) -> Bool {
        for index in (0..<4).reversed() where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return false
    }

    /// The sum modulo 2^256.
    public static func &+ (left: UInt256, right: UInt256) -> UInt256 {
        var sum = UInt256.zero
        var carry: UInt64 = 0
        for index in 0..<4 {
            let (part, first) = left.words[index].addingReportingOverflow(right.words[index])
            let (whole, second) = part.addingReportingOverflow(carry)
            sum.words[index] = whole
            carry = first || second ? 1 : 0
        }
        return sum
    }

    /// The difference modulo 2^256.
    public static func &- (left: UInt256, right: UInt256) -> UInt256 {
        left &+ ~right &+ UInt256(1)
    }

    /// All bits turned.
    public static prefix func ~ (value: UInt256) -> UInt256 {
        var result = value
        for index in 0..<4 { result.words[index] = ~value.words[index] }
        return result
    }

    static func | (left: UInt256, right: UInt256) -> UInt256 {
        var result = left
        for index in 0..<4 { result.words[index] |= right.words[index] }
        return result
    }

    /// The bits moved up; what leaves the 256 is lost.
    public static func << (value: UInt256, count: Int) -> UInt256 {
        precondition(count >= 0, "a shift is not negative")
        var result = UInt256.zero
        let (whole, part) = count.quotientAndRemainder(dividingBy: 64)
        for index in 0..<4 where index - whole >= 0 {
            result.words[index] = value.words[index - whole] << UInt64(part)
            // A shift by 64 gives 0 in Swift.
            guard index - whole >= 1 else { continue }
            result.words[index] |= value.words[index - whole - 1] >> UInt64(64 - part)
        }
        return result
    }

    /// The bits moved down.
    public static func >> (value: UInt256, count: Int) -> UInt256 {
        precondition(count >= 0, "a shift is not negative")
        var result = UInt256.zero
        let (whole, part) = count.quotientAndRemainder(dividingBy: 64)
        for index in 0..<4 where index + whole < 4 {
            result.words[index] = value.words[index + whole] >> UInt64(part)
            guard index + whole + 1 < 4 else { continue }
            result.words[index] |= value.words[index + whole + 1] << UInt64(64 - part)
        }
        return result
    }
}

extension UInt256: CustomStringConvertible {
    /// Decimal digits.
    public var description: String {
        var digits: [UInt8] = []
        var rest = self
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: UInt256(10))
            digits.append(UInt8(ascii: "0") + UInt8(digit.lowestWord))
            rest = quotient
        } while rest != .zero
        return String(decoding: digits.reversed(), as: UTF8.self)
    }
}
