// How hooks have ended, for people and for `wallet watch`.
import Documents
import Files

/// `.wallet/hooks/log.ndjson`, one line a run, and the file before it, `log.1.ndjson`. It is not
/// synced: losing it loses no event.
struct HookLog {
    let directory: String

    static let name = "log.ndjson"
    static let earlierName = "log.1.ndjson"

    var path: String { directory + "/" + Self.name }

    /// Appends a run.
    /// - Throws: `FileError`; `WalletError.busy`.
    func append(_ result: HookResult, at time: Timestamp) throws {
        let line = HookLogEntry(result, at: time).json + [UInt8(ascii: "\n")]
        try WriterLock.held(on: directory, seconds: HookLimits.logWaitSeconds, onWait: {}) {
            if let status = try FileSystem.status(path), status.size >= HookLimits.logBytes {
                try FileSystem.rename(path, to: directory + "/" + Self.earlierName)
            }
            let file = try File(path, .readWrite)
            let size = try file.status().size
            // A crash may have cut the last line short.
            let isTorn = try size > 0 && file.read(at: size - 1, count: 1) != [UInt8(ascii: "\n")]
            try file.write((isTorn ? [UInt8(ascii: "\n")] + line : line)[...], at: size)
        }
    }

    /// The runs that are still known, the earliest first; lines that are none are passed over.
    /// - Throws: `FileError`.
    func entries() throws -> [HookLogEntry] {
        var entries: [HookLogEntry] = []
        for name in [Self.earlierName, Self.name] {
            let path = directory + "/" + name
            guard try FileSystem.status(path) != nil else { continue }
            let bytes = try FileSystem.read(
                path, limit: HookLimits.logBytes + HookLimits.logLineBytes)
            entries += bytes.split(separator: UInt8(ascii: "\n"))
                .compactMap { HookLogEntry(line: Array($0)) }
        }
        return entries
    }
}

/// One line of the log.
public struct HookLogEntry: Sendable, Equatable {
    /// When the run ended.
    public let time: Timestamp
    /// The hook.
    public let hook: HookName
    /// The event's id.
    public let id: String
    /// Whether it ended by itself with status 0.
    public let isSuccess: Bool
    /// How it ended, for people.
    public let ending: String
    /// How long it took.
    public let milliseconds: Int
    /// The first lines of its standard error.
    public let complaints: [String]

    init(_ result: HookResult, at time: Timestamp) {
        self.time = time
        hook = result.event.hook
        id = result.event.id
        isSuccess = result.isSuccess
        ending = result.endingText
        milliseconds = result.milliseconds
        complaints = result.complaints
    }

    init?(line: [UInt8]) {
        guard let root = try? JSONText(line).root,
            let time = root["time"]?.string.flatMap({ Timestamp(typed: $0) }),
            let hook = root["hook"]?.string.flatMap({ HookName(rawValue: $0) }),
            let id = root["id"]?.string, let ending = root["ending"]?.string,
            let success = root["success"], success.kind == .literal,
            let milliseconds = root["milliseconds"]?.integer
        else { return nil }
        self.time = time
        self.hook = hook
        self.id = id
        isSuccess = success.bytes.elementsEqual("true".utf8)
        self.ending = ending
        self.milliseconds = milliseconds
        complaints = root["errors"]?.elements?.compactMap(\.string) ?? []
    }

    /// The entry as a report shows it.
    public var row: ReportRow {
        ReportRow([
            "time": .text(time.text), "hook": .text(hook.rawValue), "id": .text(id),
            "success": .boolean(isSuccess), "ending": .text(ending),
            "milliseconds": .number(milliseconds), "errors": .list(complaints),
        ])
    }

    /// The line, without its newline.
    var json: [UInt8] { Array(row.json.utf8) }
}
