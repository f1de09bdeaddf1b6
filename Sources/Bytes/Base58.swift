// Base58, Bitcoin's alphabet without 0, O, I and l.

/// Base58 without a checksum (the check stands in Cryptography, which has the hash).
public enum Base58 {
    private static let alphabet: [UInt8] =
        Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// 58^5 is the largest power below 2^32, so that a remainder and a limb fit 64 bits.
    private static let chunkDigits = 5
    private static let chunk: UInt64 = 58 * 58 * 58 * 58 * 58

    /// The text of `bytes`: a leading zero byte becomes a leading `1`.
    public static func encode(_ bytes: [UInt8]) -> String {
        let zeros = bytes.prefix { $0 == 0 }.count
        var limbs = words(of: bytes[zeros...])
        var reversed: [UInt8] = []
        reversed.reserveCapacity(bytes.count * 138 / 100 + 1)
        while !limbs.isEmpty {
            var remainder: UInt64 = 0
            for index in limbs.indices {
                let value = remainder << 32 | UInt64(limbs[index])
                limbs[index] = UInt32(value / chunk)
                remainder = value % chunk
            }
            for _ in 0..<chunkDigits {
                reversed.append(alphabet[Int(remainder % 58)])
                remainder /= 58
            }
            let drop = limbs.prefix { $0 == 0 }.count
            if drop > 0 { limbs.removeFirst(drop) }
        }
        while reversed.last == alphabet[0] { reversed.removeLast() }
        reversed.append(contentsOf: repeatElement(alphabet[0], count: zeros))
        return String(decoding: reversed.reversed(), as: UTF8.self)
    }

    /// The bytes of `text`; nil where a character is not of the alphabet or the text is longer than
    /// `Limits.base58Bytes`, because decoding costs the square of the length.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count <= Limits.base58Bytes else { return nil }
        let zeros = text.prefix { $0 == alphabet[0] }.count
        var limbs: [UInt32] = []  // least significant first
        for character in text {
            let value = values[Int(character)]
            if value == 0xff { return nil }
            var carry = UInt64(value)
            for index in limbs.indices {
                carry += UInt64(limbs[index]) * 58
                limbs[index] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            if carry > 0 { limbs.append(UInt32(carry)) }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(zeros + limbs.count * 4)
        bytes.append(contentsOf: repeatElement(0, count: zeros))
        var leading = true
        for limb in limbs.reversed() {
            for shift in [24, 16, 8, 0] as [UInt32] {
                let byte = UInt8(truncatingIfNeeded: limb >> shift)
                if leading && byte == 0 { continue }
                leading = false
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// 32-bit limbs, most significant first.
    private static func words(of bytes: ArraySlice<UInt8>) -> [UInt32] {
        var limbs: [UInt32] = []
        limbs.reserveCapacity(bytes.count / 4 + 1)
        var limb: UInt32 = 0
        for (index, byte) in bytes.enumerated() {
            limb = limb << 8 | UInt32(byte)
            if (bytes.count - index - 1) % 4 == 0 {
                limbs.append(limb)
                limb = 0
            }
        }
        return limbs
    }
}
