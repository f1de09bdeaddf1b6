// The log from a line on, as it grows, is sealed, and is written anew.
import Bytes
import Documents
import Files
import Hashtable
import Service

/// Reads the log's files and nothing else: a line is told once it is durable, and once.
///
/// It remembers the names of the segments that it has passed and a running hash of every line of the
/// segment that it is in. So when the log's files have been replaced, it finds the last line that is
/// still the one that it has told.
struct LogFollower {
    private let directory: String
    private var store: DocumentStore
    /// The next line to be read: its place and its number.
    private var place: Place
    private(set) var position: Int
    /// The number of the first line of the segment that `place` is in.
    private var segmentStart: Int
    /// The running hash after each line of that segment that has been read.
    private var trail: Trail
    private var trails: [UInt32] = []
    /// The segments before that one.
    private var passed: [String]
    /// What has to be told before anything else.
    private var notice: WatchEvent?

    /// limit: events that are read at once.
    static let pageEvents = 1_000
    /// Attempts to open a log whose files are being replaced.
    private static let attempts = 40

    /// Opens the log in `directory`.
    /// - Throws: failures of storage; `Refusal` for a line that cannot be read.
    init(directory: String, from start: WatchStart) throws {
        self.directory = directory
        store = try Self.open(directory)
        (place, position, segmentStart, passed) = (.start, 0, 0, [])
        trail = Trail(after: BlockDocument.noBlock)
        switch start {
        case .beginning: break
        case .now:
            try enter(store.journalSegment)
            try skip(to: .max)
        case .after(let number): try begin(after: number)
        case .cursor(let cursor): try begin(after: cursor)
        }
    }

    /// The line before the next one.
    var cursor: WatchCursor {
        let block = passed.last.flatMap { SegmentName($0)?.block } ?? BlockDocument.noBlock
        return WatchCursor(
            position: position - 1, blocks: passed.count, block: block.short, trail: trail.short)
    }

    // MARK: - Reading

    /// What is to be told next, at most a page; nothing where nothing is new.
    /// - Throws: failures of storage; `Refusal` for a line that cannot be read.
    mutating func next() throws -> [WatchEvent] {
        try lookAgain()
        if let notice {
            self.notice = nil
            return [notice]
        }
        var events: [WatchEvent] = []
        var bytes = 0
        // Lines are taken in after the scan: it holds on to nothing of ours.
        var lines: [(line: [UInt8], place: Place)] = []
        try store.scan(from: place) { line, place in
            lines.append((Array(line), place))
            bytes += line.count
            return lines.count < Self.pageEvents && bytes < Limits.batchBytes
        }
        for (line, place) in lines {
            let event = try ServedEvent(position: position, line: line)
            try take(event.hash, at: place, bytes: line.count)
            events.append(.document(event, cursor))
        }
        return events
    }

    /// Takes note of a line that has been read.
    private mutating func take(_ hash: Digest256, at place: Place, bytes: Int) throws {
        if place.segment != self.place.segment { try enter(place.segment, at: position) }
        trail.append(hash)
        trails.append(trail.short)
        self.place = place.advanced(by: bytes + 1)
        position += 1
    }

    /// Goes to the beginning of a segment.
    /// - Parameter start: the number of its first line; nil to ask the block before it.
    private mutating func enter(_ segment: Int, at start: Int? = nil) throws {
        if segment == passed.count + 1 {
            passed.append(name(of: segment - 1, in: store))
        } else {
            passed = (0..<segment).map { name(of: $0, in: store) }
        }
        place = Place(segment: segment, offset: 0)
        segmentStart = try start ?? firstLine(of: segment)
        position = segmentStart
        let block = passed.last.flatMap { SegmentName($0)?.block } ?? BlockDocument.noBlock
        trail = Trail(after: block)
        trails = []
    }

    /// The number of a segment's first line: the block before it says how many lines came before.
    private func firstLine(of segment: Int) throws -> Int {
        guard segment > 0 else { return 0 }
        let line = try store.blockLine(of: segment - 1).line
        return try BlockDocument(Envelope(line: line)).statement.log.size + 1
    }

