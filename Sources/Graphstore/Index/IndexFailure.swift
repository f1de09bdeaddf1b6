// What the layers above need to know of the database's errors.
import SQLite

/// An error of the index's database.
public typealias IndexFailure = DatabaseError

extension DatabaseError {
    /// Whether the file is no index that can be read: it is made anew from the log.
    public var isRebuildable: Bool { isCorrupt || isCannotOpen }
}
