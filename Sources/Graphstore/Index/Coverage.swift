// How far an index follows the log.
import Bytes
import Documents

/// The part of the log that the index holds.
public struct Coverage: Sendable, Equatable {
    /// The place after the last line covered.
    public var place: Int64
    /// How many lines.
    public var lines: Int
    /// Where the last line begins.
    public var lastPlace: Int64
    /// SHA-256 of the last line: tells a log that has been replaced.
    public var lastDigest: Digest256?
    /// The clock of the latest transaction.
    public var clock: Transaction.Clock?

    /// A part of the log.
    public init(
        place: Int64, lines: Int, lastPlace: Int64, lastDigest: Digest256?,
        clock: Transaction.Clock?
    ) {
        self.place = place
        self.lines = lines
        self.lastPlace = lastPlace
        self.lastDigest = lastDigest
        self.clock = clock
    }

    /// Nothing.
    public static let none = Coverage(
        place: 0, lines: 0, lastPlace: 0, lastDigest: nil, clock: nil)
}
