// A set of ids in sixteen bytes.
import Bytes
import Cryptography

/// Negentropy's fingerprint: the first 16 bytes of SHA-256 over the sum of the ids, as little-endian
/// numbers modulo 2^256, and their count as a varint.
public struct Fingerprint: Sendable, Hashable {
    private let words: (UInt64, UInt64)

    /// How many bytes a fingerprint has.
    public static let byteCount = 16
    /// The fingerprint of no ids at all.
    public static let empty = Fingerprint(IDSum(), count: 0)

    /// The fingerprint in exactly 16 bytes; nil for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index < 8 {
                words.0 = words.0 << 8 | UInt64(byte)
            } else {
                words.1 = words.1 << 8 | UInt64(byte)
            }
        }
        self.words = words
    }

    /// The fingerprint of `count` ids with a sum.
    public init(_ sum: IDSum, count: Int) {
        let digest = Hash.sha256(sum.bytes + Varint.encode(UInt64(count)))
        let bytes = digest.bytes
        self = Fingerprint(bytes.prefix(Self.byteCount)) ?? Fingerprint(first: 0, second: 0)
    }

    private init(first: UInt64, second: UInt64) { words = (first, second) }

    /// The 16 bytes.
    public var bytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: words.0 >> (56 - 8 * $0)) }
            + (0..<8).map { UInt8(truncatingIfNeeded: words.1 >> (56 - 8 * $0)) }
    }

    /// Whether the bytes are equal.
    public static func == (left: Fingerprint, right: Fingerprint) -> Bool {
        left.words == right.words
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

/// A sum of ids as little-endian numbers, modulo 2^256. Sums can be kept for ranges of a set, and
/// subtracted: whoever keeps them need not read the ids again.
public struct IDSum: Sendable, Equatable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Zero.
    public init() {}

    /// The sum in exactly 32 little-endian bytes; nil for any other count.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Digest256.byteCount else { return nil }
        words = Self.words(bytes)
    }

    private static func words(_ bytes: [UInt8]) -> (UInt64, UInt64, UInt64, UInt64) {
        bytes.withUnsafeBytes { bytes in
            func word(_ offset: Int) -> UInt64 {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            return (word(0), word(8), word(16), word(24))
        }
    }

    /// 32 little-endian bytes.
    public var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
    }

    /// Adds an id.
    public mutating func add(_ id: Digest256) { add(Self.words(id.bytes)) }

    /// Adds another sum.
    public static func + (left: IDSum, right: IDSum) -> IDSum {
        var sum = left
        sum.add(right.words)
        return sum
    }

    private mutating func add(_ other: (UInt64, UInt64, UInt64, UInt64)) {
        var carry = false
        (words.0, carry) = Self.add(words.0, other.0, carry)
        (words.1, carry) = Self.add(words.1, other.1, carry)
        (words.2, carry) = Self.add(words.2, other.2, carry)
        (words.3, carry) = Self.add(words.3, other.3, carry)
    }

    /// Subtracts another sum.
    public static func - (left: IDSum, right: IDSum) -> IDSum {
        // Two's complement: a − b = a + ~b + 1.
        let other = (~right.words.0, ~right.words.1, ~right.words.2, ~right.words.3)
        var sum = left
        var carry = true
        (sum.words.0, carry) = add(sum.words.0, other.0, carry)
        (sum.words.1, carry) = add(sum.words.1, other.1, carry)
        (sum.words.2, carry) = add(sum.words.2, other.2, carry)
        (sum.words.3, carry) = add(sum.words.3, other.3, carry)
        return sum
    }

    private static func add(_ left: UInt64, _ right: UInt64, _ carry: Bool) -> (UInt64, Bool) {
        let (sum, first) = left.addingReportingOverflow(right)
        let (whole, second) = sum.addingReportingOverflow(carry ? 1 : 0)
        return (whole, first || second)
    }

    /// Whether the numbers are equal.
    public static func == (left: IDSum, right: IDSum) -> Bool { left.words == right.words }
}
