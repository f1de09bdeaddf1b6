// The directory of the messages that are to be delivered.
import Bytes
import Documents
import Files

/// ```
/// <hash>.json             a message, and where it goes
/// <hash>.state            what attempts have met; not there before the first one
/// delivered/<hash>.json   a message, and the receiver's acknowledgement
/// ```
/// Every write is durable when its call returns, and made under the directory's lock.
struct OutboxStore: Sendable {
    /// The directory's path.
    let directory: String
    private let waitSeconds: Int
    private let onWait: @Sendable () -> Void

    static let directoryName = "outbox"
    private static let deliveredName = "delivered"
    private static let stateSuffix = ".state"

    /// The store of a wallet's directory.
    init(wallet directory: String, waitSeconds: Int, onWait: @escaping @Sendable () -> Void) {
        self.directory = directory + "/" + Self.directoryName
        self.waitSeconds = waitSeconds
        self.onWait = onWait
    }

    private var delivered: String { directory + "/" + Self.deliveredName }

    private func path(_ hash: Digest256, _ suffix: String = MessageFiles.suffix) -> String {
        directory + "/" + hash.hexadecimal + suffix
    }

    private func deliveredPath(_ hash: Digest256) -> String {
        delivered + "/" + hash.hexadecimal + MessageFiles.suffix
    }

    private func locked<Result>(_ body: () throws -> Result) throws -> Result {
        try FileSystem.ensureDirectory(directory)
        return try WriterLock.held(on: directory, seconds: waitSeconds, onWait: onWait, body)
    }

    /// Keeps a message before anything is sent.
    /// - Throws: `MessageError.full`; `FileError`, `WalletError.busy`.
    func add(_ message: Message, _ route: MessageRoute) throws -> OutboxEntry {
        try locked {
            guard try hashes().count < MessageTexts.outboxMessages else {
                throw MessageError.full(what: "outbox", limit: MessageTexts.outboxMessages)
            }
            _ = try FileSystem.create(
                path(message.hash), with: MessageFiles.join([message.document, route.line]))
            // What is there already is the same message.
            return try entry(message.hash) ?? OutboxEntry(message, route)
        }
    }

    /// A message of ours, on its way or delivered; nil where there is none.
    /// - Throws: `FileError`, `Refusal`.
    func message(_ hash: Digest256) throws -> Message? {
        let line =
            try MessageFiles.lines(path(hash))?.first
            ?? MessageFiles.lines(deliveredPath(hash))?.first
        return try line.map { try Message(Envelope(line: $0)) }
    }

    /// The hashes of the messages that are here, ascending.
    func hashes() throws -> [Digest256] {
        try MessageFiles.hashes(in: directory, suffix: MessageFiles.suffix)
    }

    /// A message; nil where there is none.
    /// - Throws: `FileError`, `MessageError.damaged`.
    func entry(_ hash: Digest256) throws -> OutboxEntry? {
        guard let lines = try MessageFiles.lines(path(hash)) else { return nil }
        let state = try MessageFiles.lines(
            path(hash, Self.stateSuffix), limit: MessageTexts.stateBytes)
        return try OutboxEntry(lines, state: state?.first, path: path(hash))
    }

    /// All messages, the oldest first.
    func entries() throws -> [OutboxEntry] {
        try hashes().compactMap { try entry($0) }.sorted { left, right in
            (left.route.queued, left.message.hash) < (right.route.queued, right.message.hash)
        }
    }

    /// Changes what is known of a message's delivery; nil where it is not here any more.
    @discardableResult
    func update(_ hash: Digest256, _ change: (inout OutboxEntry) -> Void) throws -> OutboxEntry? {
        try locked {
            guard var entry = try entry(hash) else { return nil }
            change(&entry)
            try FileSystem.replace(
                path(hash, Self.stateSuffix), with: entry.state + [MessageFiles.newline])
            return entry
        }
    }

    /// The acknowledgement of a message that was delivered; nil where it was not.
    func acknowledgement(of hash: Digest256) throws -> [UInt8]? {
        try MessageFiles.lines(deliveredPath(hash))?.last
    }

    /// Keeps the acknowledgement, and then forgets that the message is to be delivered. A crash in
    /// between costs nothing: the acknowledgement is found before the message is sent again.
    func finish(_ message: Message, _ acknowledgement: [UInt8]) throws {
        try locked {
            try FileSystem.ensureDirectory(delivered)
            _ = try FileSystem.create(
                deliveredPath(message.hash),
                with: MessageFiles.join([message.document, acknowledgement]))
            try removeFiles(message.hash)
        }
    }

    /// Gives a message up.
    /// - Returns: whether it was there.
    func remove(_ hash: Digest256) throws -> Bool {
        try locked {
            guard try FileSystem.status(path(hash)) != nil else { return false }
            try removeFiles(hash)
            return true
        }
    }

    private func removeFiles(_ hash: Digest256) throws {
        try FileSystem.remove(path(hash))
        try FileSystem.remove(path(hash, Self.stateSuffix))
        try FileSystem.synchronizeDirectory(directory)
    }
}
