// Text out of a string's bytes.

/// Decoding of the escapes of a string that the parser has accepted.
enum JSONString {
    /// The text of a string node, escapes resolved.
    static func decode(_ node: JSONNode, _ bytes: Span<UInt8>) -> String {
        String(decoding: decodedBytes(node, bytes), as: UTF8.self)
    }

    /// The UTF-8 of a string node, escapes resolved.
    static func decodedBytes(_ node: JSONNode, _ bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        let end = Int(node.end) - 1
        var at = Int(node.start) + 1
        text.reserveCapacity(end - at)
        while at < end {
            let byte = bytes[at]
            if byte != UInt8(ascii: "\\") {
                text.append(byte)
                at += 1
                continue
            }
            at += 2
            switch bytes[at - 1] {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0c)
            case UInt8(ascii: "n"): text.append(0x0a)
            case UInt8(ascii: "r"): text.append(0x0d)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"): at = appendUnicode(bytes, at, &text)
            case let plain: text.append(plain)
            }
        }
        return text
    }

    /// Appends the character whose four digits stand at `offset`; returns the offset after it.
    private static func appendUnicode(
        _ bytes: Span<UInt8>, _ offset: Int, _ text: inout [UInt8]
    ) -> Int {
        var after = offset + 4
        var value = unit(bytes, offset)
        if value >> 10 == 0x36 {
            value = 0x10000 + (value & 0x3ff) << 10 + unit(bytes, after + 2) & 0x3ff
            after += 6
        }
        if let scalar = Unicode.Scalar(value) {
            text.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
        return after
    }

    private static func unit(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in offset..<offset + 4 {
            let byte = bytes[index]
            value = value << 4 | UInt32(byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x61 + 10)
        }
        return value
    }
}
