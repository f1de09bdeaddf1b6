// Whom the operator has invited to clear here.
import Bytes
import Documents
import Files

/// The files of `.wallet/invited`, one an address, with the time of the invitation in it. Looking
/// needs no lock, and is safe on any thread; what has been changed holds from then on, also in a
/// server that runs.
struct InviteStore: Sendable {
    /// The directory's path.
    let directory: String

    static let directoryName = "invited"
    /// A time and a newline. limit:
    private static let fileBytes = 64

    /// The store of a wallet's directory.
    init(wallet directory: String) {
        self.directory = directory + "/" + Self.directoryName
    }

    private func path(_ address: Address) -> String { directory + "/" + address.text }

    /// Whether an address has been invited.
    /// - Throws: `FileError`.
    func contains(_ address: Address) throws(FileError) -> Bool {
        try FileSystem.status(path(address)) != nil
    }

    /// Everybody who has been invited, by address, and when.
    /// - Throws: `FileError`.
    func all() throws -> [(address: Address, time: Timestamp?)] {
        guard try FileSystem.status(directory) != nil else { return [] }
        return try FileSystem.list(directory).compactMap { name in
            guard let address = try? Address(text: name) else { return nil }
            let bytes = try FileSystem.read(path(address), limit: Self.fileBytes)
            return (address, Timestamp(bytes.filter { $0 != UInt8(ascii: "\n") }))
        }
    }

    /// Invites an address, durable.
    /// - Returns: whether it had not been invited.
    /// - Throws: `FileError`.
    func add(_ address: Address, at time: Timestamp) throws(FileError) -> Bool {
        try FileSystem.ensureDirectory(directory)
        return try FileSystem.create(path(address), with: Array((time.text + "\n").utf8))
    }

    /// Takes an invitation back, durable.
    /// - Returns: whether there was one.
    /// - Throws: `FileError`.
    func remove(_ address: Address) throws(FileError) -> Bool {
        guard try contains(address) else { return false }
        try FileSystem.remove(path(address))
        try FileSystem.synchronizeDirectory(directory)
        return true
    }
}
