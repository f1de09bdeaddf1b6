// What comes from outside: transactions with their ancestors, and proofs. Nothing counts before it
// was verified.
import Bitcoin
import Bytes
import Headers
import SQLite

extension CoinStore {
    /// Takes a transaction with its ancestors down to mined ones.
    ///
    /// Transactions that a BEEF of the second form names by their hash alone are filled in where
    /// they are known here.
    /// - Parameters:
    ///   - chain: the headers; all paths must lead to its longest branch.
    ///   - label: what the payment is for.
    ///   - now: milliseconds since 1970.
    /// - Throws: `HeaderError`, `ChainRefusal` for what is false; `CoinError.notOurs`,
    ///   `.doubleSpent`; failures of storage. Nothing is kept then.
    public func take(
        _ beef: BEEF, _ chain: any HeaderLookup, label: String, now: Int64
    ) throws -> StoredTransaction {
        try database.transaction {
            let beef = try completed(beef)
            _ = try chain.verify(.beef(beef))
            let transactions = beef.entries.compactMap { $0.transaction }
            guard let subject = transactions.first(where: { $0.id == beef.subject }) else {
                throw CoinError.unsupported(beef.subject)
            }
            try checkOurs(subject)
            for entry in beef.entries {
                guard let transaction = entry.transaction else { continue }
                try enter(
                    transaction, isOwn: false, until: nil,
                    label: transaction.id == subject.id ? label : "", seen: now)
                try reopen(transaction.id)
                guard let place = entry.path else {
                    try setChecked(transaction.id)
                    continue
                }
                let path = try beef.paths[place].only(transaction.id)
                try prove(transaction.id, path, try chain.confirmed(path.root(), at: path.height))
            }
            return try settled(subject.id, now)
        }
    }

    /// Takes a transaction without evidence. It counts once it is proved, or where all that it
    /// spends is known here.
    /// - Throws: `CoinError.notOurs`, `.doubleSpent`; failures of storage.
    public func take(
        _ transaction: BitcoinTransaction, label: String, now: Int64
    ) throws -> StoredTransaction {
        try database.transaction {
            try checkOurs(transaction)
            try enter(transaction, isOwn: false, until: nil, label: label, seen: now)
            try reopen(transaction.id)
            return try settled(transaction.id, now)
        }
    }

    /// Takes a proof that transactions are mined. Those that are not known here are passed over.
    /// - Returns: the transactions that it proves.
    /// - Throws: `HeaderError`, `ChainRefusal` for what is false; `CoinError.nothingProved`;
    ///   failures of storage.
    public func take(
        _ path: BUMP, _ chain: any HeaderLookup, now: Int64
    ) throws -> [StoredTransaction] {
        try database.transaction {
            let header = try chain.confirmed(try path.root(), at: path.height)
            var proved: [Digest256] = []
            for id in path.levels[0].compactMap(\.hash) where try record(id) != nil {
                try prove(id, try path.only(id), header)
                proved.append(id)
            }
            guard !proved.isEmpty else { throw CoinError.nothingProved }
            try settle(now: now)
            return try proved.map { try stored($0) }
        }
    }

    /// Takes a proof of one transaction, as nodes and miners give it (BRC-10).
    /// - Throws: as `take(_:_:now:)` of a path.
    public func take(
        _ proof: TSCProof, _ chain: any HeaderLookup, now: Int64
    ) throws -> StoredTransaction {
        let shown = try chain.verify(.tsc(proof))
        guard let header = shown.headers.first, try record(proof.leaf) != nil else {
            throw CoinError.nothingProved
        }
        let path = try BUMP(height: header.height, leaf: proof.leaf, branch: proof.branch)
        guard let first = try take(path, chain, now: now).first else {
            throw CoinError.nothingProved
        }
        return first
    }

    /// Takes a transaction with the path that shows it mined: one that concerns us, or one that
    /// spends what a transaction spends that is known here, and is lost by that.
    /// - Throws: as the others.
    public func take(
        _ transaction: BitcoinTransaction, minedBy path: BUMP, _ chain: any HeaderLookup,
        label: String, now: Int64
    ) throws -> StoredTransaction {
        try database.transaction {
            guard try concerns(transaction) || contests(transaction) else {
                throw CoinError.notOurs(transaction.id)
            }
            let root = try path.root(of: transaction.id)
            let header = try chain.confirmed(root, at: path.height)
            try enter(transaction, isOwn: false, until: nil, label: label, seen: now)
            try prove(transaction.id, try path.only(transaction.id), header)
            return try settled(transaction.id, now)
        }
    }

    /// Whether a transaction pays us or spends what is ours.
    /// - Throws: `DatabaseError`.
    public func concerns(_ transaction: BitcoinTransaction) throws -> Bool {
        if try record(transaction.id) != nil { return true }
        for output in transaction.outputs where try address(of: output.script) != nil {
            return true
        }
        for input in transaction.inputs where try isCoin(input.outpoint) { return true }
        return false
    }

    /// Whether another transaction that is known here spends the same.
    private func contests(_ transaction: BitcoinTransaction) throws -> Bool {
        for input in transaction.inputs where try !spenders(of: input.outpoint).isEmpty {
            return true
        }
        return false
    }

    /// Somebody else's transaction that miners have refused once may be tried again.
    private func reopen(_ id: Digest256) throws {
        guard let record = try record(id), record.state == .dropped, !record.isOwn else { return }
        try set(.unverified, of: id)
    }

    private func checkOurs(_ transaction: BitcoinTransaction) throws {
        guard try concerns(transaction) else { throw CoinError.notOurs(transaction.id) }
    }

    private func isCoin(_ outpoint: Outpoint) throws -> Bool {
        let query = try database.prepare("SELECT 1 FROM coins WHERE txid = ?1 AND number = ?2")
        defer { query.reset() }
        try query.bind(1, outpoint.transaction.bytes)
        try query.bind(2, Int64(outpoint.index))
        return try query.step()
    }

    private func settled(_ id: Digest256, _ now: Int64) throws -> StoredTransaction {
        try settle(now: now)
        let stored = try stored(id)
        if stored.state == .conflicted {
            for input in stored.transaction.inputs {
                for other in try spenders(of: input.outpoint) where other.id != id {
                    throw CoinError.doubleSpent(transaction: id, by: other.id)
                }
            }
        }
        return stored
    }

    private func completed(_ beef: BEEF) throws -> BEEF {
        guard beef.entries.contains(where: { $0.transaction == nil }) else { return beef }
        var paths = beef.paths
        let entries = try beef.entries.map { entry -> BEEF.Entry in
            guard entry.transaction == nil else { return entry }
            guard let record = try record(entry.id), record.state == .mined,
                let binary = record.path
            else { throw CoinError.unsupported(entry.id) }
            paths.append(try BUMP(binary: binary))
            return BEEF.Entry(
                id: entry.id, transaction: record.transaction, path: paths.count - 1)
        }
        return try BEEF(paths: paths, entries: entries, subject: beef.subject)
    }
}
