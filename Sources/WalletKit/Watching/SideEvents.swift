// What happens beside the log: messages, hooks, what devices tell each other.
import Bytes
import Documents
import Files

/// Events beside the log, from now on.
struct SideEvents {
    private let inbox: String
    private var messages: Set<String>
    private var hooks: LineTail
    private var entries: LineTail

    private static let inboxName = "inbox"
    private static let replicaName = "replica"
    private static let messageSuffix = ".json"
    private static let hashDigits = 64

    /// The directories of a wallet in which something happens.
    static let directories = [Hooks.directoryName, inboxName, replicaName]

    /// - Parameter wallet: the directory `.wallet`.
    /// - Throws: `FileError`.
    init(_ wallet: String) throws(FileError) {
        inbox = wallet + "/" + Self.inboxName
        messages = try Self.names(inbox)
        hooks = try LineTail(atEndOf: "\(wallet)/\(Hooks.directoryName)/\(HookLog.name)")
        entries = try LineTail(atEndOf: "\(wallet)/\(Self.replicaName)/entries.ndjson")
    }

    /// What is new.
    /// - Throws: `FileError`.
    mutating func next() throws(FileError) -> [WatchEvent] {
        var events: [WatchEvent] = []
        let now = try Self.names(inbox)
        for name in now.subtracting(messages).sorted() {
            if let event = try message(name) { events.append(event) }
        }
        messages = now
        events += try hooks.next().compactMap { HookLogEntry(line: $0).map { .hook($0) } }
        events += try entries.next().compactMap(Self.entry)
        return events
    }

    private static func names(_ directory: String) throws(FileError) -> Set<String> {
        guard try FileSystem.status(directory) != nil else { return [] }
        return Set(
            try FileSystem.list(directory).filter {
                $0.hasSuffix(messageSuffix)
                    && $0.utf8.count == hashDigits + messageSuffix.utf8.count
            })
    }

    /// The first line of a message's file is the message.
    private func message(_ name: String) throws(FileError) -> WatchEvent? {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(inbox + "/" + name, limit: Limits.storedLineBytes * 2)
        } catch {
            // Deleted meanwhile.
            if error.isMissing { return nil }
            throw error
        }
        let line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") })
        guard (try? Envelope(line: line)) != nil else { return nil }
        return .message(hash: String(name.prefix(Self.hashDigits)), line: line)
    }

    private static func entry(_ line: [UInt8]) -> WatchEvent? {
        guard let envelope = try? Envelope(line: line), let name = envelope.data["name"]?.string
        else { return nil }
        return .entry(name: name, hash: envelope.hash.hexadecimal, line: line)
    }
}
