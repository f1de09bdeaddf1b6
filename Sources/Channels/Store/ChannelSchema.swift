// The tables of a channel server.
import SQLite

/// Makes and opens `channels.db`.
enum ChannelSchema {
    private static let version = 1

    /// Opens the database; makes its tables where there are none.
    /// - Throws: `ChannelError.unknownSchema`; `DatabaseError`.
    static func open(_ path: String) throws -> Database {
        let database = try Database(path: path, mode: .readWriteCreate)
        try database.execute("PRAGMA busy_timeout = 5000")
        try database.setWriteAheadLog()
        // What was answered with 200 is there after a loss of power.
        try database.execute("PRAGMA synchronous = FULL")
        try database.execute("PRAGMA foreign_keys = ON")
        let found = try database.userVersion()
        guard found <= version else { throw ChannelError.unknownSchema(version: found) }
        if found == 0 {
            try database.transaction {
                guard try database.userVersion() == 0 else { return }
                try database.execute(tables)
                try database.execute("PRAGMA user_version = \(version)")
            }
        }
        return database
    }

    private static let tables = """
        CREATE TABLE accounts (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE);
        CREATE TABLE credentials (
          account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
          user TEXT NOT NULL UNIQUE,
          salt BLOB NOT NULL,
          digest BLOB NOT NULL);
        CREATE TABLE channels (
          id TEXT PRIMARY KEY,
          account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
          publicRead INTEGER NOT NULL,
          publicWrite INTEGER NOT NULL,
          sequenced INTEGER NOT NULL,
          locked INTEGER NOT NULL DEFAULT 0,
          head INTEGER NOT NULL DEFAULT 0,
          minimumDays INTEGER,
          maximumDays INTEGER,
          prunes INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX channelsByAccount ON channels(account);
        CREATE TABLE tokens (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          channel TEXT NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
          salt BLOB NOT NULL,
          digest BLOB NOT NULL UNIQUE,
          description TEXT NOT NULL,
          canRead INTEGER NOT NULL,
          canWrite INTEGER NOT NULL,
          since INTEGER NOT NULL,
          ended INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX tokensByChannel ON tokens(channel);
        CREATE TABLE messages (
          channel TEXT NOT NULL REFERENCES channels(id) ON DELETE CASCADE,
          sequence INTEGER NOT NULL,
          author INTEGER,
          received INTEGER NOT NULL,
          type TEXT NOT NULL,
          payload BLOB NOT NULL,
          PRIMARY KEY (channel, sequence)) WITHOUT ROWID;
        CREATE TABLE marks (
          token INTEGER NOT NULL REFERENCES tokens(id) ON DELETE CASCADE,
          sequence INTEGER NOT NULL,
          PRIMARY KEY (token, sequence)) WITHOUT ROWID;
        CREATE INDEX channelsThatPrune ON channels(prunes) WHERE prunes = 1;
        """
}
