import Bytes
import Testing

@testable import Headers

@Suite struct CompactTargetTests {
    private static let works: [(UInt32, String)] = [
        (0x1d00_ffff, "4295032833"), (0x1b04_864c, "62209952899966"), (0x207f_ffff, "2"),
        (0x2100_ffff, "1"),
    ]

    @Test(arguments: works)
    func `work is how many hashes a target takes`(bits: UInt32, work: String) throws {
        #expect(try CompactTarget(bits: bits).work.description == work)
    }

    /// Bits, the target's leading digits and the zero bytes after them.
    private static let targets: [(UInt32, String, Int)] = [
        (0x0112_0000, "12", 0), (0x0200_8000, "80", 0), (0x0300_8000, "8000", 0),
        (0x0412_3456, "123456", 1), (0x0500_9234, "9234", 2), (0x1b04_864c, "04864c", 24),
        (0x1d00_ffff, "ffff", 26), (0x207f_ffff, "7fffff", 29), (0x2100_ffff, "ffff", 30),
    ]

    @Test(arguments: targets)
    func `bits and target are two spellings of one number`(
        bits: UInt32, digits: String, zeroBytes: Int
    ) throws {
        let target = number(digits + String(repeating: "00", count: zeroBytes))
        let compact = try CompactTarget(bits: bits)
        #expect(compact.target == target)
        #expect(try CompactTarget(notAbove: target) == compact)
    }

    private static let malformed: [(HeaderError.BitsDefect, [UInt32])] = [
        (
            .zero,
            [
                0x0000_0000, 0x0012_3456, 0x0100_3456, 0x0200_0056, 0x0300_0000, 0x0400_0000,
                0x0092_3456, 0x0180_3456, 0x0280_0056, 0x0380_0000, 0x0480_0000, 0xff00_0000,
            ]
        ),
        (.negative, [0x01fe_dcba, 0x0492_3456, 0x1d80_ffff]),
        (.overflow, [0xff12_3456, 0x2300_0001, 0x2200_0100, 0x2101_0000, 0xff92_3456]),
        (
            .notMinimal,
            [
                0x0112_3456, 0x0212_3456, 0x0300_0012, 0x1e00_00ff, 0x2200_00ff, 0x2200_0001,
            ]
        ),
    ]

    @Test(arguments: malformed)
    func `malformed bits are refused with what is wrong`(
        defect: HeaderError.BitsDefect, all: [UInt32]
    ) {
        for bits in all {
            #expect(throws: HeaderError.invalidBits(bits, defect)) {
                try CompactTarget(bits: bits)
            }
        }
    }

    @Test func `for every exponent, what is accepted has one spelling`() throws {
        var random = Generator()
        var accepted = 0
        for exponent in UInt32(0)...255 {
            for _ in 0..<40 {
                let mantissa = UInt32(truncatingIfNeeded: random.next()) & 0xff_ffff
                let bits = exponent << 24 | mantissa >> UInt32(random.below(24))
                guard let compact = try? CompactTarget(bits: bits) else { continue }
                accepted += 1
                #expect(compact.bits == bits)
                #expect(
                    try CompactTarget(notAbove: compact.target) == compact, random.comment)
            }
        }
        #expect(accepted > 100)
    }

    @Test func `a target is rounded down to the next that bits can carry`() throws {
        var random = Generator()
        for _ in 0..<300 {
            let target = random.number()
            guard target != .zero else { continue }
            let compact = try CompactTarget(notAbove: target)
            #expect(compact.target <= target, random.comment)
            // 15 bits of the mantissa count at least.
            #expect(target &- compact.target <= target >> 15, random.comment)
        }
        #expect(throws: HeaderError.invalidBits(0, .zero)) {
            try CompactTarget(notAbove: .zero)
        }
    }

    @Test func `a hash meets a target that it equals, and not one that is less`() throws {
        func digest(_ number: UInt256) -> Digest256 { shown(number.hexadecimal) }
        for bits: UInt32 in [0x0101_0000, 0x1d00_ffff, 0x207f_ffff, 0x2100_ffff] {
            let compact = try CompactTarget(bits: bits)
            #expect(compact.isMet(by: digest(compact.target)))
            #expect(compact.isMet(by: digest(.zero)))
            #expect(!compact.isMet(by: digest(compact.target &+ UInt256(1))))
            #expect(!compact.isMet(by: digest(.max)))
        }
    }

    @Test func `work of a power of two less one is the power that is missing`() {
        for power in 1...256 {
            let target = .max >> (256 - power)
            #expect(CompactTarget.work(of: target) == UInt256(1) << (256 - power))
        }
    }

    @Test func `work times the target plus one is the last multiple below 2 to the 256`() {
        var random = Generator()
        for _ in 0..<200 {
            let target = random.number()
            guard target != .zero, target != .max else { continue }
            // 2^256 - 1 = work * (target + 1) + rest, or one multiple less and nothing over.
            let (quotient, rest) = UInt256.max.quotientAndRemainder(
                dividingBy: target &+ UInt256(1))
            let isExact = rest == target
            #expect(
                CompactTarget.work(of: target) == (isExact ? quotient &+ UInt256(1) : quotient),
                random.comment)
        }
    }
}
