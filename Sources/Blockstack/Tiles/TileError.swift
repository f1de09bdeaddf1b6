// What is wrong with the tiles on disk. They are derived from the log: the remedy is to write them
// anew.

/// A tile that cannot be used.
public struct TileError: Error, Sendable, Equatable {
    /// Why.
    public enum Reason: Sendable, Equatable {
        /// Neither it nor a wider one is there.
        case missing
        /// The file has another length than its name says, in bytes.
        case wrongLength(expected: Int, got: Int)
        /// The entry of this number, from 0, is not 32 bytes behind their length.
        case malformedEntry(number: Int)
        /// The tree has fewer leaves.
        case beyond(size: Int)
    }

    /// The file's path.
    public let path: String
    /// Why.
    public let reason: Reason

    /// A defect of a tile.
    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}
