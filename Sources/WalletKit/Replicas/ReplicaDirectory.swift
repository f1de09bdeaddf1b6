// What a wallet keeps beside its log because other devices clear in the same domain.
import Bytes
import Documents
import Files

/// ```
/// replica/records.ndjson    what devices have cleared since the last cut, as they signed it, where
///                           the log does not have the very same line
/// replica/settled.ndjson    records that a block has settled and does not have as they were signed
/// replica/entries.ndjson    what travels between one's own devices and stands in no log
/// replica/shown.ndjson      what was shown as applied before blocks came that settle it
/// replica/folded            what this replica says of itself, as long as nothing has changed
/// replica/incoming/         segments that are coming in
/// replica/withdrawn/        segments that a chain of blocks with precedence does not have
/// replica/unfinished        the log is being written anew
/// ```
/// A domain with one device has none of it. All is written under the ledger's lock, and durable
/// when a call returns.
struct ReplicaDirectory: Sendable {
    /// The path of `.wallet/replica`.
    let path: String

    init(of wallet: String) { path = wallet + "/replica" }

    var records: String { path + "/records.ndjson" }
    var settled: String { path + "/settled.ndjson" }
    var entries: String { path + "/entries.ndjson" }
    var shown: String { path + "/shown.ndjson" }
    var folded: String { path + "/folded" }
    var incoming: String { path + "/incoming" }
    var withdrawn: String { path + "/withdrawn" }
    private var unfinished: String { path + "/unfinished" }

    /// Whether it is there: whether the wallet is, or has been, one of several replicas.
    var exists: Bool { get throws(FileError) { try FileSystem.status(path) != nil } }

    /// Makes it, where it is not there.
    func create() throws(FileError) {
        for directory in [path, incoming, withdrawn]
        where try FileSystem.status(directory) == nil {
            try FileSystem.makeDirectory(directory)
            try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
        }
    }

    /// Whether writing the log anew was interrupted: all that is needed to complete it stands in
    /// `records.ndjson`.
    var isUnfinished: Bool {
        get throws(FileError) { try FileSystem.status(unfinished) != nil }
    }

    func begin() throws(FileError) { try FileSystem.replace(unfinished, with: []) }

    func finish() throws(FileError) {
        try FileSystem.remove(unfinished)
        try FileSystem.synchronizeDirectory(path)
    }
}

/// A file of lines that grows, or is replaced whole.
struct LineFile: Sendable {
    let path: String

    private static let newline = UInt8(ascii: "\n")

    /// The whole lines; what a crash has left after the last newline was never acknowledged.
    func lines() throws -> [[UInt8]] {
        guard try FileSystem.status(path) != nil else { return [] }
        let file = try File(path, .read)
        let bytes = try file.read(at: 0, count: try file.status().size)
        return bytes[..<((bytes.lastIndex(of: Self.newline) ?? -1) + 1)]
            .split(separator: Self.newline).map { Array($0) }
    }

    /// Calls `body` with every whole line, in bounded memory.
    func forEachLine(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        _ = try File(path, .read).forEachLine(piece: Limits.readBytes, limit: .max) { line in
            try body(line)
            return true
        }
    }

    /// Appends lines, durably.
    func append(_ lines: [[UInt8]]) throws {
        guard !lines.isEmpty else { return }
        guard try FileSystem.status(path) != nil else { return try replace(lines) }
        let file = try File(path, .readWrite)
        let size = try file.status().size
        var end = size
        // A torn tail is cut off.
        while end > 0 {
            let begin = max(0, end - 65_536)
            let tail = try file.read(at: begin, count: end - begin)
            if let last = tail.lastIndex(of: Self.newline) {
                end = begin + last + 1
                break
            }
            end = begin
        }
        if end < size { try file.truncate(to: end) }
        do {
            try file.write(Self.join(lines)[...], at: end)
            try file.synchronize()
        } catch {
            try? file.truncate(to: end)
            throw error
        }
    }

    /// Replaces all lines, atomically.
    func replace(_ lines: [[UInt8]]) throws(FileError) {
        try FileSystem.replace(path, with: Self.join(lines))
    }

    /// Bytes of the file; 0 where it is not there.
    var size: Int { get throws(FileError) { try FileSystem.status(path)?.size ?? 0 } }

    private static func join(_ lines: [[UInt8]]) -> [UInt8] {
        lines.map { $0 + [newline] }.concatenated()
    }
}
