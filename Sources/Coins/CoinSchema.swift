// The tables of a store of coins.
import SQLite

/// Makes and opens `coins.db`.
enum CoinSchema {
    private static let version = 1

    /// Opens the database; makes its tables where there are none.
    /// - Throws: `CoinError.unknownSchema`; `DatabaseError`.
    static func open(_ path: String, _ mode: Database.Mode) throws -> Database {
        // What a killed process has left half done is rolled back by whoever comes next, and only
        // who may write can do so. On a disk that can only be read it is opened for reading.
        let database = try Database(path: path, mode: mode == .readOnly ? .readWriteCreate : mode)
        try database.execute("PRAGMA busy_timeout = 10000")
        // A rollback journal: no side files that grow, and whoever reads needs no right to write.
        try database.execute("PRAGMA synchronous = FULL")
        try database.execute("PRAGMA foreign_keys = ON")
        let found = try database.userVersion()
        guard found <= version else { throw CoinError.unknownSchema(version: found) }
        if found == 0 {
            // Nobody has made it yet, or whoever did was killed.
            try database.transaction {
                guard try database.userVersion() == 0 else { return }
                try database.execute(tables)
                try database.execute("PRAGMA user_version = \(version)")
            }
        }
        if mode == .readOnly { try database.execute("PRAGMA query_only = ON") }
        return database
    }

    // A transaction's bytes and its path are the truth. Inputs and coins follow from the bytes,
    // states from everything, and are made anew by `settle`.
    private static let tables = """
        CREATE TABLE accounts (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          key TEXT NOT NULL,
          scanned INTEGER NOT NULL DEFAULT -1,
          scannedBlock BLOB);
        CREATE TABLE scripts (
          script BLOB PRIMARY KEY,
          account INTEGER NOT NULL REFERENCES accounts(id),
          branch INTEGER NOT NULL,
          number INTEGER NOT NULL,
          label TEXT NOT NULL,
          given INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX scriptsByPlace ON scripts(account, branch, number);
        CREATE INDEX scriptsByLabel ON scripts(label);
        CREATE TABLE transactions (
          place INTEGER PRIMARY KEY AUTOINCREMENT,
          txid BLOB NOT NULL UNIQUE,
          raw BLOB NOT NULL,
          state INTEGER NOT NULL,
          checked INTEGER NOT NULL DEFAULT 0,
          block BLOB,
          height INTEGER,
          path BLOB,
          until INTEGER,
          own INTEGER NOT NULL,
          sent INTEGER NOT NULL,
          seen INTEGER NOT NULL,
          label TEXT NOT NULL);
        CREATE INDEX transactionsByState ON transactions(state);
        CREATE INDEX transactionsByBlock ON transactions(block);
        CREATE INDEX transactionsByLabel ON transactions(label);
        CREATE TABLE followed (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          height INTEGER NOT NULL,
          block BLOB NOT NULL);
        CREATE TABLE inputs (
          place INTEGER NOT NULL REFERENCES transactions(place),
          txid BLOB NOT NULL,
          number INTEGER NOT NULL,
          PRIMARY KEY (txid, number, place)) WITHOUT ROWID;
        CREATE INDEX inputsByPlace ON inputs(place);
        CREATE TABLE coins (
          txid BLOB NOT NULL REFERENCES transactions(txid),
          number INTEGER NOT NULL,
          satoshis INTEGER NOT NULL,
          script BLOB NOT NULL REFERENCES scripts(script),
          PRIMARY KEY (txid, number)) WITHOUT ROWID;
        """
}
