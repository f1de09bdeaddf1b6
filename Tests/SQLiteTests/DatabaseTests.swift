import SQLite
import Testing

@Suite struct DatabaseTests {
    private struct Interruption: Error {}

    private func filled(_ path: String, rows: Int = 10) throws -> Database {
        let database = try Database(path: path, mode: .readWriteCreate)
        try database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, value BLOB)")
        try database.transaction {
            let insert = try database.prepare("INSERT INTO t(value) VALUES(?1)")
            for row in 0..<rows {
                try insert.bind(1, [UInt8](repeating: UInt8(row & 0xff), count: 100))
                try insert.run()
            }
        }
        return database
    }

    private func count(_ database: Database) throws -> Int64 {
        let statement = try database.prepare("SELECT count(*) FROM t")
        defer { statement.reset() }
        return try statement.step() ? statement.int64(0) : -1
    }

    @Test func `the library is what the package was measured with, or later`() {
        #expect(Database.libraryVersionNumber >= 3_040_000)
        #expect(Database.libraryVersion.hasPrefix("3."))
    }

    @Test func `a transaction commits, and rolls back what throws`() throws {
        let folder = Folder()
        let database = try filled(folder.file("a.db"))
        #expect(throws: Interruption.self) {
            try database.transaction {
                try database.execute("DELETE FROM t")
                #expect(database.isInTransaction)
                throw Interruption()
            }
        }
        #expect(!database.isInTransaction)
        #expect(try count(database) == 10)
        let removed = try database.transaction {
            try database.execute("DELETE FROM t WHERE id <= 3")
            return database.changes
        }
        #expect(try removed == 3 && count(database) == 7)
    }

    @Test func `a transaction inside a transaction is refused and ends both`() throws {
        let database = try Database(path: "", mode: .memory)
        #expect(throws: DatabaseError.self) {
            try database.transaction { try database.transaction {} }
        }
        #expect(!database.isInTransaction)
        try database.transaction {}
    }

    @Test func `a second writer is told at once that the first is writing`() throws {
        let folder = Folder()
        let first = try filled(folder.file("a.db"))
        try first.setWriteAheadLog()
        let second = try Database(path: folder.file("a.db"), mode: .readWriteCreate)
        try first.begin()
        let error = try #require(throws: DatabaseError.self) { try second.begin() }
        #expect(error.isBusy)
        // A reader sees the last commit meanwhile.
        #expect(try count(second) == 10)
        try first.execute("DELETE FROM t")
        #expect(try count(second) == 10)
        try first.commit()
        #expect(try count(second) == 0)
        try second.transaction {}
    }

    @Test func `the log is moved when the caller says so, never before`() throws {
        let folder = Folder()
        do {
            let database = try filled(folder.file("a.db"), rows: 1)
            try database.setWriteAheadLog()
            try database.disableCheckpointOnClose()
            let insert = try database.prepare("INSERT INTO t(value) VALUES(?1)")
            for _ in 0..<1_200 {
                try insert.bind(1, [UInt8](repeating: 7, count: 4_000))
                try insert.run()
            }
        }
        // Past the thousand pages of an automatic checkpoint, and closed.
        #expect(folder.size("a.db") < 20_000)
        #expect(folder.size("a.db-wal") > 4_000_000)
        let database = try Database(path: folder.file("a.db"), mode: .readWriteCreate)
        try database.disableCheckpointOnClose()
        #expect(try count(database) == 1_201)
        #expect(try database.checkpoint(truncate: true))
        #expect(folder.size("a.db-wal") == 0)
        #expect(folder.size("a.db") > 4_000_000)
        #expect(try database.integrityProblems() == [])
    }

    @Test func `a reader in its way makes a truncating checkpoint busy`() throws {
        let folder = Folder()
        let writer = try filled(folder.file("a.db"))
        try writer.setWriteAheadLog()
        try writer.execute("INSERT INTO t(value) VALUES(x'00')")
        let reader = try Database(path: folder.file("a.db"), mode: .readOnly)
        let statement = try reader.prepare("SELECT id FROM t")
        #expect(try statement.step())
        try writer.execute("INSERT INTO t(value) VALUES(x'01')")
        let error = try #require(throws: DatabaseError.self) {
            try writer.checkpoint(truncate: true)
        }
        #expect(error.isBusy)
        #expect(try !writer.checkpoint(truncate: false))
        statement.reset()
        #expect(try writer.checkpoint(truncate: true))
    }

    @Test func `memory has no write-ahead log`() throws {
        let database = try Database(path: "", mode: .memory)
        #expect(throws: DatabaseError.self) { try database.setWriteAheadLog() }
    }

    @Test func `a reader cannot write`() throws {
        let folder = Folder()
        _ = try filled(folder.file("a.db"))
        for mode in [Database.Mode.readOnly, .readOnlyImmutable] {
            let reader = try Database(path: folder.file("a.db"), mode: mode)
            #expect(try count(reader) == 10)
            let error = try #require(throws: DatabaseError.self) {
                try reader.execute("DELETE FROM t")
            }
            #expect(error.isReadOnly)
        }
        #expect(folder.names() == ["a.db"])
    }

    @Test func `an immutable reader makes no side files beside a write-ahead log`() throws {
        let folder = Folder()
        do {
            let database = try filled(folder.file("a.db"))
            try database.setWriteAheadLog()
        }
        #expect(folder.names() == ["a.db"])
        let reader = try Database(path: folder.file("a.db"), mode: .readOnlyImmutable)
        #expect(try count(reader) == 10)
        #expect(folder.names() == ["a.db"])
    }

    @Test(arguments: ["a b.db", "q?x=1&y#z.db", "100%.db", "file:x.db", "ä.db", "a'b\"c.db"])
    func `odd names are names in every mode`(name: String) throws {
        let folder = Folder()
        _ = try filled(folder.file(name))
        #expect(folder.names() == [name])
        for mode in [Database.Mode.readOnly, .readOnlyImmutable] {
            #expect(try count(Database(path: folder.file(name), mode: mode)) == 10)
        }
    }

    @Test func `what cannot be opened says so`() throws {
        let folder = Folder()
        let missing = folder.file("none.db")
        for mode in [Database.Mode.readOnly, .readOnlyImmutable] {
            let error = try #require(throws: DatabaseError.self) {
                try Database(path: missing, mode: mode)
            }
            #expect(error.isCannotOpen)
        }
        for path in [folder.path, folder.path + "/none/a.db", missing + "\0", ""] {
            let error = try #require(throws: DatabaseError.self) {
                try Database(path: path, mode: .readWriteCreate)
            }
            #expect(error.isCannotOpen)
        }
        #expect(folder.names() == [])
    }

    @Test func `a file that is no database is corrupt`() throws {
        let folder = Folder()
        folder.write("a.db", Array("this is not a database, and long enough to show".utf8))
        folder.write("b.db", [UInt8](repeating: 0xa5, count: 10_000))
        for name in ["a.db", "b.db"] {
            let database = try Database(path: folder.file(name), mode: .readWriteCreate)
            let error = try #require(throws: DatabaseError.self) { try database.userVersion() }
            #expect(error.isCorrupt)
        }
    }

    @Test func `a damaged page is an error or shows in the check, and never a crash`() throws {
        let whole = Folder()
        _ = try filled(whole.file("a.db"), rows: 500)
        let size = whole.size("a.db")
        var noticed = 0
        for offset in stride(from: 100, to: size - 64, by: 997) {
            let folder = Folder()
            _ = try filled(folder.file("a.db"), rows: 500)
            folder.write("a.db", [UInt8](repeating: 0xff, count: 64), at: offset)
            do throws(DatabaseError) {
                let database = try Database(path: folder.file("a.db"), mode: .readOnly)
                let scan = try database.prepare("SELECT id, value FROM t")
                while try scan.step() { _ = scan.blob(1) }
                if try !database.integrityProblems().isEmpty { noticed += 1 }
            } catch {
                #expect(error.isCorrupt || error.code == 1, "\(error) at \(offset)")
                noticed += 1
            }
        }
        #expect(noticed > 0)
    }

    @Test func `a full database is full and keeps what it had`() throws {
        let folder = Folder()
        let database = try filled(folder.file("a.db"))
        try database.execute("PRAGMA max_page_count = 4")
        let error = try #require(throws: DatabaseError.self) {
            try database.transaction {
                let insert = try database.prepare("INSERT INTO t(value) VALUES(?1)")
                for _ in 0..<100 {
                    try insert.bind(1, [UInt8](repeating: 1, count: 4_000))
                    try insert.run()
                }
            }
        }
        #expect(error.isFull)
        #expect(!database.isInTransaction)
        #expect(try count(database) == 10)
    }

    @Test func `the user version is kept`() throws {
        let folder = Folder()
        do {
            let database = try Database(path: folder.file("a.db"), mode: .readWriteCreate)
            #expect(try database.userVersion() == 0)
            try database.execute("PRAGMA user_version = 3")
        }
        #expect(
            try Database(path: folder.file("a.db"), mode: .readOnly).userVersion() == 3)
    }
}
