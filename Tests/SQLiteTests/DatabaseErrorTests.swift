import SQLite
import Testing

@Suite struct DatabaseErrorTests {
    let database: Database

    init() throws {
        database = try Database(path: "", mode: .memory)
        try database.execute(
            """
            CREATE TABLE t(id INTEGER PRIMARY KEY, value TEXT UNIQUE CHECK (value <> 'bad'));
            CREATE TRIGGER never BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'kept'); END;
            """)
    }

    @Test func `an error names code and statement, never a value`() throws {
        let insert = try database.prepare("INSERT INTO t(value) VALUES(?1)")
        try insert.bind(1, "hunter2")
        try insert.run()
        let error = try #require(throws: DatabaseError.self) { try insert.run() }
        #expect(error.code == 19 && error.extendedCode == 2067 && error.isConstraint)
        #expect(error.sql == "INSERT INTO t(value) VALUES(?1)")
        #expect(error.message == "UNIQUE constraint failed: t.value")
        #expect(!"\(error) \(String(reflecting: error))".contains("hunter2"))
    }

    @Test(arguments: [
        "SELECT json_extract('{}', ?1)", "SELECT json(?1)", "SELECT abs(?1) + load_extension(?1)",
        "SELECT 'a' LIKE 'b' ESCAPE ?1", "SELECT zeroblob(9223372036854775807) || ?1",
        "INSERT INTO t(id) VALUES(?1)",
    ])
    func `functions do not spill their arguments`(sql: String) throws {
        guard let statement = try? database.prepare(sql) else { return }
        try statement.bind(1, "hunter2")
        let error = try #require(throws: DatabaseError.self) { try statement.run() }
        #expect(!"\(error) \(String(reflecting: error))".contains("hunter2"))
        #expect(!error.message.isEmpty)
    }

    @Test func `a trigger's refusal is a constraint`() throws {
        try database.execute("INSERT INTO t(value) VALUES('a')")
        let statement = try database.prepare("DELETE FROM t")
        let error = try #require(throws: DatabaseError.self) { try statement.run() }
        #expect(error.isConstraint && error.extendedCode == 1811)
    }

    @Test func `a statement works again after its error`() throws {
        let insert = try database.prepare("INSERT INTO t(value) VALUES(?1)")
        try insert.bind(1, "bad")
        #expect(throws: DatabaseError.self) { try insert.run() }
        try insert.bind(1, "good")
        try insert.run()
        #expect(database.changes == 1)
    }

    @Test func `a misspelt column in double quotes is no text`() {
        #expect(throws: DatabaseError.self) { try database.execute("SELECT \"valeu\" FROM t") }
    }

    @Test(
        arguments: [
            (11, "corrupt"), (26, "corrupt"), (267, "corrupt"), (5, "busy"), (517, "busy"),
            (6, "busy"), (13, "full"), (8, "readOnly"), (1032, "readOnly"), (14, "cannotOpen"),
            (10, "inputOutput"), (1034, "inputOutput"), (19, "constraint"), (1, "none"),
        ] as [(Int32, String)])
    func `each code is of one kind at most`(code: Int32, kind: String) {
        let error = DatabaseError(extendedCode: code, message: "", sql: nil)
        let kinds = [
            "corrupt": error.isCorrupt, "busy": error.isBusy, "full": error.isFull,
            "readOnly": error.isReadOnly, "cannotOpen": error.isCannotOpen,
            "inputOutput": error.isInputOutput, "constraint": error.isConstraint,
        ]
        #expect(kinds.filter(\.value).map(\.key) == (kind == "none" ? [] : [kind]))
    }
}
