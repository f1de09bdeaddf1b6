// A prepared statement: values in, rows out.

import CSQLite

/// One statement of one `Database`. Placeholders count from 1, columns from 0, as in SQLite.
public final class Statement {
    /// The text, with its placeholders.
    public let sql: String

    private let connection: Connection
    private let pointer: OpaquePointer

    init(_ sql: String, on connection: Connection, isKept: Bool) throws(DatabaseError) {
        var prepared: OpaquePointer?
        var code = SQLITE_OK
        var isWhole = true
        sql.withCString { text in
            var rest: UnsafePointer<CChar>?
            code = sqlite3_prepare_v3(
                connection.pointer, text, -1, isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0,
                &prepared, &rest)
            while let next = rest, next.pointee != 0 {
                if ![0x20, 0x09, 0x0a, 0x0d, 0x3b].contains(next.pointee) { isWhole = false }
                rest = next + 1
            }
        }
        try connection.check(code, sql: sql)
        guard let prepared, isWhole else {
            sqlite3_finalize(prepared)
            throw DatabaseError(
                extendedCode: SQLITE_MISUSE, message: "not exactly one statement", sql: sql)
        }
        self.sql = sql
        self.connection = connection
        pointer = prepared
    }

    deinit {
        sqlite3_finalize(pointer)
    }

    /// Binds an integer (`sqlite3_bind_int64`).
    public func bind(_ index: Int32, _ value: Int64) throws(DatabaseError) {
        try check(sqlite3_bind_int64(pointer, index, value))
    }

    /// Binds a text, copied (`sqlite3_bind_text`).
    public func bind(_ index: Int32, _ value: String) throws(DatabaseError) {
        var value = value
        let code = value.withUTF8 { text in
            guard let start = text.baseAddress, !text.isEmpty else {
                return wallet_sqlite3_bind_text(pointer, index, "", 0)
            }
            guard let count = Int32(exactly: text.count) else { return SQLITE_TOOBIG }
            return start.withMemoryRebound(to: CChar.self, capacity: text.count) {
                wallet_sqlite3_bind_text(pointer, index, $0, count)
            }
        }
        try check(code)
    }

    /// Binds a blob, copied (`sqlite3_bind_blob`).
    public func bind(_ index: Int32, _ value: [UInt8]) throws(DatabaseError) {
        try check(value.withUnsafeBytes { bindBlob(index, $0) })
    }

    /// Binds a blob, copied.
    public func bind(_ index: Int32, _ value: ArraySlice<UInt8>) throws(DatabaseError) {
        try check(value.withUnsafeBytes { bindBlob(index, $0) })
    }

    /// Binds a blob, copied.
    public func bind(_ index: Int32, _ value: UnsafeRawBufferPointer) throws(DatabaseError) {
        try check(bindBlob(index, value))
    }

    /// Binds a blob without a copy: the bytes must stay where they are until the placeholder is
    /// bound again or `clearBindings` is called, so bind and step within their owner's closure.
    public func bind(
        _ index: Int32, borrowing bytes: UnsafeRawBufferPointer
    ) throws(DatabaseError) {
        guard !bytes.isEmpty else { return try check(sqlite3_bind_zeroblob(pointer, index, 0)) }
        guard let count = Int32(exactly: bytes.count) else { return try check(SQLITE_TOOBIG) }
        try check(wallet_sqlite3_bind_blob_borrowed(pointer, index, bytes.baseAddress, count))
    }

    /// Binds NULL (`sqlite3_bind_null`).
    public func bindNull(_ index: Int32) throws(DatabaseError) {
        try check(sqlite3_bind_null(pointer, index))
    }

    /// Goes on to the next row (`sqlite3_step`).
    /// - Returns: false where there is none; the statement may then be stepped again from its
    ///   start.
    public func step() throws(DatabaseError) -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw failure(code)
    }

    /// Steps to the end, drops the rows and resets: for statements that only change something.
    public func run() throws(DatabaseError) {
        while try step() {}
        sqlite3_reset(pointer)
    }

    /// Back to the start, with the values still bound (`sqlite3_reset`). A statement that is left
    /// between two rows holds its locks.
    public func reset() {
        // The code repeats what the last step has thrown.
        sqlite3_reset(pointer)
    }

    /// All placeholders become NULL (`sqlite3_clear_bindings`).
    public func clearBindings() {
        sqlite3_clear_bindings(pointer)
    }

    /// Whether the statement is between two rows (`sqlite3_stmt_busy`).
    public var isRunning: Bool { sqlite3_stmt_busy(pointer) != 0 }

    /// How many columns a row has (`sqlite3_column_count`).
    public var columnCount: Int32 { sqlite3_column_count(pointer) }

    /// The column as an integer, converted by SQLite's rules; 0 for NULL (`sqlite3_column_int64`).
    public func int64(_ column: Int32) -> Int64 {
        sqlite3_column_int64(pointer, column)
    }

    /// A copy of the column's bytes; none for NULL (`sqlite3_column_blob`).
    public func blob(_ column: Int32) -> [UInt8] {
        [UInt8](borrowedBlob(column))
    }

    /// Lends the column's bytes, which are good until the next step, reset or conversion.
    @inlinable
    public func withBlob<Result, Failure: Error>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(borrowedBlob(column))
    }

    /// The column as text, empty for NULL; bytes that are not UTF-8 are replaced
    /// (`sqlite3_column_text`).
    public func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Whether the column is NULL (`sqlite3_column_type`).
    public func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(pointer, column) == SQLITE_NULL
    }

    @usableFromInline
    func borrowedBlob(_ column: Int32) -> UnsafeRawBufferPointer {
        // In this order: asking for the bytes may convert, after which their number is right.
        let start = sqlite3_column_blob(pointer, column)
        return UnsafeRawBufferPointer(
            start: start, count: Int(sqlite3_column_bytes(pointer, column)))
    }

    private func bindBlob(_ index: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        // A null address would bind NULL instead of no bytes.
        guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(pointer, index, 0) }
        guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
        return wallet_sqlite3_bind_blob(pointer, index, bytes.baseAddress, count)
    }

    private func check(_ code: Int32) throws(DatabaseError) {
        if code != SQLITE_OK { throw failure(code) }
    }

    @inline(never)
    private func failure(_ code: Int32) -> DatabaseError {
        let error = connection.runtimeError(code, sql: sql)
        // Gives its locks back; the message would be gone if this came first.
        sqlite3_reset(pointer)
        return error
    }
}
