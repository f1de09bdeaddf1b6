import Headers
import Testing

@Suite struct UInt256Tests {
    /// The product modulo 2^256.
    private func product(_ left: UInt256, _ right: UInt256) -> UInt256 {
        var sum = UInt256.zero
        for bit in 0..<right.significantBits where (right >> bit) << 255 != .zero {
            sum = sum &+ left << bit
        }
        return sum
    }

    private func wide(_ value: UInt128) -> UInt256 {
        UInt256(UInt64(truncatingIfNeeded: value >> 64)) << 64
            &+ UInt256(UInt64(truncatingIfNeeded: value))
    }

    @Test func `small numbers behave as the machine's do`() {
        var random = Generator()
        for _ in 0..<100 {
            let first = UInt128(random.next()) << 64 | UInt128(random.next())
            let second =
                (UInt128(random.next()) << 64 | UInt128(random.next()))
                >> UInt128(random.below(127))
            let (one, two) = (wide(first), wide(second))
            #expect((one < two) == (first < second), random.comment)
            #expect((one == two) == (first == second), random.comment)
            #expect(one &- two &+ two == one, random.comment)
            #expect(one.description == first.description, random.comment)
            #expect(one.significantBits == 128 - first.leadingZeroBitCount, random.comment)
            if second > 0 {
                let (quotient, remainder) = one.quotientAndRemainder(dividingBy: two)
                #expect(quotient == wide(first / second), random.comment)
                #expect(remainder == wide(first % second), random.comment)
            }
        }
    }

    @Test func `quotient and remainder make up the dividend`() {
        var random = Generator()
        for _ in 0..<300 {
            let dividend = random.number()
            let divisor = random.number()
            guard divisor != .zero else { continue }
            let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
            #expect(remainder < divisor, random.comment)
            #expect(product(quotient, divisor) &+ remainder == dividend, random.comment)
        }
    }

    @Test func `shifts by every distance move every bit`() {
        let one = UInt256(1)
        for distance in 0...300 {
            let moved = one << distance
            #expect(moved.significantBits == (distance < 256 ? distance + 1 : 0))
            #expect(moved >> distance == (distance < 256 ? one : .zero))
            let top = UInt256.max >> distance
            #expect(top.significantBits == max(0, 256 - distance))
        }
        #expect(
            number("0123456789abcdef" + "fedcba9876543210") << 4
                == number("123456789abcdeff" + "edcba98765432100"))
        #expect(number("123456789abcdef0fedcba98765432100") >> 68 == number("123456789abcdef0"))
    }

    @Test func `sums wrap, and complements are what is missing to the largest`() {
        var random = Generator()
        #expect(UInt256.max &+ UInt256(1) == .zero)
        #expect(UInt256.zero &- UInt256(1) == .max)
        for _ in 0..<100 {
            let value = random.number()
            #expect(value &+ ~value == .max, random.comment)
            #expect(.max &- value == ~value, random.comment)
        }
    }

    @Test func `numbers are written in hexadecimal and in decimal`() {
        var random = Generator()
        for _ in 0..<100 {
            let value = random.number()
            #expect(number(value.hexadecimal) == value, random.comment)
        }
        #expect(UInt256(0xe0).hexadecimal == String(repeating: "0", count: 62) + "e0")
        #expect(UInt256(hexadecimal: "e0") == UInt256(224))
        #expect(UInt256(hexadecimal: "1e0") == UInt256(480))
        for wrong in ["", "E0", "0x1", String(repeating: "0", count: 65)] {
            #expect(UInt256(hexadecimal: wrong) == nil)
        }
        #expect(UInt256.zero.description == "0")
        #expect(
            UInt256.max.description
                == "11579208923731619542357098500868790785326998466564056403945758400791312963"
                + "9935")
    }

    @Test func `a hash is a number with its last byte first`() {
        let text = "00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee"
        #expect(UInt256(littleEndian: shown(text)).hexadecimal == text)
    }
}
