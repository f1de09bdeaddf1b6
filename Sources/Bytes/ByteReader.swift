// Reading and writing Bitcoin's binary encodings: little-endian numbers, varints, nothing left over.

/// What a reader of bytes reports, as cases of the error of the module that reads. Offsets count
/// from the first byte that was given to the reader.
public protocol ByteReaderError: Error {
    /// The bytes end where more should stand.
    static func truncated(offset: Int) -> Self
    /// Something follows the end.
    static func trailingBytes(offset: Int) -> Self
    /// A varint longer than its number needs.
    static func varintNotMinimal(offset: Int) -> Self
    /// A length, count or number is past its limit; `what` names it.
    static func tooLarge(what: String, limit: Int, got: UInt64) -> Self
}

/// A place in bytes that come from outside.
public struct ByteReader<Failure: ByteReaderError> {
    @usableFromInline let bytes: ArraySlice<UInt8>
    @usableFromInline var at: Int

    /// Stands at the first byte.
    @inlinable
    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    /// Bytes that have been read.
    @inlinable public var offset: Int { at - bytes.startIndex }
    /// What has not been read yet.
    @inlinable public var rest: ArraySlice<UInt8> { bytes[at...] }

    /// The next `count` bytes; `count` is not negative.
    @inlinable
    public mutating func take(_ count: Int) throws(Failure) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - at else {
            throw .truncated(offset: bytes.count)
        }
        defer { at += count }
        return bytes[at..<at + count]
    }

    /// The next byte.
    @inlinable
    public mutating func byte() throws(Failure) -> UInt8 {
        UInt8(try number(1))
    }

    /// The next 32 bytes.
    @inlinable
    public mutating func digest() throws(Failure) -> Digest256 {
        try take(Digest256.byteCount).withUnsafeBytes { Digest256(copying: $0) }
    }

    /// A little-endian number of `count` bytes, at most eight.
    @inlinable
    public mutating func number(_ count: Int) throws(Failure) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A number of one, three, five or nine bytes, the fewest that hold it.
    @inlinable
    public mutating func varint() throws(Failure) -> UInt64 {
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
    @inlinable
    public mutating func integer(_ what: String, limit: Int) throws(Failure) -> Int {
        let value = try varint()
        guard value <= UInt64(limit) else { throw .tooLarge(what: what, limit: limit, got: value) }
        return Int(value)
    }

    /// Nothing may follow.
    @inlinable
    public func end() throws(Failure) {
        guard at == bytes.endIndex else { throw .trailingBytes(offset: offset) }
    }
}

extension FixedWidthInteger {
    /// The bytes, the least significant first.
    @inlinable public var littleEndianBytes: [UInt8] {
        withUnsafeBytes(of: littleEndian) { Array($0) }
    }
}

extension [UInt8] {
    /// Appends the bytes of a number, the least significant first.
    @inlinable
    public mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// Appends the shortest varint of a number that is not negative.
    public mutating func appendVarint(_ value: Int) {
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
