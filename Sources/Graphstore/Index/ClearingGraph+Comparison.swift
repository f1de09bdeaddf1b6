// Whether an index is whole, and the same as another of the same log.
import SQLite

/// Where two indexes differ first in one table.
public struct IndexDifference: Sendable, Equatable {
    /// The table.
    public let table: String
    /// Rows before it, in order of the table's key.
    public let row: Int
}

extension ClearingGraph {
    /// What SQLite finds wrong with the file, at most 100 lines; empty where all is well.
    /// - Throws: `DatabaseError` where it cannot even be read.
    public func integrityProblems() throws(IndexFailure) -> [String] {
        try database.integrityProblems()
    }

    /// The tables, how their rows are ordered, and for each column whether it holds integers.
    private static let tables: [(name: String, rows: String, areIntegers: [Bool])] = [
        (
            "sqlite_schema", "SELECT type, name, sql FROM sqlite_schema ORDER BY name",
            [false, false, false]
        ),
        ("documents", "SELECT prefix, place FROM documents ORDER BY prefix, place", [true, true]),
        (
            "counters",
            """
            SELECT address, symbol, net, min, max, head, head_index FROM counters
            ORDER BY address, symbol
            """, [false, false, false, false, false, false, true]
        ),
        (
            "units", "SELECT symbol, code, scale, place FROM units ORDER BY symbol, place",
            [false, false, true, true]
        ),
        ("leaves", "SELECT place, number FROM leaves ORDER BY place", [true, true]),
        (
            "stacks", "SELECT height, first, count, place FROM stacks ORDER BY height",
            [true, true, true, true]
        ),
        (
            "devices", "SELECT place, address, revoked FROM devices ORDER BY place",
            [true, false, true]
        ),
    ]

    /// The first difference in each table but that of the coverage, as they are on disk: what is
    /// pending is not looked at.
    /// - Throws: `DatabaseError`.
    public func differences(from other: ClearingGraph) throws(IndexFailure) -> [IndexDifference] {
        var differences: [IndexDifference] = []
        for (name, rows, areIntegers) in Self.tables {
            let left = try database.prepare(rows)
            let right = try other.database.prepare(rows)
            defer {
                left.reset()
                right.reset()
            }
            if let row = try Self.firstDifference(left, right, areIntegers) {
                differences.append(IndexDifference(table: name, row: row))
            }
        }
        return differences
    }

    private static func firstDifference(
        _ left: Statement, _ right: Statement, _ areIntegers: [Bool]
    ) throws(IndexFailure) -> Int? {
        var row = 0
        while true {
            let (isLeft, isRight) = (try left.step(), try right.step())
            guard isLeft, isRight else { return isLeft == isRight ? nil : row }
            for (column, isInteger) in areIntegers.enumerated()
            where !isEqual(left, right, Int32(column), isInteger) {
                return row
            }
            row += 1
        }
    }

    private static func isEqual(
        _ left: Statement, _ right: Statement, _ column: Int32, _ isInteger: Bool
    ) -> Bool {
        if left.isNull(column) != right.isNull(column) { return false }
        if isInteger { return left.int64(column) == right.int64(column) }
        return left.withBlob(column) { left in
            right.withBlob(column) { left.elementsEqual($0) }
        }
    }
}
