// When: UTC to the millisecond, in the one spelling that documents carry.

/// Milliseconds since 1970-01-01T00:00:00Z, between the years 0 and 9999.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Milliseconds since 1970, negative before.
    public let milliseconds: Int64

    /// 9999-12-31T23:59:59.999Z.
    public static let latest = Timestamp(unchecked: 253_402_300_799_999)
    /// 0000-01-01T00:00:00.000Z.
    public static let earliest = Timestamp(unchecked: -62_167_219_200_000)

    private init(unchecked milliseconds: Int64) { self.milliseconds = milliseconds }

    /// A time; nil outside the years 0 to 9999.
    public init?(milliseconds: Int64) {
        guard (Self.earliest.milliseconds...Self.latest.milliseconds).contains(milliseconds) else {
            return nil
        }
        self.milliseconds = milliseconds
    }

    /// Reads `YYYY-MM-DDTHH:mm:ss.sssZ`; nil for any other spelling and for days that no calendar
    /// has.
    public init?(_ text: some Collection<UInt8>) {
        guard text.count == 24 else { return nil }
        let bytes = Array(text)
        for (index, mark) in Self.marks where bytes[index] != mark { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let fraction = number(20..<23),
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.daysSinceEpoch(year, month, day)
        milliseconds = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// Reads what a person types: a day, or a time in UTC with or without milliseconds.
    public init?(typed text: String) {
        switch text.utf8.count {
        case 10: self.init(Array((text + "T00:00:00.000Z").utf8))
        case 20: self.init(Array((text.dropLast() + ".000" + text.suffix(1)).utf8))
        default: self.init(Array(text.utf8))
        }
    }

    private static let marks: [(Int, UInt8)] = [
        (4, 0x2d), (7, 0x2d), (10, 0x54), (13, 0x3a), (16, 0x3a), (19, 0x2e), (23, 0x5a),
    ]

    /// `YYYY-MM-DDTHH:mm:ss.sssZ`.
    public var text: String {
        let (days, rest) = Self.floorDivide(milliseconds, 86_400_000)
        let (year, month, day) = Self.civil(days)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func append(_ value: Int64, _ width: Int) {
            var divisor: Int64 = width == 4 ? 1000 : width == 3 ? 100 : 10
            while divisor > 0 {
                text.append(UInt8(0x30 + value / divisor % 10))
                divisor /= 10
            }
        }
        append(year, 4)
        text.append(0x2d)
        append(month, 2)
        text.append(0x2d)
        append(day, 2)
        text.append(0x54)
        append(rest / 3_600_000, 2)
        text.append(0x3a)
        append(rest / 60_000 % 60, 2)
        text.append(0x3a)
        append(rest / 1000 % 60, 2)
        text.append(0x2e)
        append(rest % 1000, 3)
        text.append(0x5a)
        return String(decoding: text, as: UTF8.self)
    }

    /// The time `milliseconds` later; nil outside the years 0 to 9999.
    public func adding(milliseconds delta: Int64) -> Timestamp? {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return overflow ? nil : Timestamp(milliseconds: sum)
    }

    /// Order of time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of the proleptic Gregorian calendar, in eras of 400 years that begin
    /// in March.
    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Timestamp: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
