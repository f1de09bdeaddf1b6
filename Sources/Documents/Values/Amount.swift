// How much, exactly.
import Bytes

/// A decimal with up to 18 decimals and 38 significant digits, held as a whole number of 10^-18.
/// Arithmetic that would leave ±(10^38 - 1) of these gives nil: it never wraps and never rounds.
public struct Amount: Hashable, Sendable, Comparable {
    /// Multiples of 10^-18.
    public let quanta: Int128

    /// Nothing.
    public static let zero = Amount(unchecked: 0)
    /// 10^38 - 1 quanta.
    public static let largestQuanta: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999
    /// 10^18 quanta are 1.
    static let one: Int128 = 1_000_000_000_000_000_000

    private init(unchecked quanta: Int128) { self.quanta = quanta }

    /// A number of quanta; nil beyond the range.
    public init?(quanta: Int128) {
        guard quanta.magnitude <= Self.largestQuanta.magnitude else { return nil }
        self.quanta = quanta
    }

    /// How a text may be spelled.
    public enum Form: Sendable {
        /// `0|[1-9][0-9]*` with up to 18 decimals and no trailing zero.
        case canonical
        /// The same with a sign before anything but zero.
        case signed
        /// What a person types: trailing zeros are welcome.
        case typed
    }

    /// Why a text is no amount.
    public enum Failure: Error, Sendable, Equatable {
        case notDecimal
        case notCanonical
        case tooManyDecimals
        case tooLarge
    }

    /// Reads a decimal.
    /// - Throws: `Failure`.
    public init(_ text: some Collection<UInt8>, _ form: Form = .canonical) throws(Failure) {
        guard !text.isEmpty, text.count <= Limits.amountTextBytes else {
            throw text.isEmpty ? .notDecimal : .tooLarge
        }
        var digits = text[...]
        let isNegative = form == .signed && digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        var value: Int128 = 0
        var decimals: Int?
        var digitCount = 0
        let first = digits.first
        for byte in digits {
            if byte == UInt8(ascii: "."), decimals == nil, digitCount > 0 {
                if digitCount > 1, first == UInt8(ascii: "0") { throw .notCanonical }
                decimals = 0
                continue
            }
            guard (0x30...0x39).contains(byte) else { throw .notDecimal }
            digitCount += 1
            guard digitCount <= Limits.amountDigits else { throw .tooLarge }
            value = value * 10 + Int128(byte - 0x30)
            if let count = decimals { decimals = count + 1 }
        }
        guard digitCount > 0, decimals != 0 else { throw .notDecimal }
        if decimals == nil, digitCount > 1, first == UInt8(ascii: "0") { throw .notCanonical }
        if form != .typed, decimals != nil,
            digits[digits.index(digits.endIndex, offsetBy: -1)] == 0x30
        {
            throw .notCanonical
        }
        try self.init(value, decimals: decimals ?? 0, isNegative: isNegative)
        if isNegative, quanta == 0 { throw .notCanonical }
    }

    private init(_ value: Int128, decimals: Int, isNegative: Bool) throws(Failure) {
        var value = value
        var decimals = decimals
        while decimals > Limits.amountDecimals {
            guard value % 10 == 0 else { throw .tooManyDecimals }
            value /= 10
            decimals -= 1
        }
        let (scaled, overflow) = value.multipliedReportingOverflow(
            by: Self.powersOfTen[Limits.amountDecimals - decimals])
        guard !overflow, let amount = Amount(quanta: isNegative ? -scaled : scaled) else {
            throw .tooLarge
        }
        self = amount
    }

    private static let powersOfTen: [Int128] = {
        var powers: [Int128] = [1]
        for _ in 0..<Limits.amountDecimals { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    /// The least number of decimals that writes it exactly.
    public var decimals: Int {
        var fraction = quanta.magnitude % Self.one.magnitude
        if fraction == 0 { return 0 }
        var decimals = Limits.amountDecimals
        while fraction % 10 == 0 {
            fraction /= 10
            decimals -= 1
        }
        return decimals
    }

    /// Canonical text: a minus sign if negative, no exponent, no trailing zero.
    public var text: String { text(decimals: decimals) }

    /// Text with exactly `decimals` decimals where that is exact, and as many more as it needs.
    public func text(decimals wanted: Int) -> String {
        let decimals = max(wanted, self.decimals)
        let (whole, fraction) = quanta.magnitude.quotientAndRemainder(
            dividingBy: Self.one.magnitude)
        var text = quanta < 0 ? "-" : ""
        text += whole <= UInt128(UInt64.max) ? String(UInt64(whole)) : String(whole)
        guard decimals > 0 else { return text }
        let digits = String(UInt64(fraction))
        let padded = String(repeating: "0", count: Limits.amountDecimals - digits.count) + digits
        return text + "." + padded.prefix(decimals)
    }

    /// Text for people: exactly the unit's decimals, groups of three parted by commas.
    public func grouped(decimals: Int) -> String {
        let parts = text(decimals: decimals).split(separator: ".", maxSplits: 1)
        var digits = Substring(parts[0])
        var text = ""
        if digits.first == "-" { text.append(Character(digits.removeFirst().description)) }
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return parts.count > 1 ? text + "." + parts[1] : text
    }

    /// The sum; nil beyond the range.
    public func adding(_ other: Amount) -> Amount? {
        let (sum, overflow) = quanta.addingReportingOverflow(other.quanta)
        return overflow ? nil : Amount(quanta: sum)
    }

    /// The difference; nil beyond the range.
    public func subtracting(_ other: Amount) -> Amount? { adding(other.negated) }

    /// The same with the other sign.
    public var negated: Amount { Amount(unchecked: -quanta) }

    /// Order of the numbers.
    public static func < (left: Amount, right: Amount) -> Bool { left.quanta < right.quanta }
}

extension Amount: CustomStringConvertible {
    /// The canonical text.
    public var description: String { text }
}
