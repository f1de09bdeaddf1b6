// Proofs that were verified, and what was told of double spends.
import Bytes
import Headers
import SQLite

/// A proof that is kept.
public struct StoredProof: Sendable, Equatable {
    /// Whether its block is in the longest chain.
    public enum State: Int, Sendable {
        /// It is.
        case confirmed = 1
        /// It was, and another branch has taken its place.
        case orphaned = 2
    }

    /// The transaction, in internal order.
    public let transaction: Digest256
    /// The block, in internal order.
    public let block: Digest256
    /// The block's height.
    public let height: Int
    /// The proof, in JSON (BRC-10).
    public let proof: [UInt8]
    /// Whether its block is in the longest chain.
    public let state: State

    /// The proof as a BUMP (BRC-74), binary.
    /// - Throws: `HeaderError` for what is no proof.
    public func bump() throws(HeaderError) -> [UInt8] {
        let proof = try TSCProof(json: proof)
        return try BUMP(height: height, leaf: proof.leaf, branch: proof.branch).binary
    }
}

/// What somebody has told of a double spend. Nothing proves it.
public struct DoubleSpendNotice: Sendable, Equatable {
    /// Which.
    public let reason: ProofCallback.Reason
    /// The other transaction, in internal order.
    public let other: Digest256
    /// Its bytes; none where they were not told.
    public let transaction: [UInt8]
    /// Milliseconds since 1970.
    public let received: Int64
}

/// The tables. Not to be shared among threads.
final class ProofStore {
    private let database: Database
    private static let version = 1

    /// - Throws: `ChannelError.unknownSchema`; `DatabaseError`.
    init(_ path: String) throws {
        database = try Database(path: path, mode: .readWriteCreate)
        try database.execute("PRAGMA busy_timeout = 5000")
        // A rollback journal: no side files that grow, and a proof is rare.
        try database.execute("PRAGMA synchronous = FULL")
        let found = try database.userVersion()
        guard found <= Self.version else { throw ChannelError.unknownSchema(version: found) }
        if found == 0 {
            try database.transaction {
                guard try database.userVersion() == 0 else { return }
                try database.execute(Self.tables)
                try database.execute("PRAGMA user_version = \(Self.version)")
            }
        }
    }

    private static let tables = """
        CREATE TABLE proofs (
          txid BLOB NOT NULL,
          block BLOB NOT NULL,
          height INTEGER NOT NULL,
          proof BLOB NOT NULL,
          state INTEGER NOT NULL,
          PRIMARY KEY (txid, block));
        CREATE INDEX proofsByBlock ON proofs(block);
        CREATE TABLE notices (
          txid BLOB NOT NULL,
          reason TEXT NOT NULL,
          other BLOB NOT NULL,
          payload BLOB NOT NULL,
          received INTEGER NOT NULL,
          PRIMARY KEY (txid, reason, other));
        """

    /// Keeps a proof; false where it is there already.
    func keep(_ proof: StoredProof) throws -> Bool {
        try database.transaction {
            try checkRoom("proofs")
            let insert = try database.prepare(
                "INSERT INTO proofs (txid, block, height, proof, state) "
                    + "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (txid, block) DO UPDATE "
                    + "SET state = ?5 WHERE state <> ?5")
            try insert.bind(1, proof.transaction.bytes)
            try insert.bind(2, proof.block.bytes)
            try insert.bind(3, Int64(proof.height))
            try insert.bind(4, proof.proof)
            try insert.bind(5, Int64(proof.state.rawValue))
            try insert.run()
            return database.changes > 0
        }
    }

    private func checkRoom(_ table: String) throws {
        let query = try database.prepare("SELECT MAX(rowid) FROM \(table)")
        defer { query.reset() }
        guard try query.step(), query.int64(0) < Int64(Limits.channelProofs) else {
            throw ProofError.full
        }
    }

    /// The proof of a transaction; one in the longest chain, where there is one.
    func proof(of transaction: Digest256) throws -> StoredProof? {
        let query = try database.prepare(
            "SELECT block, height, proof, state FROM proofs WHERE txid = ?1 "
                + "ORDER BY state, height DESC LIMIT 1")
        defer { query.reset() }
        try query.bind(1, transaction.bytes)
        guard try query.step(), let block = Digest256(query.blob(0)),
            let state = StoredProof.State(rawValue: Int(query.int64(3)))
        else { return nil }
        return StoredProof(
            transaction: transaction, block: block, height: Int(query.int64(1)),
            proof: query.blob(2), state: state)
    }

    /// Keeps a notice, unless there are as many of this transaction as may be; false where it is
    /// there already.
    func keep(_ notice: DoubleSpendNotice, of transaction: Digest256) throws -> Bool {
        try database.transaction {
            try checkRoom("notices")
            guard try notices(of: transaction).count < Limits.channelNotices else { return false }
            let insert = try database.prepare(
                "INSERT OR IGNORE INTO notices (txid, reason, other, payload, received) "
                    + "VALUES (?1, ?2, ?3, ?4, ?5)")
            try insert.bind(1, transaction.bytes)
            try insert.bind(2, notice.reason.rawValue)
            try insert.bind(3, notice.other.bytes)
            try insert.bind(4, notice.transaction)
            try insert.bind(5, notice.received)
            try insert.run()
            return database.changes > 0
        }
    }

    /// What was told of a transaction, in the order in which it came.
    func notices(of transaction: Digest256) throws -> [DoubleSpendNotice] {
        let query = try database.prepare(
            "SELECT reason, other, payload, received FROM notices WHERE txid = ?1 ORDER BY rowid")
        defer { query.reset() }
        try query.bind(1, transaction.bytes)
        var notices: [DoubleSpendNotice] = []
        while try query.step() {
            guard let reason = ProofCallback.Reason(rawValue: query.text(0)),
                let other = Digest256(query.blob(1))
            else { continue }
            notices.append(
                DoubleSpendNotice(
                    reason: reason, other: other, transaction: query.blob(2),
                    received: query.int64(3)))
        }
        return notices
    }

    /// The blocks of all proofs, with what is said of them.
    func blocks() throws -> [(block: Digest256, state: StoredProof.State)] {
        let query = try database.prepare("SELECT DISTINCT block, state FROM proofs")
        defer { query.reset() }
        var blocks: [(block: Digest256, state: StoredProof.State)] = []
        while try query.step() {
            guard let block = Digest256(query.blob(0)),
                let state = StoredProof.State(rawValue: Int(query.int64(1)))
            else { continue }
            blocks.append((block, state))
        }
        return blocks
    }

    /// Says of all proofs of a block what it is now; the transactions.
    func set(_ state: StoredProof.State, of block: Digest256) throws -> [Digest256] {
        try database.transaction {
            let update = try database.prepare(
                "UPDATE proofs SET state = ?2 WHERE block = ?1 AND state <> ?2 RETURNING txid")
            defer { update.reset() }
            try update.bind(1, block.bytes)
            try update.bind(2, Int64(state.rawValue))
            var transactions: [Digest256] = []
            while try update.step() {
                if let transaction = Digest256(update.blob(0)) { transactions.append(transaction) }
            }
            return transactions
        }
    }
}
