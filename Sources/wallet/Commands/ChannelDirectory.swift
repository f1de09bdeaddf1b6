// The directory of a channel server: database, secret, and the locks that keep two apart.
import Bytes
import Channels
import Cryptography
import Files
import Glibc
import WalletKit

/// `channels.db`, `proofs.db`, `secret`, and `writing`, whose lock is held while the log of the
/// database is moved or another process writes.
struct ChannelDirectory {
    let path: String
    private let random: any RandomSource

    /// Inside `.wallet`.
    static let usual = "/channel-server"
    private static let secretBytes = 32
    private static let lockMilliseconds = 10_000

    /// Makes what is missing.
    /// - Parameter makes: whether all of it may be missing.
    init(_ path: String, _ random: any RandomSource, makes: Bool) throws {
        self.path = path
        self.random = random
        guard try makes || FileSystem.status(path) != nil else {
            throw Failure(
                .storage, "no-channel-store", "there is no store in '\(path)'",
                hint: "'wallet channel serve' makes one, and 'wallet channel account NAME' too")
        }
        for directory in [path, path + "/writing"] where try FileSystem.status(directory) == nil {
            do { try FileSystem.makeDirectory(directory) } catch {
                guard error.code == EEXIST else { throw error }
            }
        }
        if try FileSystem.status(secretPath) == nil {
            _ = try FileSystem.create(
                secretPath, with: try random.bytes(Self.secretBytes))
        }
    }

    private var secretPath: String { path + "/secret" }
    var proofsPath: String { path + "/proofs.db" }

    /// The lock of the server: while one holds it no other serves this directory.
    func lock() throws -> DirectoryLock {
        guard let lock = try DirectoryLock(path) else {
            throw Failure(
                .busy, "store-in-use", "another server has the store '\(path)'",
                hint: "one server is enough; accounts can be added while it runs")
        }
        return lock
    }

    /// Opens the store.
    func store() throws -> ChannelStore {
        let secret = try FileSystem.read(secretPath, limit: Self.secretBytes)
        guard secret.count == Self.secretBytes else {
            throw Failure(
                .storage, "channel-secret", "'\(secretPath)' has \(secret.count) bytes, not 32",
                hint: "it comes from a backup; without it the tokens cannot be shown again")
        }
        return try ChannelStore(
            path: path + "/channels.db", secret: secret, random: random
        ) { try exclusively($0) }
    }

    private func exclusively(_ body: () throws -> Void) throws {
        for _ in 0..<Self.lockMilliseconds / 10 {
            if let lock = try DirectoryLock(path + "/writing") {
                return try withExtendedLifetime(lock) { try body() }
            }
            usleep(10_000)
        }
        throw Failure(.busy, "busy", "another process has been writing to '\(path)' too long")
    }

    /// Adds a user, and an account where there is none of this name.
    /// - Returns: the account's number and the password, which is shown once.
    func addUser(_ user: String, account: String) throws -> (number: Int, password: String) {
        // 144 bits, in letters that a URL and a shell leave alone.
        let password = Base64.encodeURL(try random.bytes(18))
        let number = try store().createAccount(
            name: account, user: user, password: SecretBytes(Array(password.utf8)))
        return (number, password)
    }
}
