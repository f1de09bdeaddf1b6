// The handle of an open database and what goes wrong with it.

import CSQLite

/// Owns the `sqlite3 *`: the database and each of its statements keep it, the last one closes it.
final class Connection {
    let pointer: OpaquePointer
    private let file: String

    /// Opens a file (`sqlite3_open_v2`), hardens it and turns off what would work behind the
    /// caller's back.
    init(path: String, mode: Database.Mode) throws(DatabaseError) {
        guard !path.utf8.contains(0) else {
            throw DatabaseError(
                extendedCode: SQLITE_CANTOPEN, message: "path contains a null byte", sql: nil)
        }
        file = String(path.split(separator: "/").last ?? "")
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(
            Self.name(of: path, mode: mode), &opened,
            Self.flags(of: mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let error = Self.error(opened, file, code, sql: nil, mayShowValues: false)
            sqlite3_close_v2(opened)
            throw error
        }
        pointer = opened
        try check(sqlite3_busy_timeout(opened, 0), sql: nil)
        try check(wallet_sqlite3_harden(opened), sql: nil)
        // SQLite before 3.51.3 may lose writes where one connection checkpoints while another
        // resets the log: checkpoints happen where the caller says so, under its own lock.
        try check(sqlite3_wal_autocheckpoint(opened, 0), sql: nil)
    }

    deinit {
        sqlite3_close_v2(pointer)
    }

    /// Throws unless `code` is `SQLITE_OK`.
    func check(_ code: Int32, sql: String?) throws(DatabaseError) {
        if code != SQLITE_OK {
            throw Self.error(pointer, file, code, sql: sql, mayShowValues: false)
        }
    }

    /// The error of a statement that ran with bound values.
    @inline(never)
    func runtimeError(_ code: Int32, sql: String) -> DatabaseError {
        Self.error(pointer, file, code, sql: sql, mayShowValues: true)
    }

    private static func error(
        _ pointer: OpaquePointer?, _ file: String, _ code: Int32, sql: String?,
        mayShowValues: Bool
    ) -> DatabaseError {
        // Functions (JSON, FTS, RAISE) put their arguments into the messages of the first two
        // codes; the third is also ours, of which SQLite knows nothing.
        let constraintTrigger = SQLITE_CONSTRAINT | (7 << 8)
        let hidesMessage =
            mayShowValues
            && (code & 0xff == SQLITE_ERROR || code == constraintTrigger || code == SQLITE_TOOBIG)
        let text = pointer.flatMap { hidesMessage ? nil : sqlite3_errmsg($0) }
        let message = text ?? sqlite3_errstr(code)
        return DatabaseError(
            extendedCode: code, message: message.map { String(cString: $0) } ?? "unknown error",
            sql: sql, file: file)
    }

    private static func flags(of mode: Database.Mode) -> Int32 {
        switch mode {
        case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .readOnly: SQLITE_OPEN_READONLY
        case .readOnlyImmutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
        case .memory: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY
        }
    }

    private static func name(of path: String, mode: Database.Mode) -> String {
        // A relative path gets a dot in front, so that no file is taken for `:memory:` or a URI.
        let located = path.hasPrefix("/") ? path : "./" + path
        switch mode {
        case .memory: return ":memory:"
        case .readWriteCreate, .readOnly: return located
        case .readOnlyImmutable:
            let authority = located.hasPrefix("/") ? "//" : ""
            return "file:" + authority + percentEncoded(located) + "?immutable=1"
        }
    }

    private static func percentEncoded(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
