// Bech32 (BIP173) without its bound of 90 characters: how age spells keys.

/// Encoding and decoding of Bech32. Both go through memory that is zeroed, because one of the two
/// kinds of key is a secret. The prefix says whether a text is in upper or lower case.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let separator = UInt8(ascii: "1")
    private static let checksumCharacters = 6

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// The text: prefix, `1`, data, checksum.
    static func encode(prefix: String, _ data: UnsafeRawBufferPointer) -> SecretBytes {
        let groups = (data.count * 8 + 4) / 5
        let start = prefix.utf8.count + 1
        return SecretBytes(count: start + groups + checksumCharacters) { text in
            for (index, byte) in prefix.utf8.enumerated() { text[index] = byte }
            text[start - 1] = separator
            let isUpper = prefix.utf8.contains { lowered($0) != $0 }
            var checksum = Checksum(prefix: prefix.utf8.map(lowered))
            for group in 0..<groups {
                let value = Self.group(group, of: data)
                checksum.take(value)
                text[start + group] = character(value, isUpper: isUpper)
            }
            for _ in 0..<checksumCharacters { checksum.take(0) }
            let remainder = checksum.remainder ^ 1
            for index in 0..<checksumCharacters {
                let value = remainder >> UInt32(5 * (checksumCharacters - 1 - index)) & 31
                text[start + groups + index] = character(UInt8(value), isUpper: isUpper)
            }
        }
    }

    /// The data of a text with this prefix, `count` bytes.
    static func decode(
        _ text: UnsafeRawBufferPointer, prefix: String, count: Int
    ) throws(Defect) -> SecretBytes {
        guard text.count <= AgeLimits.keyTextBytes else { throw .tooLong(bytes: text.count) }
        var hasUpper = false
        var hasLower = false
        for (index, byte) in text.enumerated() {
            guard (0x21...0x7e).contains(byte) else { throw .invalidCharacter(at: index) }
            hasUpper = hasUpper || (0x41...0x5a).contains(byte)
            hasLower = hasLower || (0x61...0x7a).contains(byte)
        }
        guard !(hasUpper && hasLower) else { throw .mixedCase }
        guard let end = text.lastIndex(of: separator), end > 0,
            text.count - end - 1 >= checksumCharacters
        else { throw .noSeparator }
        var checksum = Checksum(prefix: text[..<end].lazy.map(Self.lowered))
        for index in (end + 1)..<text.count {
            let value = values[Int(lowered(text[index]))]
            guard value != 0xff else { throw .invalidCharacter(at: index) }
            checksum.take(value)
        }
        guard checksum.remainder == 1 else { throw .checksum }
        guard text[..<end].elementsEqual(prefix.utf8) else {
            throw .wrongPrefix(expected: prefix)
        }
        let data = UnsafeRawBufferPointer(
            rebasing: text[(end + 1)..<(text.count - checksumCharacters)])
        return try bytes(data, count: count)
    }

    typealias Defect = AgeError.KeyTextDefect

    /// Groups of five bits as `count` bytes; what is left over is less than a group, and zero.
    private static func bytes(
        _ groups: UnsafeRawBufferPointer, count: Int
    ) throws(Defect) -> SecretBytes {
        guard groups.count == (count * 8 + 4) / 5 else { throw .wrongLength }
        return try SecretBytes(count: count) { output throws(Defect) in
            var held: UInt32 = 0
            var bits = 0
            var index = 0
            for character in groups {
                held = held << 5 | UInt32(values[Int(lowered(character))])
                bits += 5
                guard bits >= 8 else { continue }
                bits -= 8
                output[index] = UInt8(truncatingIfNeeded: held >> UInt32(bits))
                held &= 1 << UInt32(bits) - 1
                index += 1
            }
            guard held == 0 else { throw .wrongLength }
        }
    }

    /// Five bits of the data, zeros behind its end.
    private static func group(_ index: Int, of data: UnsafeRawBufferPointer) -> UInt8 {
        let start = index * 5
        let high = UInt16(data[start / 8]) << 8
        let low = start / 8 + 1 < data.count ? UInt16(data[start / 8 + 1]) : 0
        return UInt8((high | low) >> UInt16(11 - start % 8) & 31)
    }

    private static func character(_ value: UInt8, isUpper: Bool) -> UInt8 {
        let character = alphabet[Int(value)]
        return isUpper && character >= 0x61 ? character & ~0x20 : character
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    }

    /// The BCH code of BIP173 over the values so far.
    private struct Checksum {
        private(set) var remainder: UInt32 = 1

        private static let generator: [UInt32] = [
            0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3,
        ]

        init(prefix: some Collection<UInt8>) {
            for byte in prefix { take(byte >> 5) }
            take(0)
            for byte in prefix { take(byte & 31) }
        }

        mutating func take(_ value: UInt8) {
            let top = remainder >> 25
            remainder = (remainder & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, generator) in Self.generator.enumerated() where top >> UInt32(bit) & 1 == 1 {
                remainder ^= generator
            }
        }
    }
}
