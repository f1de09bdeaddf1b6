// Percent-encoding (RFC 3986 §2.1).

/// Text out of a part of a URL.
enum PercentText {
    /// The text that `part` stands for; nil where an escape is none, or it is no UTF-8.
    static func decode(_ part: Substring) -> String? {
        let bytes = part.utf8
        guard bytes.contains(UInt8(ascii: "%")) else { return String(part) }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                text.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit)
            else { return nil }
            text.append(high << 4 | low)
        }
        return String(validating: text, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
