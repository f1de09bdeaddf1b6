// Where a line stands in the log.

/// A segment of the log and a byte offset in it. Segments are numbered from 0; the last one is the
/// journal of the open block, and keeps its number when it is sealed.
public struct Place: Hashable, Sendable, Comparable {
    /// The segment's number.
    public let segment: Int
    /// Bytes before the line.
    public let offset: Int

    /// Bits of `packed` that hold the offset: a segment of a tebibyte.
    private static let offsetBits = 40
    /// The beginning of a log.
    public static let start = Place(segment: 0, offset: 0)

    /// A place.
    public init(segment: Int, offset: Int) {
        self.segment = segment
        self.offset = offset
    }

    /// The place of a packed number.
    public init(packed: Int64) {
        self.init(
            segment: Int(packed >> Int64(Self.offsetBits)),
            offset: Int(packed & (1 << Int64(Self.offsetBits) - 1)))
    }

    /// Both in one number that grows along the log.
    public var packed: Int64 { Int64(segment) << Int64(Self.offsetBits) | Int64(offset) }

    /// The place `bytes` further in the same segment.
    public func advanced(by bytes: Int) -> Place {
        Place(segment: segment, offset: offset + bytes)
    }

    /// Order of the log.
    public static func < (left: Place, right: Place) -> Bool { left.packed < right.packed }
}
