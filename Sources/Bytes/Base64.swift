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
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            append(group, characters: 4, to: &text)
            group = 0
            held = 0
        }
        guard held > 0 else { return text }
        append(group << (8 * UInt32(3 - held)), characters: held + 1, to: &text)
        for _ in held..<3 { text.append(padding) }
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
        let characters = text.count
        guard characters % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters / 4 * 3)
        var group: UInt32 = 0
        var position = 0
        var padded = 0
        for character in text {
            position += 1
            if character == padding {
                // Padding is the last one or two characters of all, and nothing follows it.
                guard position > characters - 2 else { return nil }
                padded += 1
                group <<= 6
            } else {
                let value = values[Int(character)]
                guard value != 0xff, padded == 0 else { return nil }
                group = group << 6 | UInt32(value)
            }
            guard position % 4 == 0 else { continue }
            let count = 3 - padded
            // What the padding leaves over of the last character stands for nothing.
            guard group & (1 << UInt32(8 * padded) - 1) == 0 else { return nil }
            for index in 0..<count {
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index)))
            }
            group = 0
        }
        return bytes
    }

    /// The bytes of a string; nil for anything but their one spelling.
    public static func decode(_ text: String) -> [UInt8]? {
        decode(Array(text.utf8))
    }
}
