// The coins of a wallet: transactions that pay it or that it has made, what proves them, and the
// scripts that are its own.
import Bitcoin
import Bytes
import Cryptography
import Headers
import SQLite

/// The store of coins. Not to be shared among threads; several processes may have it open.
///
/// Whatever changes it is one transaction of the database, durable when the call returns.
public final class CoinStore {
    let database: Database
    /// Which addresses are made and read.
    public let network: BitcoinNetwork

    /// Opens the store, and makes it where it is to be written and is not there.
    /// - Throws: `CoinError.unknownSchema`; `DatabaseError`.
    public init(path: String, network: BitcoinNetwork, isReadOnly: Bool = false) throws {
        database = try CoinSchema.open(path, isReadOnly ? .readOnly : .readWriteCreate)
        self.network = network
    }

    // MARK: - Accounts and scripts

    /// The names of the accounts.
    /// - Throws: `DatabaseError`.
    public func accounts() throws -> [String] {
        let query = try database.prepare("SELECT name FROM accounts ORDER BY id")
        defer { query.reset() }
        var names: [String] = []
        while try query.step() { names.append(query.text(0)) }
        return names
    }

    /// Adds an account, unless it is there.
    /// - Parameters:
    ///   - name: `m/44'/236'/0'`, or `key:ADDRESS`.
    ///   - key: an extended public key (BIP32), or the hexadecimal digits of a public key.
    /// - Throws: `CoinError.invalidPath`, `.tooMany`; `DatabaseError`.
    public func addAccount(_ name: String, key: String) throws {
        _ = try AccountKey(name, key)
        try database.transaction {
            guard try !accounts().contains(name) else { return }
            guard try accounts().count < Limits.coinAccounts else {
                throw CoinError.tooMany(what: "accounts", limit: Limits.coinAccounts)
            }
            let insert = try database.prepare("INSERT INTO accounts (name, key) VALUES (?1, ?2)")
            try insert.bind(1, name)
            try insert.bind(2, key)
            try insert.run()
        }
    }

    private func account(_ name: String) throws -> (id: Int64, key: AccountKey) {
        let query = try database.prepare("SELECT id, key FROM accounts WHERE name = ?1")
        defer { query.reset() }
        try query.bind(1, name)
        guard try query.step() else {
            throw CoinError.invalidPath(path: name, reason: "there is no such account")
        }
        return (query.int64(0), try AccountKey(name, query.text(1)))
    }

    /// A script that nobody has been given yet.
    /// - Parameters:
    ///   - branch: 0 for others, 1 for change.
    ///   - label: what it is for.
    /// - Throws: `CoinError`; `DatabaseError`.
    public func freshScript(account: String, branch: Int, label: String) throws -> CoinAddress {
        try database.transaction { try fresh(account, branch, label) }
    }

    func fresh(_ name: String, _ branch: Int, _ label: String) throws -> CoinAddress {
        let account = try account(name)
        guard account.key.isExtended else {
            throw CoinError.invalidPath(path: name, reason: "it is a single key")
        }
        // What a rescan has laid ahead and nobody has been given comes first.
        let query = try database.prepare(
            "SELECT IFNULL(MAX(number), -1) FROM scripts "
                + "WHERE account = ?1 AND branch = ?2 AND given = 1")
        defer { query.reset() }
        try query.bind(1, account.id)
        try query.bind(2, Int64(branch))
        guard try query.step() else { throw CoinError.nothingProved }
        let number = Int(query.int64(0)) + 1
        guard number < Limits.coinAddresses else {
            throw CoinError.tooMany(what: "addresses", limit: Limits.coinAddresses)
        }
        return try give(account, name, branch, number, label)
    }

    /// The script at a place, known as ours from then on.
    private func give(
        _ account: (id: Int64, key: AccountKey), _ name: String, _ branch: Int, _ number: Int,
        _ label: String, isGiven: Bool = true
    ) throws -> CoinAddress {
        let script = try account.key.script(branch: branch, number: number)
        let insert = try database.prepare(
            "INSERT INTO scripts (script, account, branch, number, label, given) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (script) DO UPDATE "
                + "SET label = ?5, given = 1 WHERE ?6 = 1 AND given = 0")
        try insert.bind(1, script.bytes)
        try insert.bind(2, account.id)
        try insert.bind(3, Int64(branch))
        try insert.bind(4, Int64(number))
        try insert.bind(5, label)
        try insert.bind(6, isGiven ? 1 : 0)
        try insert.run()
        return CoinAddress(
            script: script, key: KeyPlace(account: name, branch: branch, number: number),
            label: label)
    }

