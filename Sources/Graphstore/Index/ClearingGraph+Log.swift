// Where the log's documents stand by number, and which stack holds a block.
import Bytes
import SQLite

/// A stack as the index knows it.
public struct StackEntry: Sendable, Hashable {
    /// Stacks before it.
    public let height: Int
    /// Height of its first block.
    public let first: Int
    /// Blocks in it.
    public let count: Int
    /// Where its document stands.
    public let place: Int64

    /// An entry.
    public init(height: Int, first: Int, count: Int, place: Int64) {
        self.height = height
        self.first = first
        self.count = count
        self.place = place
    }
}

extension ClearingGraph {
    /// One line in so many has an entry: the others are counted from there.
    private static let leafStride = 256

    /// Takes in that line `number` of the log stands at `place`.
    public func number(_ number: Int, at place: Int64) {
        if number % Self.leafStride == 0 { pendingLeaves.append((place, number)) }
    }

    /// The last numbered line that is not after `place`; nil where there is none.
    /// - Throws: `DatabaseError`.
    public func numbered(notAfter place: Int64) throws -> (number: Int, place: Int64)? {
        if let pending = pendingLeaves.last(where: { $0.place <= place }) {
            return (pending.number, pending.place)
        }
        let statement = try database.prepare(
            "SELECT number, place FROM leaves WHERE place <= ?1 ORDER BY place DESC LIMIT 1")
        defer { statement.reset() }
        try statement.bind(1, place)
        guard try statement.step() else { return nil }
        return (Int(statement.int64(0)), statement.int64(1))
    }

    /// The last numbered line that is not after line `number`; nil where there is none.
    /// - Throws: `DatabaseError`.
    public func numbered(notAfterLine number: Int) throws -> (number: Int, place: Int64)? {
        if let pending = pendingLeaves.last(where: { $0.number <= number }) {
            return (pending.number, pending.place)
        }
        // Numbers grow with places: the last place that fits is the one that is looked for.
        let statement = try database.prepare(
            "SELECT number, MAX(place) FROM leaves WHERE number <= ?1")
        defer { statement.reset() }
        try statement.bind(1, Int64(number))
        guard try statement.step(), statement.int64(1) > 0 || number >= 0 else { return nil }
        return (Int(statement.int64(0)), statement.int64(1))
    }

    /// Takes in a stack.
    public func record(_ stack: StackEntry, _ hash: Digest256) {
        pendingStacks.append(stack)
        record(hash, at: stack.place)
    }

    /// The stack that holds the block at `height`; nil where none does.
    /// - Throws: `DatabaseError`.
    public func stack(holding height: Int) throws -> StackEntry? {
        if let pending = pendingStacks.last(where: { $0.first <= height }) {
            return height < pending.first + pending.count ? pending : nil
        }
        return try stack(
            "WHERE first <= ?1 ORDER BY height DESC LIMIT 1", height
        ).flatMap { height < $0.first + $0.count ? $0 : nil }
    }

    /// The stack at `height`; nil where there is none.
    /// - Throws: `DatabaseError`.
    public func stack(at height: Int) throws -> StackEntry? {
        if let pending = pendingStacks.last(where: { $0.height == height }) { return pending }
        return try stack("WHERE height = ?1", height)
    }

    /// The latest stack; nil where there is none.
    /// - Throws: `DatabaseError`.
    public func lastStack() throws -> StackEntry? {
        if let pending = pendingStacks.last { return pending }
        return try stack("WHERE height >= ?1 ORDER BY height DESC LIMIT 1", 0)
    }

    private func stack(_ condition: String, _ number: Int) throws -> StackEntry? {
        let statement = try database.prepare(
            "SELECT height, first, count, place FROM stacks " + condition)
        defer { statement.reset() }
        try statement.bind(1, Int64(number))
        guard try statement.step() else { return nil }
        return StackEntry(
            height: Int(statement.int64(0)), first: Int(statement.int64(1)),
            count: Int(statement.int64(2)), place: statement.int64(3))
    }

    func writeLeaves() throws {
        let statement = try database.prepare(
            "INSERT OR REPLACE INTO leaves(place, number) VALUES (?1, ?2)")
        for leaf in pendingLeaves {
            try statement.bind(1, leaf.place)
            try statement.bind(2, Int64(leaf.number))
            _ = try statement.step()
            statement.reset()
        }
    }

    func writeStacks() throws {
        let statement = try database.prepare(
            "INSERT OR REPLACE INTO stacks(height, first, count, place) VALUES (?1, ?2, ?3, ?4)")
        for stack in pendingStacks {
            try statement.bind(1, Int64(stack.height))
            try statement.bind(2, Int64(stack.first))
            try statement.bind(3, Int64(stack.count))
            try statement.bind(4, stack.place)
            _ = try statement.step()
            statement.reset()
        }
    }
}
