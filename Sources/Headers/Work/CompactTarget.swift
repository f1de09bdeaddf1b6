// A target as headers carry it: 32 bits, an exponent of 256 and three digits to that base.
import Bytes

/// The bound that a header's hash must not exceed, in its two spellings.
public struct CompactTarget: Hashable, Sendable {
    /// As headers carry it: the highest byte counts the bytes of the target, the others are the
    /// target's highest three.
    public let bits: UInt32
    /// The bound itself.
    public let target: UInt256

    /// The easiest bits of Bitcoin's main network.
    public static let mainnetLimitBits: UInt32 = 0x1d00_ffff
    /// The bits of regression tests: every second hash meets them.
    public static let regtestBits: UInt32 = 0x207f_ffff

    /// The target of `bits`.
    /// - Throws: `HeaderError.invalidBits` where they are negative, zero, above 256 bits or not in
    ///   their only form.
    public init(bits: UInt32) throws(HeaderError) {
        let count = Int(bits >> 24)
        let mantissa = UInt256(UInt64(bits & 0x7f_ffff))
        let target = count < 3 ? mantissa >> (8 * (3 - count)) : mantissa << (8 * (count - 3))
        if mantissa != .zero, mantissa.significantBits + 8 * (count - 3) > UInt256.bitWidth {
            throw .invalidBits(bits, .overflow)
        }
        if target == .zero { throw .invalidBits(bits, .zero) }
        if bits & 0x80_0000 != 0 { throw .invalidBits(bits, .negative) }
        if Self.bits(of: target) != bits { throw .invalidBits(bits, .notMinimal) }
        self.bits = bits
        self.target = target
    }

    /// The largest target not above `target` that 32 bits can carry.
    /// - Throws: `HeaderError.invalidBits` for zero.
    public init(notAbove target: UInt256) throws(HeaderError) {
        try self.init(bits: Self.bits(of: target))
    }

    private static func bits(of target: UInt256) -> UInt32 {
        var count = (target.significantBits + 7) / 8
        var mantissa =
            count < 3
            ? (target << (8 * (3 - count))).lowestWord : (target >> (8 * (count - 3))).lowestWord
        // The highest bit of the mantissa is its sign.
        if mantissa & 0x80_0000 != 0 {
            mantissa >>= 8
            count += 1
        }
        return UInt32(count) << 24 | UInt32(mantissa)
    }

    /// Whether `hash`, as a little-endian number, is not above the target.
    public func isMet(by hash: Digest256) -> Bool {
        UInt256(littleEndian: hash) <= target
    }

    /// How many hashes it takes on average: floor(2^256 / (target + 1)).
    public var work: UInt256 { Self.work(of: target) }

    /// floor(2^256 / (target + 1)). 2^256 itself has one bit too many, so that it is divided
    /// without its last multiple of the divisor.
    static func work(of target: UInt256) -> UInt256 {
        guard target != .max else { return UInt256(1) }
        let quotient = (~target).quotientAndRemainder(dividingBy: target &+ UInt256(1)).quotient
        return quotient &+ UInt256(1)
    }
}
