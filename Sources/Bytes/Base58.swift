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

    private static let zero = UInt8(ascii: "1")

    /// 58^5 is the largest power below 2^32, so that a remainder and a limb fit 64 bits.
    private static let chunkDigits = 5
    private static let chunk: UInt64 = 58 * 58 * 58 * 58 * 58

    /// The text of `bytes`: a leading zero byte becomes a leading `1`.
    public static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.withUnsafeBytes { encodedBytes($0) }, as: UTF8.self)
    }

    /// The text of `bytes` as ASCII bytes.
    public static func encodedBytes(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var zeros = 0
        while zeros < bytes.count && bytes[zeros] == 0 { zeros += 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[zeros...])
        // A byte is less than 1.366 digits; the last chunk may add four zeros in front.
        let capacity = value.count * 138 / 100 + 1 + chunkDigits
        return withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { digits in
            let start = writeDigits(of: value, endOf: digits)
            return [UInt8](unsafeUninitializedCapacity: zeros + digits.count - start) {
                buffer, count in
                for index in 0..<zeros { buffer[index] = zero }
                for index in start..<digits.count {
                    buffer[zeros + index - start] = digits[index]
                }
                count = zeros + digits.count - start
            }
        }
    }

    /// Writes the digits to the end of `digits`; returns where the first significant one stands.
    private static func writeDigits(
        of value: UnsafeRawBufferPointer, endOf digits: UnsafeMutableRawBufferPointer
    ) -> Int {
        let limbCount = (value.count + 3) / 4
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: limbCount) { limbs in
            fill(limbs, from: value)
            var position = digits.count
            var first = 0
            alphabet.withUnsafeBufferPointer { alphabet in
                while first < limbCount {
                    var remainder: UInt64 = 0
                    for index in first..<limbCount {
                        let dividend = remainder << 32 | UInt64(limbs[index])
                        limbs[index] = UInt32(truncatingIfNeeded: dividend / chunk)
                        remainder = dividend % chunk
                    }
                    var rest = UInt32(truncatingIfNeeded: remainder)
                    for _ in 0..<chunkDigits {
                        position -= 1
                        digits[position] = alphabet[Int(rest % 58)]
                        rest /= 58
                    }
                    while first < limbCount && limbs[first] == 0 { first += 1 }
                }
            }
            while position < digits.count && digits[position] == zero { position += 1 }
            return position
        }
    }

    /// 32-bit limbs, most significant first.
    private static func fill(
        _ limbs: UnsafeMutableBufferPointer<UInt32>, from value: UnsafeRawBufferPointer
    ) {
        var offset = value.count % 4
        var next = 0
        if offset > 0 {
            var limb: UInt32 = 0
            for index in 0..<offset { limb = limb << 8 | UInt32(value[index]) }
            limbs.initializeElement(at: 0, to: limb)
            next = 1
        }
        while offset < value.count {
            let limb = value.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            limbs.initializeElement(at: next, to: UInt32(bigEndian: limb))
            next += 1
            offset += 4
        }
    }

    /// The bytes of `text`; nil where a character is not of the alphabet or the text is longer than
    /// `Limits.base58Bytes`, because decoding costs the square of the length.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        // Through a buffer: the generic collection costs a call for every character.
        if let decoded = text.withContiguousStorageIfAvailable({ decode(buffer: $0) }) {
            return decoded
        }
        return Array(text).withUnsafeBufferPointer { decode(buffer: $0) }
    }

    private static func decode(buffer text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count <= Limits.base58Bytes else { return nil }
        var zeros = 0
        while zeros < text.count && text[zeros] == zero { zeros += 1 }
        // A digit is less than 5.86 bits.
        let capacity = (text.count - zeros) * 586 / 3200 + 1
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { limbs in
            guard let used = readDigits(of: text, from: zeros, into: limbs) else { return nil }
            return [UInt8](unsafeUninitializedCapacity: zeros + used * 4) { buffer, count in
                for index in 0..<zeros { buffer[index] = 0 }
                count = zeros
                for index in (0..<used).reversed() {
                    let limb = limbs[index]
                    let skipped = index == used - 1 ? limb.leadingZeroBitCount / 8 : 0
                    for byte in skipped..<4 {
                        buffer[count] = UInt8(truncatingIfNeeded: limb >> (24 - 8 * UInt32(byte)))
                        count += 1
                    }
                }
            }
        }
    }

    /// Limbs, least significant first, five digits at a time; returns how many are in use, nil
    /// where a character is not of the alphabet.
    private static func readDigits(
        of text: UnsafeBufferPointer<UInt8>, from start: Int,
        into limbs: UnsafeMutableBufferPointer<UInt32>
    ) -> Int? {
        values.withUnsafeBufferPointer { values in
            var used = 0
            var position = start
            while position < text.count {
                let end = min(position + chunkDigits, text.count)
                var carry: UInt64 = 0
                var factor: UInt64 = 1
                while position < end {
                    let value = values[Int(text[position])]
                    if value == 0xff { return nil }
                    carry = carry * 58 + UInt64(value)
                    factor *= 58
                    position += 1
                }
                for index in 0..<used {
                    carry += UInt64(limbs[index]) * factor
                    limbs[index] = UInt32(truncatingIfNeeded: carry)
                    carry >>= 32
                }
                if carry > 0 {
                    limbs.initializeElement(at: used, to: UInt32(truncatingIfNeeded: carry))
                    used += 1
                }
            }
            return used
        }
    }
}
