// What hooks still have to be told, on disk.
import Bytes
import Documents
import Files

/// The directory `.wallet/hooks/.queue`: files of events, named by time, so that their order is that
/// of what happened. A file holds for each event a line that describes it and then its documents,
/// one a line: they are never read as part of something larger.
struct HookQueue {
    let directory: String

    static let name = ".queue"
    private static let suffix = ".ndjson"
    private static let damagedSuffix = ".damaged"
    private static let timeDigits = 15

    /// The names of the files that wait, the earliest first.
    func names() throws(FileError) -> [String] {
        guard try FileSystem.status(directory) != nil else { return [] }
        return try FileSystem.list(directory).filter { $0.hasSuffix(Self.suffix) }
    }

    /// The names of the marks of processes, living or dead.
    func markNames() throws(FileError) -> [String] {
        guard try FileSystem.status(directory) != nil else { return [] }
        return try FileSystem.list(directory).filter { $0.hasSuffix(HookMark.suffix) }
    }

    /// Writes events, durable when this returns.
    /// - Throws: `HookError`, `FileError`.
    func add(_ events: [HookEvent], now: Timestamp) throws {
        for event in events {
            let bytes = event.documents.reduce(0) { $0 + $1.count }
            guard event.documents.count <= HookLimits.eventDocuments,
                bytes <= HookLimits.eventBytes
            else {
                throw HookError.eventTooLarge(
                    hook: event.hook,
                    limit: "\(HookLimits.eventDocuments) documents and "
                        + "\(HookLimits.eventBytes) bytes")
            }
        }
        try makeDirectory()
        let waiting = try names()
        guard waiting.count < HookLimits.queuedFiles else {
            throw HookError.queueFull(files: waiting.count)
        }
        var time = now.milliseconds
        // Whoever comes later stands behind what waits, even where a clock has gone back.
        if let last = waiting.last.flatMap(Self.time) { time = max(time, last + 1) }
        var rest = events[...]
        while let first = rest.first {
            var file: [UInt8] = []
            var count = 0
            while let event = rest.first, count < HookLimits.fileEvents,
                file.count < HookLimits.fileBytes
            {
                file += Self.lines(of: event)
                count += 1
                rest.removeFirst()
            }
            while try !FileSystem.create(path(of: Self.name(time, first.id)), with: file) {
                time += 1
            }
            time += 1
        }
    }

    func path(of name: String) -> String { directory + "/" + name }

    /// The events of a file; nil where another process has taken it away.
    /// - Throws: `HookError.damaged`, `FileError`.
    func events(of name: String) throws -> [HookEvent]? {
        let path = path(of: name)
        guard try FileSystem.status(path) != nil else { return nil }
        let limit = HookLimits.fileBytes + HookLimits.eventBytes * 2
        let bytes = try FileSystem.read(path, limit: limit)
        var lines = bytes.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        guard !bytes.isEmpty, lines.popLast()?.isEmpty == true else {
            throw HookError.damaged(path: path)
        }
        var events: [HookEvent] = []
        while let head = lines.popFirst() {
            guard let (event, count) = Self.read(Array(head)), count <= lines.count else {
                throw HookError.damaged(path: path)
            }
            events.append(
                HookEvent(
                    event.hook, id: event.id, time: event.time,
                    documents: lines.prefix(count).map(Array.init), details: event.details,
                    depth: event.depth))
            lines.removeFirst(count)
        }
        return events
    }

    /// What hooks have been told is not told again.
    func remove(_ name: String) throws(FileError) {
        try FileSystem.remove(path(of: name))
        try FileSystem.synchronizeDirectory(directory)
    }

    /// What cannot be read is kept for a person to look at, and stops nobody.
    func setAside(_ name: String) throws(FileError) {
        try FileSystem.rename(path(of: name), to: path(of: name) + Self.damagedSuffix)
    }

    func makeDirectory() throws(FileError) {
        guard try FileSystem.status(directory) == nil else { return }
        do throws(FileError) {
            try FileSystem.makeDirectory(directory)
            try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
        } catch {
            if error.code != FileError.alreadyThere { throw error }
        }
    }

    // MARK: - Names and lines

    private static func name(_ time: Int64, _ id: String) -> String {
        let digits = String(max(0, time))
        let zeros = String(repeating: "0", count: max(0, timeDigits - digits.utf8.count))
        return zeros + digits + "-" + id + suffix
    }

    private static func time(of name: String) -> Int64? { Int64(name.prefix(timeDigits)) }

    private static func lines(of event: HookEvent) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.name("count")
        writer.integer(event.documents.count)
        writer.name("depth")
        writer.integer(event.depth)
        writer.name("details")
        writer.raw(event.details.json.utf8)
        writer.name("hook")
        writer.string(event.hook.rawValue)
        writer.name("id")
        writer.string(event.id)
        writer.name("time")
        writer.string(event.time.text)
        writer.endObject()
        var lines = writer.bytes + [UInt8(ascii: "\n")]
        for document in event.documents { lines += document + [UInt8(ascii: "\n")] }
        return lines
    }

    /// An event without its documents, and how many follow.
    private static func read(_ line: [UInt8]) -> (event: HookEvent, count: Int)? {
        guard let root = try? JSONText(line).root,
            let count = root["count"]?.integer, count >= 0,
            let depth = root["depth"]?.integer, depth >= 0,
            let hook = root["hook"]?.string.flatMap({ HookName(rawValue: $0) }),
            let id = root["id"]?.string,
            let time = root["time"]?.string.flatMap({ Timestamp(typed: $0) }),
            let details = root["details"], details.kind == .object
        else { return nil }
        let event = HookEvent(
            hook, id: id, time: time, documents: [], details: ReportRow(details), depth: depth)
        return (event, count)
    }
}

extension ReportRow {
    /// The row that an object of texts, integers, truth values and lists of texts stands for;
    /// members of other kinds are left out.
    init(_ object: JSONValue) {
        self.init(
            members: object.members.compactMap { name, value in
                switch value.kind {
                case .string: (name, .text(value.string ?? ""))
                case .integer: value.integer.map { (name, .number($0)) }
                case .literal:
                    value.bytes.elementsEqual("null".utf8)
                        ? nil : (name, .boolean(value.bytes.elementsEqual("true".utf8)))
                case .array: (name, .list((value.elements ?? []).compactMap(\.string)))
                case .object: nil
                }
            })
    }
}
