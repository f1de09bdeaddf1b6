// The directory of the messages that have been taken.
import Bytes
import Documents
import Files

/// ```
/// <hash>.json    a message, and our acknowledgement of it
/// <hash>.state   what has become of it; not there while nothing has
/// <hash>.hook    it has not been announced to the hook yet
/// <hash>.gone    our acknowledgement of a message that was deleted: it is not taken again
/// ```
/// Every write is durable when its call returns, and made under the directory's lock. Reading needs
/// none.
struct InboxStore: Sendable {
    /// The directory's path.
    let directory: String
    private let waitSeconds: Int
    private let onWait: @Sendable () -> Void

    static let directoryName = "inbox"
    private static let stateSuffix = ".state"
    private static let hookSuffix = ".hook"
    private static let goneSuffix = ".gone"

    /// The store of a wallet's directory.
    init(wallet directory: String, waitSeconds: Int, onWait: @escaping @Sendable () -> Void) {
        self.directory = directory + "/" + Self.directoryName
        self.waitSeconds = waitSeconds
        self.onWait = onWait
    }

    private func path(_ hash: Digest256, _ suffix: String) -> String {
        directory + "/" + hash.hexadecimal + suffix
    }

    /// Runs `body` while nobody else writes here.
    func locked<Result>(_ body: () throws -> Result) throws -> Result {
        try FileSystem.ensureDirectory(directory)
        return try WriterLock.held(on: directory, seconds: waitSeconds, onWait: onWait, body)
    }

    // MARK: - Taking

    /// What was said when a message was taken; nil where it has not been. Still there when the
    /// message has been deleted.
    /// - Throws: `FileError`, `MessageError.damaged`.
    func acknowledgement(of hash: Digest256) throws -> [UInt8]? {
        for suffix in [Self.goneSuffix, MessageFiles.suffix] {
            guard let lines = try MessageFiles.lines(path(hash, suffix)) else { continue }
            guard let last = lines.last else {
                throw MessageError.damaged(path: path(hash, suffix), reason: "it is empty")
            }
            return last
        }
        return nil
    }

    /// Takes a message; the caller holds the lock, and has seen that it is not there.
    /// - Parameter isAnnounced: whether a hook is to be told of it.
    func take(
        _ message: Message, _ acknowledgement: [UInt8], isAnnounced: Bool
    ) throws {
        if isAnnounced { _ = try FileSystem.create(path(message.hash, Self.hookSuffix), with: []) }
        _ = try FileSystem.create(
            path(message.hash, MessageFiles.suffix),
            with: MessageFiles.join([message.document, acknowledgement]))
    }

    /// How many messages there are, and their bytes.
    func usage() throws -> (messages: Int, bytes: Int) {
        var bytes = 0
        let hashes = try hashes()
        for hash in hashes {
            bytes += try FileSystem.status(path(hash, MessageFiles.suffix))?.size ?? 0
        }
        return (hashes.count, bytes)
    }

    // MARK: - Looking

    /// The messages' hashes, ascending.
    func hashes() throws -> [Digest256] {
        let gone = Set(try MessageFiles.hashes(in: directory, suffix: Self.goneSuffix))
        return try MessageFiles.hashes(in: directory, suffix: MessageFiles.suffix).filter {
            !gone.contains($0)
        }
    }

    /// A message; nil where there is none.
    /// - Throws: `FileError`, `MessageError.damaged`.
    func entry(_ hash: Digest256) throws -> InboxEntry? {
        let path = path(hash, MessageFiles.suffix)
        guard try FileSystem.status(self.path(hash, Self.goneSuffix)) == nil,
            let lines = try MessageFiles.lines(path)
        else { return nil }
        let state = try MessageFiles.lines(
            self.path(hash, Self.stateSuffix), limit: MessageTexts.stateBytes)
        return try InboxEntry(lines, state: state?.first, path: path)
    }

    /// All messages, by the time at which they were taken.
    func entries() throws -> [InboxEntry] {
        try hashes().compactMap { try entry($0) }.sorted { left, right in
            (left.acknowledgement.received, left.message.hash)
                < (right.acknowledgement.received, right.message.hash)
        }
    }

    /// The message whose hash begins with `prefix`.
    /// - Throws: `WalletError.unknown`, `.ambiguous`, `.invalidArgument`; as `entry`.
    func entry(prefix: String) throws -> InboxEntry {
        let hash = try MessageFiles.find(prefix, among: try hashes())
        guard let entry = try entry(hash) else {
            throw WalletError.unknown(what: "message", name: prefix, suggestions: [])
        }
        return entry
    }

    // MARK: - Changing

    /// Changes what has become of a message.
    /// - Returns: the message as it stands now; nil where it has been deleted.
    @discardableResult
    func update(_ hash: Digest256, _ change: (inout InboxEntry) -> Void) throws -> InboxEntry? {
        try locked {
            guard var entry = try entry(hash) else { return nil }
            let before = entry.state
            change(&entry)
            if entry.state != before {
                try FileSystem.replace(
                    path(hash, Self.stateSuffix), with: entry.state + [MessageFiles.newline])
            }
            return entry
        }
    }

    /// Deletes a message. Its acknowledgement stays, so that it is not taken again.
    /// - Returns: whether it was there.
    func delete(_ hash: Digest256) throws -> Bool {
        try locked {
            guard let acknowledgement = try acknowledgement(of: hash),
                try FileSystem.status(path(hash, MessageFiles.suffix)) != nil
            else { return false }
            try FileSystem.replace(
                path(hash, Self.goneSuffix), with: MessageFiles.join([acknowledgement]))
            for suffix in [MessageFiles.suffix, Self.stateSuffix, Self.hookSuffix] {
                try FileSystem.remove(path(hash, suffix))
            }
            try FileSystem.synchronizeDirectory(directory)
            return true
        }
    }

    /// Forgets deleted messages that are too old to be taken again.
    func prune(before time: Timestamp) throws {
        let gone = try MessageFiles.hashes(in: directory, suffix: Self.goneSuffix)
        guard !gone.isEmpty else { return }
        try locked {
            for hash in gone {
                let path = path(hash, Self.goneSuffix)
                guard let line = try MessageFiles.lines(path)?.last,
                    let acknowledgement = try? Acknowledgement(Envelope(line: line)),
                    acknowledgement.received < time
                else { continue }
                try FileSystem.remove(path)
            }
        }
    }

    // MARK: - Announcing

    /// Messages that the hook has not been told of.
    func unannounced() throws -> [Digest256] {
        try MessageFiles.hashes(in: directory, suffix: Self.hookSuffix)
    }

    /// The hook has been told of a message.
    func announced(_ hash: Digest256) throws {
        try locked {
            try FileSystem.remove(path(hash, Self.hookSuffix))
            try FileSystem.synchronizeDirectory(directory)
        }
    }
}
