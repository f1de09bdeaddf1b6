// Where a wallet keeps what it knows of handles, its own and others'.
import Bytes
import Cryptography
import Documents
import Files

/// ```
/// paymail/aliases/<alias>               an own alias
/// paymail/references/<reference>/       promise, claim, paid
/// paymail/approvals/<token>/            request, decision
/// paymail/known/domains/<domain>        capabilities of others' servers
/// paymail/known/keys/<handle>           the key that a handle had first
/// paymail/known/destinations/<handle>   where IOUs for a handle go, signed
/// ```
/// Every write is durable when its call returns.
struct PaymailDirectory: Sendable {
    let path: String
    let waitSeconds: Int
    let onWait: @Sendable () -> Void

    // limit: a file of it
    private static let fileBytes = 16 * 1_048_576
    // limit: a file's name, with what is put behind it while it is written
    private static let nameBytes = 200

    /// A file's contents; nil where it is not there.
    func read(_ name: String) throws(FileError) -> [UInt8]? {
        do {
            return try FileSystem.read(path + "/" + name, limit: Self.fileBytes)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Writes a file in a directory that is made where it is not there.
    func write(_ name: String, _ bytes: [UInt8]) throws(FileError) {
        try make(FileSystem.parent(of: name))
        try FileSystem.replace(path + "/" + name, with: bytes)
    }

    /// Takes a file away.
    func remove(_ name: String) throws(FileError) {
        do throws(FileError) { try FileSystem.remove(path + "/" + name) } catch {
            if error.isMissing { return }
            throw error
        }
        try FileSystem.synchronizeDirectory(FileSystem.parent(of: path + "/" + name))
    }

    /// The names in a directory, in their order.
    func names(_ name: String) throws(FileError) -> [String] {
        do throws(FileError) {
            return try FileSystem.list(path + "/" + name).filter { !$0.hasSuffix(".new") }.sorted()
        } catch {
            if error.isMissing { return [] }
            throw error
        }
    }

    private func make(_ name: String) throws(FileError) {
        var place = path
        var places = [place]
        for part in name.split(separator: "/") where part != "." {
            place += "/" + part
            places.append(place)
        }
        for place in places where try FileSystem.status(place) == nil {
            do throws(FileError) {
                try FileSystem.makeDirectory(place)
                try FileSystem.synchronizeDirectory(FileSystem.parent(of: place))
            } catch {
                if error.code != FileError.alreadyThere { throw error }
            }
        }
    }

    /// Does something while nobody else writes here.
    /// - Throws: `WalletError.busy`; `FileError`; what `body` throws.
    func held<Result>(_ body: () throws -> Result) throws -> Result {
        try make("")
        return try WriterLock.held(on: path, seconds: waitSeconds, onWait: onWait, body)
    }

    /// The name of a file about a domain or a handle: these are longer than names of files may be.
    static func fileName(_ text: String) -> String {
        text.utf8.count <= nameBytes ? text : Hash.sha256(Array(text.utf8)).hexadecimal
    }
}

extension Wallet {
    /// What this wallet knows of handles.
    func paymailDirectory() throws -> PaymailDirectory {
        PaymailDirectory(
            path: directory + "/paymail", waitSeconds: try configuration.integer(Settings.coreWait),
            onWait: surroundings.onWait)
    }
}
