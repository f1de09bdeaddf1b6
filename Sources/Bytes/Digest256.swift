// A 256-bit digest as a value: compared, hashed and printed without touching the heap.

/// 32 bytes that identify a document. Ordered as the bytes are.
public struct Digest256: Hashable, Sendable, Comparable {
    /// The bytes as four big-endian words, so that order of words is order of bytes.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// 32 zero bytes: no digest of anything that is known.
    public static let zero = Digest256(0, 0, 0, 0)
    /// How many bytes a digest has.
    public static let byteCount = 32

    /// The digest of exactly 32 bytes; nil for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for (index, byte) in bytes.enumerated() {
            let value = UInt64(byte)
            switch index >> 3 {
            case 0: words.0 = words.0 << 8 | value
            case 1: words.1 = words.1 << 8 | value
            case 2: words.2 = words.2 << 8 | value
            default: words.3 = words.3 << 8 | value
            }
        }
        self.words = words
    }

    /// The digest in `buffer`, which must hold 32 bytes.
    @inlinable
    public init(copying buffer: UnsafeRawBufferPointer) {
        precondition(buffer.count == 32)
        self.init(
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
    }

    @usableFromInline
    init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        words = (first, second, third, fourth)
    }

    /// The digest of 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hexadecimal text: some Collection<UInt8>) {
        guard text.count == 64, let bytes = Hexadecimal.decode(text) else { return nil }
        self.init(bytes)
    }

    /// The digest of 64 lower-case hexadecimal digits; nil for anything else. The log is full of
    /// them: no array is made.
    public init?(hexadecimal text: UnsafeRawBufferPointer) {
        guard text.count == 64 else { return nil }
        guard let first = Self.word(text, 0), let second = Self.word(text, 16),
            let third = Self.word(text, 32), let fourth = Self.word(text, 48)
        else { return nil }
        words = (first, second, third, fourth)
    }

    /// 16 digits.
    private static func word(_ text: UnsafeRawBufferPointer, _ start: Int) -> UInt64? {
        var word: UInt64 = 0
        for index in start..<start + 16 {
            let digit = text[index]
            switch digit {
            case 0x30...0x39: word = word << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: word = word << 4 | UInt64(digit - 0x61 + 10)
            default: return nil
            }
        }
        return word
    }

    /// The digest of 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hexadecimal text: ArraySlice<UInt8>) {
        guard let digest = text.withUnsafeBytes({ Digest256(hexadecimal: $0) }) else { return nil }
        self = digest
    }

    /// The digest of a string of 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hexadecimal text: String) {
        self.init(hexadecimal: Array(text.utf8))
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            raw.storeBytes(of: words.0.bigEndian, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: words.1.bigEndian, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: words.2.bigEndian, toByteOffset: 16, as: UInt64.self)
            raw.storeBytes(of: words.3.bigEndian, toByteOffset: 24, as: UInt64.self)
            count = 32
        }
    }

    /// 64 lower-case hexadecimal digits.
    public var hexadecimal: String { Hexadecimal.encode(bytes) }

    /// The first 63 bits: a key of an index. Equal digests have equal prefixes, the reverse is a
    /// hint.
    public var prefix63: Int64 { Int64(words.0 >> 1) }

    /// Whether the bytes are equal.
    public static func == (left: Digest256, right: Digest256) -> Bool {
        left.words == right.words
    }

    /// The order of the bytes.
    public static func < (left: Digest256, right: Digest256) -> Bool {
        left.words < right.words
    }

    /// Feeds the first bytes: they are a hash already.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

extension Digest256: CustomStringConvertible {
    /// The hexadecimal digits.
    public var description: String { hexadecimal }
}