    /// Makes the script of a single key known as ours.
    /// - Throws: `CoinError`; `DatabaseError`.
    public func addKeyScript(account name: String, label: String) throws -> CoinAddress {
        try database.transaction {
            try give(try account(name), name, 0, 0, label)
        }
    }

    /// Makes all scripts of an account known as ours up to `gap` beyond the last that was used or
    /// given (BIP44), on both branches.
    /// - Returns: whether there were new ones.
    /// - Throws: `CoinError`; `DatabaseError`.
    public func layAhead(account name: String, gap: Int) throws -> Bool {
        try database.transaction {
            let account = try account(name)
            guard account.key.isExtended else { return false }
            var isNew = false
            for branch in 0...1 {
                let used = try bound(account.id, branch, "given = 1")
                let known = try bound(account.id, branch, "1 = 1")
                let end = min(used + gap, Limits.coinAddresses - 1)
                guard known < end else { continue }
                for number in known + 1...end {
                    _ = try give(account, name, branch, number, "", isGiven: false)
                    isNew = true
                }
            }
            return isNew
        }
    }

    private func bound(_ account: Int64, _ branch: Int, _ condition: String) throws -> Int {
        let query = try database.prepare(
            "SELECT IFNULL(MAX(number), -1) FROM scripts "
                + "WHERE account = ?1 AND branch = ?2 AND \(condition)")
        defer { query.reset() }
        try query.bind(1, account)
        try query.bind(2, Int64(branch))
        return try query.step() ? Int(query.int64(0)) : -1
    }

    /// Where the key of a script is; nil where it is not ours.
    /// - Throws: `DatabaseError`.
    public func address(of script: Script) throws -> CoinAddress? {
        let query = try database.prepare(
            "SELECT accounts.name, branch, number, label FROM scripts "
                + "JOIN accounts ON accounts.id = scripts.account WHERE script = ?1")
        defer { query.reset() }
        try query.bind(1, script.bytes)
        guard try query.step() else { return nil }
        return CoinAddress(
            script: script,
            key: KeyPlace(
                account: query.text(0), branch: Int(query.int64(1)), number: Int(query.int64(2))),
            label: query.text(3))
    }

    /// The scripts that were made for a purpose, in their order.
    /// - Throws: `DatabaseError`.
    public func addresses(label: String) throws -> [CoinAddress] {
        let query = try database.prepare(
            "SELECT script, accounts.name, branch, number FROM scripts "
                + "JOIN accounts ON accounts.id = scripts.account WHERE label = ?1 AND given = 1 "
                + "ORDER BY account, branch, number")
        defer { query.reset() }
        try query.bind(1, label)
        var found: [CoinAddress] = []
        while try query.step() {
            found.append(
                CoinAddress(
                    script: Script(query.blob(0)),
                    key: KeyPlace(
                        account: query.text(1), branch: Int(query.int64(2)),
                        number: Int(query.int64(3))), label: label))
        }
        return found
    }

    /// All scripts that are ours.
    /// - Throws: `DatabaseError`.
    public func scripts() throws -> Set<Script> {
        let query = try database.prepare("SELECT script FROM scripts")
        defer { query.reset() }
        var scripts: Set<Script> = []
        while try query.step() { scripts.insert(Script(query.blob(0))) }
        return scripts
    }

    /// The last block that was looked through for an account; nil for none.
    /// - Throws: `DatabaseError`.
    public func scanned(account name: String) throws -> (height: Int, block: Digest256)? {
        let query = try database.prepare(
            "SELECT scanned, scannedBlock FROM accounts "
                + "WHERE name = ?1 AND scannedBlock IS NOT NULL")
        defer { query.reset() }
        try query.bind(1, name)
        guard try query.step(), let block = Digest256(query.blob(1)) else { return nil }
        return (Int(query.int64(0)), block)
    }

    /// Notes how far blocks were looked through.
    /// - Throws: `DatabaseError`.
    public func setScanned(_ header: PlacedHeader, account name: String) throws {
        let update = try database.prepare(
            "UPDATE accounts SET scanned = ?2, scannedBlock = ?3 WHERE name = ?1")
        try update.bind(1, name)
        try update.bind(2, Int64(header.height))
        try update.bind(3, header.hash.bytes)
        try update.run()
    }
}
