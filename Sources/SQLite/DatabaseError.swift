// The one error of this module.

/// A failure of SQLite. It carries the SQL, whose placeholders stay placeholders: values that were
/// bound never show, neither here nor in the message.
public struct DatabaseError: Error, Equatable, Sendable {
    /// The primary result code (sqlite.org/rescode.html), 1 to 255.
    public let code: Int32
    /// The extended result code, whose low byte is the primary one.
    public let extendedCode: Int32
    /// What SQLite says, without bound values.
    public let message: String
    /// The statement that failed; nil where none was involved.
    public let sql: String?
    /// The name of the database's file, without its directory; nil where none was involved.
    public let file: String?

    /// A failure with an extended code.
    public init(extendedCode: Int32, message: String, sql: String?, file: String? = nil) {
        code = extendedCode & 0xff
        self.extendedCode = extendedCode
        self.message = message
        self.sql = sql
        self.file = file
    }

    /// The file is damaged or is no database (`SQLITE_CORRUPT`, `SQLITE_NOTADB`).
    public var isCorrupt: Bool { code == 11 || code == 26 }
    /// Another connection holds a lock (`SQLITE_BUSY`, `SQLITE_LOCKED`).
    public var isBusy: Bool { code == 5 || code == 6 }
    /// The medium is full (`SQLITE_FULL`).
    public var isFull: Bool { code == 13 }
    /// The database or its directory cannot be written (`SQLITE_READONLY`).
    public var isReadOnly: Bool { code == 8 }
    /// The file cannot be opened: missing, a directory, not permitted (`SQLITE_CANTOPEN`).
    public var isCannotOpen: Bool { code == 14 }
    /// The operating system failed to read, write or sync (`SQLITE_IOERR`).
    public var isInputOutput: Bool { code == 10 }
    /// A UNIQUE, NOT NULL, CHECK or foreign key constraint (`SQLITE_CONSTRAINT`).
    public var isConstraint: Bool { code == 19 }
}

extension DatabaseError: CustomStringConvertible {
    /// Message, code and SQL on one line.
    public var description: String {
        let place = sql.map { ": \($0)" } ?? ""
        return "\(message) (SQLite \(extendedCode))\(place)"
    }
}
