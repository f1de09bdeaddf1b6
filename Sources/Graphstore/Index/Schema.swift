// The tables of graph.db: identifiers and numbers, nothing that the log does not have.
import SQLite

enum Schema {
    /// Written to `user_version`; an index of any other version is rebuilt.
    static let version = 4

    /// Hash-keyed tables hold 8-byte prefixes and are written in sorted batches: at two million
    /// documents that costs 4 to 6 microseconds a transaction, where full hashes in order of
    /// arrival cost 80.
    static let tables = """
        CREATE TABLE coverage(
            id INTEGER PRIMARY KEY CHECK (id = 0), place INTEGER NOT NULL, lines INTEGER NOT NULL,
            last_place INTEGER NOT NULL, last_digest BLOB NOT NULL,
            device TEXT NOT NULL, sequence INTEGER NOT NULL, tick INTEGER NOT NULL,
            time INTEGER NOT NULL);
        CREATE TABLE documents(
            prefix INTEGER NOT NULL, place INTEGER NOT NULL,
            PRIMARY KEY (prefix, place)) WITHOUT ROWID;
        CREATE TABLE counters(
            address TEXT NOT NULL, symbol TEXT NOT NULL, net TEXT NOT NULL, min TEXT NOT NULL,
            max TEXT NOT NULL, head BLOB NOT NULL, head_index INTEGER NOT NULL,
            PRIMARY KEY (address, symbol)) WITHOUT ROWID;
        CREATE INDEX counters_by_symbol ON counters(symbol, address);
        CREATE TABLE units(
            symbol TEXT NOT NULL, place INTEGER NOT NULL, code TEXT NOT NULL,
            scale INTEGER NOT NULL, PRIMARY KEY (symbol, place)) WITHOUT ROWID;
        CREATE INDEX units_by_code ON units(code);
        CREATE TABLE leaves(place INTEGER PRIMARY KEY, number INTEGER NOT NULL);
        CREATE TABLE stacks(
            height INTEGER PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL,
            place INTEGER NOT NULL);
        CREATE TABLE devices(
            place INTEGER PRIMARY KEY, address TEXT NOT NULL, revoked INTEGER);
        """

    /// Milliseconds; writers exclude each other before they come here, so only recovery is ever
    /// waited for.
    static let patience = "PRAGMA busy_timeout = 20000"
    /// Waits for nobody.
    static let impatience = "PRAGMA busy_timeout = 0"

    /// A cache of 32 MB bounds the memory whatever the history; the write-ahead log is never
    /// checkpointed on its own account, because SQLite before 3.51.3 can corrupt a database when a
    /// checkpoint races a commit.
    static let settings = """
        PRAGMA cache_size = -32768;
        PRAGMA synchronous = NORMAL;
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA foreign_keys = OFF;
        PRAGMA trusted_schema = OFF;
        PRAGMA temp_store = MEMORY;
        """
}
