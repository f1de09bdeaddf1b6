// One connection to one SQLite database.

import CSQLite

/// A connection. Not to be shared among threads. It never waits for a lock of another connection
/// (busy timeout 0) and never checkpoints by itself; extended result codes are on.
public final class Database {
    /// How a database is opened.
    public enum Mode: Sendable {
        /// Read and written; made if it is not there.
        case readWriteCreate
        /// Read; may still need to make the side files of a write-ahead log.
        case readOnly
        /// Read from a medium on which nothing changes while it is open: no locks, no side files,
        /// and a write-ahead log beside it is not seen.
        case readOnlyImmutable
        /// In memory, gone with the connection; the path is not looked at.
        case memory
    }

    /// Prepared statements that a connection keeps.
    public static let cachedStatementsMaximum = 64

    /// The version of the SQLite library, as in `3.40.1`.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// The same as a number, 3040001 for 3.40.1.
    public static var libraryVersionNumber: Int { Int(sqlite3_libversion_number()) }

    private let connection: Connection
    private var cache: [String: Statement] = [:]

    /// Opens the database at `path` (`sqlite3_open_v2`). SQLite reads the file at the first
    /// statement only, so that a damaged one shows then.
    public init(path: String, mode: Mode) throws(DatabaseError) {
        connection = try Connection(path: path, mode: mode)
    }

    /// Runs one or more statements without values and drops their rows (`sqlite3_exec`).
    public func execute(_ sql: String) throws(DatabaseError) {
        try connection.check(sqlite3_exec(connection.pointer, sql, nil, nil, nil), sql: sql)
    }

    /// The statement of `sql`, with no values bound (`sqlite3_prepare_v3`). It is kept for the next
    /// time, and handed out anew only when it is not between two rows.
    public func prepare(_ sql: String) throws(DatabaseError) -> Statement {
        if let cached = cache[sql] {
            if !cached.isRunning {
                cached.reset()
                cached.clearBindings()
                return cached
            }
            return try Statement(sql, on: connection, isKept: false)
        }
        let statement = try Statement(sql, on: connection, isKept: true)
        if cache.count >= Self.cachedStatementsMaximum { cache.removeAll() }
        cache[sql] = statement
        return statement
    }

    /// Runs `body` between `BEGIN IMMEDIATE` and `COMMIT`; rolls back and throws on what either
    /// throws. Throws `isBusy` at once where another connection is writing. Does not nest.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try begin()
        do {
            let result = try body()
            try commit()
            return result
        } catch {
            rollback()
            throw error
        }
    }

    /// `BEGIN IMMEDIATE`, for callers that cannot use `transaction`.
    public func begin() throws(DatabaseError) {
        try run("BEGIN IMMEDIATE")
    }

    /// `COMMIT`. Where it throws, the transaction may still be open: roll it back.
    public func commit() throws(DatabaseError) {
        try run("COMMIT")
    }

    /// `ROLLBACK`, where SQLite has not rolled back by itself (a full disk makes it).
    public func rollback() {
        guard isInTransaction else { return }
        // A rollback that fails leaves a hot journal, which the next connection rolls back.
        try? run("ROLLBACK")
    }

    /// Whether a transaction is open (`sqlite3_get_autocommit`).
    public var isInTransaction: Bool { sqlite3_get_autocommit(connection.pointer) == 0 }

    /// Rows that the last statement inserted, changed or deleted (`sqlite3_changes64`).
    public var changes: Int { Int(sqlite3_changes64(connection.pointer)) }

    /// Moves the write-ahead log into the database (`sqlite3_wal_checkpoint_v2`).
    /// - Parameter truncate: waits for nobody, but fails with `isBusy` where somebody reads or
    ///   writes, and leaves an empty log; else moves what can be moved.
    /// - Returns: whether the whole log has been moved.
    @discardableResult
    public func checkpoint(truncate: Bool) throws(DatabaseError) -> Bool {
        var frames: Int32 = -1
        var moved: Int32 = -1
        let mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        try connection.check(
            sqlite3_wal_checkpoint_v2(connection.pointer, nil, mode, &frames, &moved), sql: nil)
        return frames == moved
    }

    /// The last connection to close leaves the write-ahead log as it is
    /// (`SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE`).
    public func disableCheckpointOnClose() throws(DatabaseError) {
        try connection.check(
            wallet_sqlite3_no_checkpoint_on_close(connection.pointer), sql: nil)
    }

    /// Turns to a write-ahead log, for good (`PRAGMA journal_mode`); throws where the database
    /// stays with another journal, as one in memory does.
    public func setWriteAheadLog() throws(DatabaseError) {
        let sql = "PRAGMA journal_mode = WAL"
        let statement = try prepare(sql)
        defer { statement.reset() }
        let mode = try statement.step() ? statement.text(0) : "none"
        guard mode == "wal" else {
            throw DatabaseError(
                extendedCode: SQLITE_ERROR, message: "journal mode stays '\(mode)'", sql: sql)
        }
    }

    /// The number that the application keeps in the file's header (`PRAGMA user_version`), 0 in a
    /// new file.
    public func userVersion() throws(DatabaseError) -> Int {
        let statement = try prepare("PRAGMA user_version")
        defer { statement.reset() }
        return try statement.step() ? Int(statement.int64(0)) : 0
    }

    /// What `PRAGMA integrity_check` finds wrong, at most 100 lines; empty where all is well.
    public func integrityProblems() throws(DatabaseError) -> [String] {
        let statement = try prepare("PRAGMA integrity_check(100)")
        defer { statement.reset() }
        var problems: [String] = []
        while try statement.step() {
            let line = statement.text(0)
            if line != "ok" { problems.append(line) }
        }
        return problems
    }

    private func run(_ sql: String) throws(DatabaseError) {
        let statement = try prepare(sql)
        defer { statement.reset() }
        _ = try statement.step()
    }
}
