// Sets of characters as the standards draw them.

/// A set of ASCII characters: one bit each, so that a look-up touches no memory.
struct ASCIISet {
    /// Characters 0 to 63.
    let low: UInt64
    /// Characters 64 to 127.
    let high: UInt64

    /// `tchar`: methods and names of fields (RFC 9110 §5.6.2).
    static var token: Self { Self(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe) }
    /// What a request's target may hold: visible, less what no URI has bare (RFC 3986).
    static var target: Self { Self(low: 0xafff_fff2_0000_0000, high: 0x47ff_fffe_afff_ffff) }
    /// `unreserved` (RFC 3986 §2.3).
    static var unreserved: Self { Self(low: 0x03ff_6000_0000_0000, high: 0x47ff_fffe_87ff_fffe) }
    /// `pchar`, the slash and the percent sign (RFC 3986 §3.3).
    static var path: Self { Self(low: 0x2fff_fff2_0000_0000, high: 0x47ff_fffe_87ff_ffff) }
    /// What follows a question mark (RFC 3986 §3.4).
    static var query: Self { Self(low: 0xafff_fff2_0000_0000, high: 0x47ff_fffe_87ff_ffff) }
    /// Letters, digits, `-`, `.` and `_`: names of hosts, those of small networks too.
    static var host: Self { Self(low: 0x03ff_6000_0000_0000, high: 0x07ff_fffe_87ff_fffe) }

    /// Whether the set holds `byte`.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? low : high
        return byte < 128 && (word >> UInt64(byte & 63)) & 1 == 1
    }
}

extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
    static let slash = UInt8(ascii: "/")

    /// The value of a hexadecimal digit; nil for anything else.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    /// The value of a decimal digit; nil for anything else.
    var decimalValue: Int? { (0x30...0x39).contains(self) ? Int(self - 0x30) : nil }

    /// The letter in lower case.
    var lowered: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }
}
