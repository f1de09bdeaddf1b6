// Numbers of variable length, as Negentropy writes them; our frames write theirs alike.

/// Base 128, the most significant digit first, the high bit on all bytes but the last, as few bytes
/// as possible.
enum Varint {
    /// One to ten bytes.
    static func encode(_ value: UInt64) -> [UInt8] {
        var bytes = [UInt8(truncatingIfNeeded: value & 0x7f)]
        var rest = value >> 7
        while rest > 0 {
            bytes.append(UInt8(truncatingIfNeeded: rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes.reversed()
    }

    /// What stands at the beginning of bytes that may not all have come.
    enum Prefix: Equatable {
        case value(UInt64, byteCount: Int)
        case incomplete
        /// A leading zero digit, or more than 64 bits.
        case invalid
    }

    /// Reads the number that `bytes` begin with.
    static func decode(_ bytes: some RandomAccessCollection<UInt8>) -> Prefix {
        var value: UInt64 = 0
        for (offset, byte) in bytes.enumerated() {
            if offset == 0 && byte == 0x80 || value >> 57 != 0 { return .invalid }
            value = value << 7 | UInt64(byte & 0x7f)
            if byte & 0x80 == 0 { return .value(value, byteCount: offset + 1) }
        }
        return .incomplete
    }
}
