// Typed readings of a configuration's texts.

enum ConfigurationValue {
    static let booleanExpected = "true or false"
    static let durationExpected = "a number and a unit, as in 90s, 15m, 24h, 7d or 2w"

    /// git's reading: a key that stands alone is true, an empty value false, a number true unless
    /// 0.
    static func boolean(_ value: String?) -> Bool? {
        guard let value else { return true }
        switch lowercased(value) {
        case "true", "yes", "on": return true
        case "false", "no", "off", "": return false
        default: return integer(value).map { $0 != 0 }
        }
    }

    /// A decimal number, perhaps with k, m or g for its multiples of 1024. Leading zeros are
    /// refused: git and C read them as octal, people do not.
    static func integer(_ value: String?) -> Int? {
        guard var digits = value.map({ Array($0.utf8)[...] }) else { return nil }
        var factor = 1
        switch digits.last.map(lowercased) {
        case UInt8(ascii: "k"): factor = 1 << 10
        case UInt8(ascii: "m"): factor = 1 << 20
        case UInt8(ascii: "g"): factor = 1 << 30
        default: break
        }
        if factor > 1 { digits.removeLast() }
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        guard let first = digits.first, first != 0x30 || digits.count == 1 else { return nil }
        var result = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (tens, overflow) = result.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(digit - 0x30))
            if overflow || carry { return nil }
            result = sum
        }
        let (product, overflow) = result.multipliedReportingOverflow(by: factor)
        return overflow ? nil : isNegative ? -product : product
    }
}
