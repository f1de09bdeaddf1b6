// Who may make channels.
import Bytes
import Cryptography
import SQLite

extension ChannelStore {
    /// What a password costs to try: a sixteenth of a second and 16 MB.
    private static let cost = (n: 16_384, r: 8, p: 1)
    private static let saltBytes = 16
    private static let digestBytes = 32

    /// Makes an account, or adds another user to the one of this name.
    /// - Returns: its number.
    /// - Throws: `ChannelError.malformed`, `.taken` for the user; `DatabaseError`.
    public func createAccount(
        name: String, user: String, password: SecretBytes
    ) throws -> Int {
        guard !name.isEmpty, name.utf8.count <= Limits.channelNameBytes else {
            throw ChannelError.malformed(
                name: "name", reason: "must have 1 to \(Limits.channelNameBytes) bytes")
        }
        guard !user.isEmpty, user.utf8.count <= Limits.channelNameBytes, !user.contains(":") else {
            throw ChannelError.malformed(
                name: "user",
                reason: "must have 1 to \(Limits.channelNameBytes) bytes and no colon")
        }
        let salt = try random.bytes(Self.saltBytes)
        let digest = try Self.digest(password, salt)
        var made = 0
        try exclusively {
            made = try transaction {
                try insertUser(name: name, user: user, salt: salt, digest: digest)
            }
        }
        return made
    }

    private func insertUser(
        name: String, user: String, salt: [UInt8], digest: [UInt8]
    ) throws -> Int {
        guard try credential(of: user) == nil else {
            throw ChannelError.taken(what: "user", name: user)
        }
        let account = try account(named: name) ?? insertAccount(name)
        let insert = try database.prepare(
            "INSERT INTO credentials (account, user, salt, digest) VALUES (?1, ?2, ?3, ?4)")
        try insert.bind(1, Int64(account))
        try insert.bind(2, user)
        try insert.bind(3, salt)
        try insert.bind(4, digest)
        try insert.run()
        return account
    }

    /// The account of a user; nil where the password is not his. Slow by intent, for users who are
    /// not there too: nobody learns who is.
    /// - Throws: `DatabaseError`; `CryptographyError`.
    public func account(user: String, password: SecretBytes) throws -> Int? {
        let found =
            user.utf8.count <= Limits.channelNameBytes ? try credential(of: user) : nil
        let salt = found?.salt ?? [UInt8](repeating: 0, count: Self.saltBytes)
        let digest = try Self.digest(password, salt)
        guard let found, ConstantTime.equal(digest, found.digest) else { return nil }
        return found.account
    }

    /// All accounts, by number.
    /// - Throws: `DatabaseError`.
    public func accounts() throws -> [(id: Int, name: String)] {
        let query = try database.prepare("SELECT id, name FROM accounts ORDER BY id")
        defer { query.reset() }
        var accounts: [(id: Int, name: String)] = []
        while try query.step() { accounts.append((Int(query.int64(0)), query.text(1))) }
        return accounts
    }

    func checkAccount(_ id: Int) throws {
        let query = try database.prepare("SELECT 1 FROM accounts WHERE id = ?1")
        defer { query.reset() }
        try query.bind(1, Int64(id))
        guard try query.step() else { throw ChannelError.unknown(what: "account") }
    }

    private func account(named name: String) throws -> Int? {
        let query = try database.prepare("SELECT id FROM accounts WHERE name = ?1")
        defer { query.reset() }
        try query.bind(1, name)
        return try query.step() ? Int(query.int64(0)) : nil
    }

    private func insertAccount(_ name: String) throws -> Int {
        let insert = try database.prepare("INSERT INTO accounts (name) VALUES (?1) RETURNING id")
        defer { insert.reset() }
        try insert.bind(1, name)
        guard try insert.step() else { throw ChannelError.unknown(what: "account") }
        let id = Int(insert.int64(0))
        _ = try insert.step()
        return id
    }

    private func credential(
        of user: String
    ) throws -> (account: Int, salt: [UInt8], digest: [UInt8])? {
        let query = try database.prepare(
            "SELECT account, salt, digest FROM credentials WHERE user = ?1")
        defer { query.reset() }
        try query.bind(1, user)
        guard try query.step() else { return nil }
        return (Int(query.int64(0)), query.blob(1), query.blob(2))
    }

    private static func digest(_ password: SecretBytes, _ salt: [UInt8]) throws -> [UInt8] {
        try Scrypt.derive(
            passphrase: password, salt: salt, n: cost.n, r: cost.r, p: cost.p, count: digestBytes
        ).withUnsafeBytes { Array($0) }
    }
}
