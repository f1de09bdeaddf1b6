// The directory of the custodial users: one file each, named after the address.
import Bytes
import Documents
import Files
import Glibc

/// The files of `.wallet/users`. Whoever writes holds the writer's lock; reading needs none, and is
/// safe on any thread. Nothing is kept in memory: what has been changed holds from then on, also in
/// a server that runs.
struct UserStore: Sendable {
    /// The directory's path.
    let directory: String

    static let directoryName = "users"

    /// The store of a wallet's directory.
    init(wallet directory: String) {
        self.directory = directory + "/" + Self.directoryName
    }

    private func path(_ address: Address) -> String { directory + "/" + address.text }

    /// The user of an address, with or without a token; nil where there is none.
    /// - Throws: `ConfigurationError` for a file that cannot be understood; `KeyError` for one that
    ///   others than its owner have rights to, and where it cannot be read.
    func user(_ address: Address) throws -> User? {
        let path = path(address)
        do throws(KeyError) {
            try KeyFile.check(path, S_IFREG)
        } catch .file(let error) where error.isMissing {
            return nil
        }
        let bytes = try FileSystem.read(path, limit: UserLimits.fileBytes)
        let user = try User(ConfigurationFile(bytes, path: path))
        guard user.address == address else {
            throw ConfigurationError.invalidValue(
                key: try ConfigurationKey("user.address"), value: user.address.text,
                expected: address.text, origin: .file(path: path, line: 1))
        }
        return user
    }

    /// The user whose token this is; nil where it is nobody's.
    /// - Throws: as `user`.
    func user(token: String) throws -> User? {
        guard let address = BearerToken.address(in: token), let user = try user(address),
            user.isOpened(by: token)
        else { return nil }
        return user
    }

    /// Everybody who has a token, by name.
    /// - Throws: as `user`.
    func users() throws -> [User] {
        guard try FileSystem.status(directory) != nil else { return [] }
        var users: [User] = []
        for name in try FileSystem.list(directory) {
            // What an interrupted write has left is no address.
            guard let address = try? Address(text: name), let user = try user(address),
                user.tokenDigest != nil
            else { continue }
            users.append(user)
        }
        return users.sorted { $0.name < $1.name }
    }

    /// Keeps a user: after a crash the old or the new file stands there, mode 0600.
    /// - Throws: `ConfigurationError`, `FileError`.
    func keep(_ user: User) throws {
        try FileSystem.ensureDirectory(directory)
        let path = path(user.address)
        try FileSystem.replace(path, with: try user.contents(path: path))
    }
}
