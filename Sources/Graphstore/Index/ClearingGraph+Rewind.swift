// Taking the index back: a merge derives the open block anew.
import Bytes
import Documents

/// What lines of the log have changed, to be undone.
public struct Undoing: Sendable {
    /// The counters that they changed, as they were before; one without a head was not there.
    public var counters: [CounterKey: Counter]
    /// The hashes that lead to their places.
    public var documents: [(hash: Digest256, place: Int64)]
    /// The place of the log from which on it is undone.
    public var since: Int64

    /// Nothing to undo from `since` on.
    public init(since: Int64) {
        self.since = since
        counters = [:]
        documents = []
    }
}

extension ClearingGraph {
    /// Takes the tables back to what `coverage` covers, durably: whoever opens the index next, also
    /// after a loss of power, finds one that lags behind the log, never one that is ahead of it.
    /// What is pending is forgotten. Only under the writer's lock.
    /// - Parameter undoing: what every line from `coverage.place` on has changed.
    /// - Throws: `DatabaseError`.
    public func rewind(to coverage: Coverage, _ undoing: Undoing) throws {
        try reload()
        guard applied.place > coverage.place else { return }
        try database.execute("PRAGMA synchronous = FULL")
        defer { try? database.execute("PRAGMA synchronous = NORMAL") }
        try database.transaction {
            try forget(undoing.documents)
            try restore(undoing.counters)
            for table in ["units", "leaves", "stacks", "devices"] {
                let statement = try database.prepare("DELETE FROM \(table) WHERE place >= ?1")
                try statement.bind(1, coverage.place)
                _ = try statement.step()
                statement.reset()
            }
            self.coverage = coverage
            try writeCoverage()
        }
        try reload()
    }

    private func forget(_ documents: [(hash: Digest256, place: Int64)]) throws {
        let statement = try database.prepare(
            "DELETE FROM documents WHERE prefix = ?1 AND place = ?2")
        for (hash, place) in documents {
            try statement.bind(1, hash.prefix63)
            try statement.bind(2, place)
            _ = try statement.step()
            statement.reset()
        }
    }

    private func restore(_ earlier: [CounterKey: Counter]) throws {
        let statement = try database.prepare(
            "DELETE FROM counters WHERE address = ?1 AND symbol = ?2")
        for (key, counter) in earlier {
            guard counter.head == nil else {
                counters[key] = counter
                dirty.insert(key)
                continue
            }
            try statement.bind(1, key.address.text)
            try statement.bind(2, key.symbol.text)
            _ = try statement.step()
            statement.reset()
        }
        try writeCounters()
    }
}
