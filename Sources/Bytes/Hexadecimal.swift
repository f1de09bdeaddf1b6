// Lower-case hexadecimal, the only spelling that documents carry.

/// Encoding and decoding of hexadecimal text (RFC 4648 §8, in lower case).
public enum Hexadecimal {
    /// Two lower-case digits a byte.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: encodedBytes(bytes), as: UTF8.self)
    }

    /// Two lower-case digits a byte, as ASCII bytes.
    public static func encodedBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count * 2) { text, count in
            for byte in bytes {
                text.initializeElement(at: count, to: digit(byte >> 4))
                text.initializeElement(at: count + 1, to: digit(byte & 15))
                count += 2
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }

    /// The bytes of an even number of lower-case digits; nil for anything else, upper case
    /// included: a digest has one spelling.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let bytes = text.withContiguousStorageIfAvailable { decode(contiguous: $0) }
        return bytes ?? Array(text).withUnsafeBufferPointer { decode(contiguous: $0) }
    }

    private static func decode(contiguous text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var isGood = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 2) { bytes, count in
            while count < text.count / 2 {
                guard let high = value(of: text[2 * count]),
                    let low = value(of: text[2 * count + 1])
                else {
                    isGood = false
                    return
                }
                bytes.initializeElement(at: count, to: high << 4 | low)
                count += 1
            }
        }
        return isGood ? bytes : nil
    }

    /// The bytes of a string of lower-case digits; nil for anything else.
    public static func decode(_ text: String) -> [UInt8]? {
        decode(Array(text.utf8))
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x61...0x66: character - 0x61 + 10
        default: nil
        }
    }
}
