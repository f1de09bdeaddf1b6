// Base64, the standard alphabet: how notes, checkpoints and proofs spell bytes.

/// Encoding and decoding of base64 text (RFC 4648 §4, with padding). Strict, so that bytes have one
/// spelling: no white space, no missing padding, no bits set that stand for nothing.
public enum Base64 {
    private static let alphabet: [UInt8] =
        Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    private static let padding = UInt8(ascii: "=")

    /// Four characters for every three bytes begun.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: encodedBytes(bytes), as: UTF8.self)
    }

    /// Four characters for every three bytes begun, as ASCII bytes.
    public static func encodedBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
        // Through a buffer: the generic collection costs a call for every byte.
        bytes.withContiguousStorageIfAvailable { encode(buffer: $0) }
            ?? Array(bytes).withUnsafeBufferPointer { encode(buffer: $0) }
    }

    /// As `encode`, in the alphabet for names and addresses and without padding (RFC 4648 §5).
    public static func encodeURL(_ bytes: some Collection<UInt8>) -> String {
        let text = encodedBytes(bytes).filter { $0 != padding }.map { character -> UInt8 in
            switch character {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: character
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func encode(buffer bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var offset = 0
        while offset < bytes.count {
            let held = min(3, bytes.count - offset)
            var group: UInt32 = 0
            for index in 0..<3 {
                group = group << 8 | (index < held ? UInt32(bytes[offset + index]) : 0)
            }
            append(group, characters: held + 1, to: &text)
            offset += 3
        }
        while text.count % 4 != 0 { text.append(padding) }
        return text
    }

    /// The first `characters` of the four that 24 bits give.
    private static func append(_ group: UInt32, characters: Int, to text: inout [UInt8]) {
        for index in 0..<characters {
            text.append(alphabet[Int(group >> UInt32(18 - 6 * index) & 63)])
        }
    }

    /// The bytes of `text`; nil for anything but their one spelling.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        if let decoded = text.withContiguousStorageIfAvailable({ decode(buffer: $0) }) {
            return decoded
        }
        return Array(text).withUnsafeBufferPointer { decode(buffer: $0) }
    }

    private static func decode(buffer text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var padded = 0
        while padded < min(2, text.count) && text[text.count - 1 - padded] == padding {
            padded += 1
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        for offset in stride(from: 0, to: text.count, by: 4) {
            let isLast = offset + 4 == text.count
            let characters = isLast ? 4 - padded : 4
            var group: UInt32 = 0
            for index in 0..<characters {
                let value = values[Int(text[offset + index])]
                guard value != 0xff else { return nil }
                group |= UInt32(value) << UInt32(18 - 6 * index)
            }
            let count = characters - 1
            // What the padding leaves over of the last character stands for nothing.
            guard group & (1 << UInt32(24 - 8 * count) - 1) == 0 else { return nil }
            for index in 0..<count {
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index)))
            }
        }
        return bytes
    }

    /// The bytes of a string; nil for anything but their one spelling.
    public static func decode(_ text: String) -> [UInt8]? {
        decode(Array(text.utf8))
    }
}
