// PACK: a line that says what follows, then the documents as they stand, a line each.
import Bytes
import Documents

/// The body of a PACK frame.
struct PackMessage: Equatable {
    var pack: Pack
    /// Whether there is more of what was asked for.
    var hasMore = false
    /// How many of the ids of a WANT have been answered.
    var taken = 0

    init(_ pack: Pack, hasMore: Bool = false, taken: Int = 0) {
        self.pack = pack
        self.hasMore = hasMore
        self.taken = taken
    }

    private static let members: [StaticString] = [
        "count", "device", "kind", "more", "runs", "taken", "tip",
    ]

    /// - Throws: `malformed-message`, `limit-exceeded`.
    init(_ body: [UInt8]) throws(SyncError) {
        guard let end = body.firstIndex(of: 0x0a) else {
            throw SyncError(.malformedMessage, "a pack without its first line")
        }
        let header = try ControlReader(body[..<end], "PACK", Self.members)
        let lines = try Self.lines(
            body[(end + 1)...], count: try header.integer("count", 0...SyncLimits.packLines))
        hasMore = try header.boolean("more")
        let kind = try header.code("kind")
        switch kind {
        case "blocks":
            try Self.refuse(header, ["device", "taken"])
            pack = try Self.blocks(header, lines)
        case "records":
            try Self.refuse(header, ["runs", "taken", "tip"])
            pack = .records(device: try header.address("device"), lines: lines)
        case "notes", "entries":
            try Self.refuse(header, ["device", "runs", "tip"])
            pack = kind == "notes" ? .notes(lines) : .entries(lines)
            taken = try header.integer("taken", 0...SyncLimits.wantedIDs)
        default: throw SyncError(.malformedMessage, "a pack of an unknown kind '\(kind)'")
        }
    }

    private static func refuse(
        _ header: ControlReader, _ names: [StaticString]
    ) throws(SyncError) {
        for name in names where header.has(name) {
            throw SyncError(.malformedMessage, "'\(name)' does not belong to this kind of pack")
        }
    }

    private static func lines(
        _ bytes: ArraySlice<UInt8>, count: Int
    ) throws(SyncError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        lines.reserveCapacity(count)
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0a) {
            guard lines.count < count, end > rest.startIndex else { break }
            guard end - rest.startIndex <= Limits.storedLineBytes else {
                throw SyncError(
                    .limitExceeded, "a line of more than \(Limits.storedLineBytes) bytes")
            }
            lines.append(Array(rest[rest.startIndex..<end]))
            rest = rest[(end + 1)...]
        }
        guard rest.isEmpty, lines.count == count else {
            throw SyncError(.malformedMessage, "a pack does not have the lines that it says")
        }
        return lines
    }

    private static func blocks(
        _ header: ControlReader, _ lines: [[UInt8]]
    ) throws(SyncError) -> Pack {
        var runs: [BlockRun] = []
        var used = 0
        for run in try header.objects(
            "runs", SyncLimits.packLines, ["complete", "count", "height", "line"])
        {
            let count = try run.integer("count", 1...SyncLimits.packLines)
            guard used + count <= lines.count else {
                throw SyncError(.malformedMessage, "runs have more lines than their pack")
            }
            runs.append(
                BlockRun(
                    start: try BlockPosition(run), lines: Array(lines[used..<used + count]),
                    isComplete: try run.boolean("complete")))
            used += count
        }
        guard used == lines.count else {
            throw SyncError(.malformedMessage, "lines that belong to no run")
        }
        for (run, next) in zip(runs, runs.dropFirst())
        where !run.isComplete || next.start != BlockPosition(height: run.start.height + 1, line: 0)
        {
            throw SyncError(.malformedMessage, "a gap between two runs of lines")
        }
        return .blocks(
            tip: try ChainTip(try header.object("tip", ["hash", "height", "term"])), runs: runs)
    }

    var frame: Frame {
        let lines = pack.lines
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.member("count", lines.count)
        if case .records(let device, _) = pack { writer.member("device", device) }
        writer.name("kind")
        writer.string(pack.kind)
        writer.member("more", hasMore)
        if case .blocks(let tip, let runs) = pack {
            writer.name("runs")
            writer.beginArray()
            for run in runs {
                writer.beginObject()
                writer.member("complete", run.isComplete)
                writer.member("count", run.lines.count)
                writer.member("height", run.start.height)
                writer.member("line", run.start.line)
                writer.endObject()
            }
            writer.endArray()
            writer.name("tip")
            tip.write(to: &writer)
        }
        switch pack {
        case .notes, .entries: writer.member("taken", taken)
        case .blocks, .records: break
        }
        writer.endObject()
        var body = writer.bytes
        body.reserveCapacity(lines.reduce(body.count + 1) { $0 + $1.count + 1 })
        body.append(0x0a)
        for line in lines {
            body.append(contentsOf: line)
            body.append(0x0a)
        }
        return Frame(.pack, body)
    }
}

extension Pack {
    fileprivate var kind: String {
        switch self {
        case .blocks: "blocks"
        case .records: "records"
        case .notes: "notes"
        case .entries: "entries"
        }
    }
}
