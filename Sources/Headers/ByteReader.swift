// Reading Bitcoin's binary encodings: little-endian numbers, varints, nothing left over.
import Bytes

/// A place in bytes that come from outside.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    /// Bytes that have been read.
    var offset: Int { at - bytes.startIndex }
    /// What has not been read yet.
    var rest: ArraySlice<UInt8> { bytes[at...] }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws(HeaderError) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - at else {
            throw .truncated(offset: bytes.count)
        }
        defer { at += count }
        return bytes[at..<at + count]
    }

    mutating func byte() throws(HeaderError) -> UInt8 {
        UInt8(try number(1))
    }

    mutating func digest() throws(HeaderError) -> Digest256 {
        try take(Digest256.byteCount).withUnsafeBytes { Digest256(copying: $0) }
    }

    /// A little-endian number of `count` bytes, at most eight.
    mutating func number(_ count: Int) throws(HeaderError) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A number of one, three, five or nine bytes, the fewest that hold it.
    mutating func varint() throws(HeaderError) -> UInt64 {
        let start = offset
        let first = try byte()
        let value: UInt64
        switch first {
        case 0xfd: value = try number(2)
        case 0xfe: value = try number(4)
        case 0xff: value = try number(8)
        default: return UInt64(first)
        }
        let smallest: UInt64 = first == 0xfd ? 0xfd : first == 0xfe ? 0x1_0000 : 0x1_0000_0000
        guard value >= smallest else { throw .varintNotMinimal(offset: start) }
        return value
    }

    /// A varint that is at most `limit`.
    mutating func integer(_ what: String, limit: Int) throws(HeaderError) -> Int {
        let value = try varint()
        guard value <= UInt64(limit) else { throw .tooLarge(what: what, limit: limit, got: value) }
        return Int(value)
    }

    /// Nothing may follow.
    func end() throws(HeaderError) {
        guard at == bytes.endIndex else { throw .trailingBytes(offset: offset) }
    }
}

extension FixedWidthInteger {
    /// The bytes, the least significant first.
    var littleEndianBytes: [UInt8] {
        withUnsafeBytes(of: littleEndian) { Array($0) }
    }
}

extension [UInt8] {
    mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        append(contentsOf: value.littleEndianBytes)
    }

    /// The shortest varint.
    mutating func appendVarint(_ value: Int) {
        precondition(value >= 0, "a varint is not negative")
        switch value {
        case 0..<0xfd: append(UInt8(value))
        case 0xfd..<0x1_0000:
            append(0xfd)
            appendLittleEndian(UInt16(value))
        case 0x1_0000..<0x1_0000_0000:
            append(0xfe)
            appendLittleEndian(UInt32(value))
        default:
            append(0xff)
            appendLittleEndian(UInt64(value))
        }
    }
}
