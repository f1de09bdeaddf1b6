// Spans of time as people write them: a whole number and a unit.

/// A text that is not a span of time.
public struct DurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text as it was given.
    public let text: String
    /// What is wrong with it.
    public let reason: Reason

    /// What is wrong with a text.
    public enum Reason: Sendable, Equatable {
        /// A number other than 0 without its unit: seconds and minutes are too easily confused.
        case unitMissing
        /// Not a whole number and a unit.
        case malformed
        /// Longer than `DurationText.maximumSeconds`.
        case tooLong
    }

    /// In words, for people.

    /// In words, for people.
    public var description: String {
        switch reason {
        case .unitMissing: "'\(text)': a time needs a unit: s, m, h, d or w, as in 15m"
        case .malformed: "'\(text)': expected a number and a unit, as in 90s, 15m, 24h, 7d or 2w"
        case .tooLong:
            "'\(text)': longer than \(DurationText.maximumSeconds / DurationText.daySeconds) days"
        }
    }
}

/// Spans of time in configuration and on the command line: `90s`, `15m`, `24h`, `7d`, `2w`, `0`.
public enum DurationText {
    /// The longest span: a hundred years of 365.25 days.
    public static let maximumSeconds = 3_155_760_000
    static let daySeconds = 86_400

    private static let units: [(character: UInt8, seconds: Int)] = [
        (UInt8(ascii: "w"), 604_800), (UInt8(ascii: "d"), daySeconds), (UInt8(ascii: "h"), 3_600),
        (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
    ]

    /// The span that `text` means.
    public static func parse(_ text: String) throws(DurationError) -> Duration {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        let suffix = text.utf8.dropFirst(digits.count)
        guard !digits.isEmpty, digits.count == 1 || digits.first != 0x30, suffix.count <= 1 else {
            throw DurationError(text: text, reason: .malformed)
        }
        var factor = 1
        if let character = suffix.first {
            guard let unit = units.first(where: { $0.character == character }) else {
                throw DurationError(text: text, reason: .malformed)
            }
            factor = unit.seconds
        } else if !digits.elementsEqual("0".utf8) {
            throw DurationError(text: text, reason: .unitMissing)
        }
        var number = 0
        for digit in digits {
            number = number * 10 + Int(digit - 0x30)
            if number > maximumSeconds / factor {
                throw DurationError(text: text, reason: .tooLong)
            }
        }
        return .seconds(number * factor)
    }

    /// The shortest text that `parse` takes for the same whole seconds: `24h` is `1d`.
    public static func format(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds == 0 { return "0" }
        for unit in units where seconds % Int64(unit.seconds) == 0 {
            return "\(seconds / Int64(unit.seconds))\(Character(UnicodeScalar(unit.character)))"
        }
        return "\(seconds)s"
    }
}
