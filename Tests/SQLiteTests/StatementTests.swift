import SQLite
import Testing

@Suite struct StatementTests {
    let database: Database

    init() throws {
        database = try Database(path: "", mode: .memory)
        try database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, value)")
    }

    private func echo<Result>(
        _ bind: (Statement) throws -> Void, _ read: (Statement) throws -> Result
    ) throws -> Result {
        let statement = try database.prepare("SELECT ?1, typeof(?1), length(?1)")
        try bind(statement)
        #expect(try statement.step())
        defer { statement.reset() }
        return try read(statement)
    }

    @Test(arguments: [0, 1, -1, Int64.max, Int64.min])
    func `integers come back`(value: Int64) throws {
        #expect(try echo({ try $0.bind(1, value) }, { $0.int64(0) }) == value)
    }

    @Test(arguments: ["", "a", "ä€😀", "longer than the fifteen bytes of a small string", "a\0b"])
    func `texts come back as texts`(value: String) throws {
        let (text, type) = try echo({ try $0.bind(1, value) }, { ($0.text(0), $0.text(1)) })
        #expect(text == value)
        #expect(type == "text")
    }

    @Test(arguments: [[], [0], [1, 0, 2], [UInt8](repeating: 0xff, count: 100_000)] as [[UInt8]])
    func `blobs come back as blobs`(value: [UInt8]) throws {
        let binds: [(Statement) throws -> Void] = [
            { try $0.bind(1, value) },
            { try $0.bind(1, ([9] + value)[1...]) },
            { statement in try value.withUnsafeBytes { try statement.bind(1, $0) } },
        ]
        for bind in binds {
            let result = try echo(bind) {
                ($0.blob(0), $0.text(1), $0.int64(2), $0.withBlob(0) { Array($0) })
            }
            #expect(result.0 == value && result.3 == value)
            #expect(result.1 == "blob" && result.2 == Int64(value.count))
        }
    }

    @Test func `a borrowed blob is read where it is`() throws {
        for bytes in [[], [1, 2, 3]] as [[UInt8]] {
            let back = try bytes.withUnsafeBytes { buffer in
                try echo({ try $0.bind(1, borrowing: buffer) }, { ($0.blob(0), $0.text(1)) })
            }
            #expect(back.0 == bytes && back.1 == "blob")
        }
    }

    @Test func `null is null and reads as nothing`() throws {
        let statement = try database.prepare("SELECT ?1")
        try statement.bindNull(1)
        #expect(try statement.step())
        #expect(statement.isNull(0))
        #expect(statement.int64(0) == 0 && statement.text(0) == "" && statement.blob(0) == [])
        #expect(try !statement.step())
    }

    @Test func `text that is no UTF-8 does not crash`() throws {
        let statement = try database.prepare("SELECT CAST(x'ff41' AS TEXT)")
        #expect(try statement.step())
        #expect(statement.text(0) == "\u{fffd}A")
    }

    @Test func `a statement steps again from its start and keeps its values`() throws {
        let statement = try database.prepare("SELECT ?1")
        try statement.bind(1, 5)
        for _ in 0..<3 {
            #expect(try statement.step())
            #expect(statement.int64(0) == 5)
            #expect(try !statement.step())
        }
        statement.clearBindings()
        #expect(try statement.step())
        #expect(statement.isNull(0))
    }

    @Test func `a placeholder that is not there is an error`() throws {
        let statement = try database.prepare("SELECT ?1")
        for index in [0, 2, -1] as [Int32] {
            let error = #expect(throws: DatabaseError.self) { try statement.bind(index, 1) }
            #expect(error?.code == 25)
        }
    }

    @Test(arguments: ["", "  ", "-- only a comment", "SELECT 1; SELECT 2", "SELECT", "SELECT 1 1x"])
    func `what is not one statement is refused`(sql: String) {
        let error = #expect(throws: DatabaseError.self) { try database.prepare(sql) }
        #expect(error?.sql == sql)
    }

    @Test func `a semicolon and white space may follow`() throws {
        #expect(try database.prepare("SELECT 1 ; \n\t").step())
    }

    @Test func `a statement is kept, and never handed out while it runs`() throws {
        let sql = "SELECT 1 UNION SELECT 2"
        let first = try database.prepare(sql)
        #expect(try first === database.prepare(sql))
        #expect(try first.step())
        let second = try database.prepare(sql)
        #expect(first !== second)
        #expect(try second.step() && second.int64(0) == 1)
        #expect(try first.step() && first.int64(0) == 2)
        first.reset()
        #expect(try first === database.prepare(sql))
    }

    @Test func `a kept statement comes without the last values`() throws {
        let first = try database.prepare("SELECT ?1")
        try first.bind(1, "secret")
        #expect(try first.step())
        first.reset()
        let again = try database.prepare("SELECT ?1")
        #expect(try again.step())
        #expect(again.isNull(0))
    }

    @Test func `more statements than are kept all work`() throws {
        var held: [Statement] = []
        for number in 0...(Database.cachedStatementsMaximum * 2) {
            held.append(try database.prepare("SELECT \(number)"))
        }
        for (number, statement) in held.enumerated() {
            #expect(try statement.step() && statement.int64(0) == Int64(number))
        }
    }

    @Test func `a statement outlives its database`() throws {
        func make() throws -> Statement {
            let database = try Database(path: "", mode: .memory)
            return try database.prepare("SELECT 7")
        }
        let statement = try make()
        #expect(try statement.step() && statement.int64(0) == 7)
    }

    @Test func `rows are counted and runs reset`() throws {
        let insert = try database.prepare("INSERT INTO t(value) VALUES(?1)")
        for value in 0..<10 as Range<Int64> {
            try insert.bind(1, value)
            try insert.run()
            #expect(database.changes == 1 && !insert.isRunning)
        }
        let sum = try database.prepare("SELECT sum(value), count(*) FROM t")
        #expect(sum.columnCount == 2)
        #expect(try sum.step() && sum.int64(0) == 45 && sum.int64(1) == 10)
    }
}
