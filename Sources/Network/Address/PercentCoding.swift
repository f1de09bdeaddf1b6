// Bytes that a URL cannot hold bare.

/// Percent-encoding (RFC 3986 §2.1).
public enum PercentCoding {
    /// The text that `text` stands for. A plus sign is itself.
    /// - Returns: nil where a percent sign has no two digits, or the bytes are no UTF-8.
    public static func decode(_ text: String) -> String? {
        guard let bytes = decode(text.utf8, plusIsSpace: false) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The text with everything encoded but letters, digits, `-`, `.`, `_`, `~`.
    public static func encode(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            append(byte, keeping: .unreserved, to: &result)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The bytes that `text` stands for.
    static func decode(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var result: [UInt8] = []
        var bytes = text.makeIterator()
        while let byte = bytes.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = bytes.next()?.hexadecimalValue,
                    let low = bytes.next()?.hexadecimalValue
                else { return nil }
                result.append(high << 4 | low)
            } else {
                result.append(plusIsSpace && byte == UInt8(ascii: "+") ? .space : byte)
            }
        }
        return result
    }

    /// Whether each percent sign has its two digits.
    static func isWellFormed(_ text: some Sequence<UInt8>) -> Bool {
        var bytes = text.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else { continue }
            if bytes.next()?.hexadecimalValue == nil || bytes.next()?.hexadecimalValue == nil {
                return false
            }
        }
        return true
    }

    /// The text with everything encoded that is not in `set`, what is encoded left as it is.
    static func repaired(_ text: String, _ set: ASCIISet) -> String {
        if text.utf8.allSatisfy(set.contains) { return text }
        var result: [UInt8] = []
        for byte in text.utf8 { append(byte, keeping: set, to: &result) }
        return String(decoding: result, as: UTF8.self)
    }

    private static func append(_ byte: UInt8, keeping set: ASCIISet, to result: inout [UInt8]) {
        if set.contains(byte) {
            result.append(byte)
        } else {
            result.append(UInt8(ascii: "%"))
            result.append(digit(byte >> 4))
            result.append(digit(byte & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x41 + value - 10
    }
}
