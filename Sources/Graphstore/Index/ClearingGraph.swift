// The Graphstore: who holds what, what has cleared, where it stands. An index of the log that can
// be rebuilt.
import Bytes
import Documents
import SQLite

/// Counters, the replay guard and the places of documents: tables on disk, and over them what has
/// been committed to the log since they were last written. Not to be shared among threads.
public final class ClearingGraph {
    let database: Database
    let source: any DocumentSource

    /// What tables and memory cover together.
    public internal(set) var coverage: Coverage
    /// What the tables cover.
    public private(set) var applied: Coverage

    // Committed to the log, not yet written to the tables.
    var pendingPlaces: [(prefix: Int64, place: Int64)] = []
    var pendingDocuments: [Digest256: Int64] = [:]
    var pendingInstructions: [Digest256: ClearedIn] = [:]
    var pendingCancellations: [CancelledInstruction: Digest256] = [:]
    var pendingUnits: [Address: [UnitEntry]] = [:]
    var pendingLeaves: [(place: Int64, number: Int)] = []
    var pendingStacks: [StackEntry] = []
    var pendingDevices: [DeviceEntry] = []
    var dirty: Set<CounterKey> = []
    /// Counters as the log leaves them; clean ones may be dropped.
    var counters: [CounterKey: Counter] = [:]
    var scales: [Address: Int?] = [:]
    /// Transactions since the tables were written.
    public internal(set) var lag = 0

    /// How the tables are opened.
    public enum Access: Sendable {
        /// Made if they are not there.
        case readWrite
        /// On a medium that may be read-only.
        case readOnly
        /// Nowhere: an index that is rebuilt to be compared or where no file can be written.
        case memory
    }

    /// Opens the index at `path`.
    /// - Throws: `DatabaseError`; `GraphError.schema` where another version wrote it.
    public init(path: String, access: Access, source: any DocumentSource) throws {
        self.source = source
        database = try Self.open(path, access)
        try database.execute(Schema.settings)
        let version = try database.userVersion()
        if version == 0, access != .readOnly {
            if access == .readWrite { try database.setWriteAheadLog() }
            let database = database
            try database.transaction {
                try database.execute(Schema.tables)
                try database.execute("PRAGMA user_version = \(Schema.version)")
            }
        } else if version != Schema.version {
            throw GraphError.schema(found: version, expected: Schema.version)
        }
        coverage = .none
        applied = .none
        // One snapshot for as long as it is read: the counters of a later one would not go with
        // this one's coverage.
        if access == .readOnly { try database.execute("BEGIN") }
        try reload()
    }

    /// The version of SQLite.
    public static var libraryVersion: String { Database.libraryVersion }

    private static func open(_ path: String, _ access: Access) throws -> Database {
        switch access {
        case .memory: return try Database(path: ":memory:", mode: .memory)
        case .readWrite: return try connection(path, .readWriteCreate)
        case .readOnly:
            if let database = try readable(path) { return database }
            // A clean index on a read-only medium has no side files and needs none.
            return try connection(path, .readOnlyImmutable)
        }
    }

    /// A connection that never checkpoints on its own account, and waits for the moments at which
    /// another process recovers the write-ahead log.
    private static func connection(
        _ path: String, _ mode: Database.Mode
    ) throws(DatabaseError) -> Database {
        let database = try Database(path: path, mode: mode)
        try database.disableCheckpointOnClose()
        try database.execute(Schema.patience)
        return database
    }

    /// A connection that reads; nil where the medium does not let SQLite make its side files.
    private static func readable(_ path: String) throws(DatabaseError) -> Database? {
        do {
            let database = try connection(path, .readOnly)
            _ = try database.userVersion()
            return database
        } catch {
            if error.isReadOnly || error.isCannotOpen { return nil }
            throw error
        }
    }

    /// Forgets what is in memory and reads again how far the tables are: another process may have
    /// written them.
    /// - Throws: `DatabaseError`.
    public func reload() throws {
        pendingPlaces = []
        pendingDocuments = [:]
        pendingInstructions = [:]
        pendingCancellations = [:]
        pendingUnits = [:]
        pendingLeaves = []
        pendingStacks = []
        pendingDevices = []
        dirty = []
        counters = [:]
        scales = [:]
        lag = 0
        coverage = try storedCoverage()
        applied = coverage
    }

    /// Whether another process has written the tables since they were last read or written here.
    /// - Throws: `DatabaseError`.
    public func isOutdated() throws -> Bool { try storedCoverage() != applied }