    private func name(of segment: Int, in store: DocumentStore) -> String {
        String(store.path(of: segment).dropFirst(directory.utf8.count + 1))
    }

    /// Reads lines of the segment without telling them, up to the one numbered `position` or the
    /// segment's end.
    private mutating func skip(to position: Int) throws {
        let segment = place.segment
        guard position > self.position else { return }
        var left = position - self.position
        var lines: [(hash: Digest256, place: Place, bytes: Int)] = []
        try store.scan(from: place) { line, place in
            guard place.segment == segment, left > 0 else { return false }
            lines.append((try Self.hash(Array(line)), place, line.count))
            left -= 1
            return left > 0
        }
        for (hash, place, bytes) in lines { try take(hash, at: place, bytes: bytes) }
    }

    private static func hash(_ line: [UInt8]) throws -> Digest256 {
        try SkimmedDocument(line: line)?.hash ?? Envelope(line: line).hash
    }

    // MARK: - Beginning somewhere

    private mutating func begin(after number: Int) throws {
        // The last segment whose first line is not behind the one that is wanted.
        var (low, high) = (0, store.journalSegment)
        while low < high {
            let middle = (low + high + 1) / 2
            if try firstLine(of: middle) <= number + 1 { low = middle } else { high = middle - 1 }
        }
        try enter(low)
        try skip(to: number + 1)
        // A log that is shorter than what somebody has been told of is another one.
        if position <= number {
            try enter(low)
            notice = .rewritten(cursor)
        }
    }

    private mutating func begin(after cursor: WatchCursor) throws {
        let isKnown =
            cursor.blocks <= store.journalSegment
            && (cursor.blocks == 0
                || SegmentName(name(of: cursor.blocks - 1, in: store))?.block.short == cursor.block)
        // Which blocks are still the same cannot be told: everything is told again.
        try enter(isKnown ? cursor.blocks : 0)
        if isKnown {
            try skip(to: cursor.position + 1)
            if self.cursor == cursor { return }
            try enter(cursor.blocks)
        }
        notice = .rewritten(self.cursor)
    }

    // MARK: - Files that are replaced

    private static func open(_ directory: String) throws -> DocumentStore {
        for _ in 1..<attempts {
            do {
                return try DocumentStore(directory: directory, forWriting: false)
            } catch  where isTransient(error) {
                // Between two renames of a merge a file may be missing.
                pause()
            }
        }
        return try DocumentStore(directory: directory, forWriting: false)
    }

    private static func isTransient(_ error: any Error) -> Bool {
        switch error {
        case StoreError.missingSegment: true
        case let error as FileError: error.isMissing
        default: false
        }
    }

    /// Looks whether files have been replaced, and finds the last line that still stands.
    private mutating func lookAgain() throws {
        let isShorter =
            try place.segment == store.journalSegment && store.journalSize() < place.offset
        guard try isShorter || isReplaced() else { return }
        let told = trails
        let (oldPassed, oldPosition) = (passed, position)
        store = try Self.open(directory)
        let names = (0..<min(oldPassed.count, store.journalSegment)).map { name(of: $0, in: store) }
        let common = zip(oldPassed, names).prefix { $0 == $1 }.count
        guard common == oldPassed.count else {
            try enter(common)
            notice = .rewritten(cursor)
            return
        }
        try enter(common)
        try skip(to: oldPosition)
        let standing = zip(told, trails).prefix { $0 == $1 }.count
        guard standing < told.count else { return }
        try enter(common)
        try skip(to: segmentStart + standing)
        notice = .rewritten(cursor)
    }

    private func isReplaced() throws -> Bool {
        // A block that is taken back takes its segment's name away.
        if let last = passed.last, try FileSystem.status(directory + "/" + last) == nil {
            return true
        }
        do {
            return try store.isReplaced()
        } catch  where Self.isTransient(error) {
            return true
        }
    }
}