    /// Writes what is pending to the tables, in order of their keys, in one transaction.
    /// - Throws: `DatabaseError`. What is pending stays so; the log has it all.
    public func apply() throws {
        guard coverage != applied else { return }
        try database.transaction {
            try writeDocuments()
            try writeCounters()
            try writeUnits()
            try writeLeaves()
            try writeStacks()
            try writeDevices()
            try writeCoverage()
        }
        pendingPlaces = []
        pendingDocuments = [:]
        pendingInstructions = [:]
        pendingCancellations = [:]
        pendingUnits = [:]
        pendingLeaves = []
        pendingStacks = []
        pendingDevices = []
        dirty = []
        lag = 0
        applied = coverage
        if counters.count > Limits.cachedCounters { counters = [:] }
    }

    /// Moves the write-ahead log into the database file, as far as no reader needs it. Only under
    /// the writer's lock.
    /// - Throws: `DatabaseError`.
    /// - Returns: whether all of it has been moved.
    @discardableResult
    public func checkpoint() throws -> Bool {
        guard try database.checkpoint(truncate: false) else { return false }
        // Whoever opens the index next reads the whole log first: it is emptied, if nobody reads.
        try database.execute(Schema.impatience)
        defer { try? database.execute(Schema.patience) }
        _ = try? database.checkpoint(truncate: true)
        return true
    }

    private func writeDocuments() throws {
        let statement = try database.prepare(
            "INSERT OR IGNORE INTO documents(prefix, place) VALUES (?1, ?2)")
        pendingPlaces.sort { ($0.prefix, $0.place) < ($1.prefix, $1.place) }
        for (prefix, place) in pendingPlaces {
            try statement.bind(1, prefix)
            try statement.bind(2, place)
            _ = try statement.step()
            statement.reset()
        }
    }

    func writeCounters() throws {
        let statement = try database.prepare(
            """
            INSERT OR REPLACE INTO counters(address, symbol, net, min, max, head, head_index)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        for key in dirty.sorted() {
            guard let counter = counters[key], let head = counter.head else { continue }
            try statement.bind(1, key.address.text)
            try statement.bind(2, key.symbol.text)
            try statement.bind(3, counter.state.net.text)
            try statement.bind(4, counter.state.min.text)
            try statement.bind(5, counter.state.max.text)
            try statement.bind(6, head.transaction.bytes)
            try statement.bind(7, Int64(head.index))
            _ = try statement.step()
            statement.reset()
        }
    }

    private func writeUnits() throws {
        let statement = try database.prepare(
            "INSERT OR REPLACE INTO units(symbol, code, scale, place) VALUES (?1, ?2, ?3, ?4)")
        for unit in pendingUnits.values.joined() {
            try statement.bind(1, unit.symbol.text)
            try statement.bind(2, unit.code)
            try statement.bind(3, Int64(unit.scale))
            try statement.bind(4, unit.place)
            _ = try statement.step()
            statement.reset()
        }
    }

    func writeCoverage() throws {
        let statement = try database.prepare(
            """
            INSERT OR REPLACE INTO coverage(
                id, place, lines, last_place, last_digest, device, sequence, tick, time)
            VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        try statement.bind(1, coverage.place)
        try statement.bind(2, Int64(coverage.lines))
        try statement.bind(3, coverage.lastPlace)
        try statement.bind(4, coverage.lastDigest?.bytes ?? [])
        try statement.bind(5, coverage.clock?.device.text ?? "")
        try statement.bind(6, Int64(coverage.clock?.sequence ?? 0))
        try statement.bind(7, Int64(coverage.clock?.tick ?? 0))
        try statement.bind(8, coverage.clock?.time.milliseconds ?? 0)
        _ = try statement.step()
        statement.reset()
    }

    private func storedCoverage() throws -> Coverage {
        let statement = try database.prepare(
            """
            SELECT place, lines, last_place, last_digest, device, sequence, tick, time
            FROM coverage WHERE id = 0
            """)
        defer { statement.reset() }
        guard try statement.step() else { return .none }
        var coverage = Coverage(
            place: statement.int64(0), lines: Int(statement.int64(1)),
            lastPlace: statement.int64(2), lastDigest: Digest256(statement.blob(3)), clock: nil)
        if let device = try? Address(text: statement.text(4)),
            let time = Timestamp(milliseconds: statement.int64(7))
        {
            coverage.clock = Transaction.Clock(
                device: device, sequence: Int(statement.int64(5)), tick: Int(statement.int64(6)),
                time: time)
        }
        return coverage
    }
}

/// A unit as the index knows it.
public struct UnitEntry: Sendable, Hashable {
    /// The issuer's address.
    public let symbol: Address
    /// Its code.
    public let code: String
    /// Decimals of its amounts.
    public let scale: Int
    /// Where its latest definition stands.
    public let place: Int64
}
