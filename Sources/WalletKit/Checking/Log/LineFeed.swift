// The lines of the log in their order, each judged by itself on all cores, ahead of whoever takes
// them.
import Bytes
import Cryptography
import Dispatch
import Documents
import Files
import Hashtable

/// A file of the log, and how much of it counts.
struct LogSegment: Sendable {
    /// The segment's number.
    let number: Int
    /// Where it is read.
    let path: String
    /// Bytes that count; nil for all.
    var end: Int?
    var input = Input.path

    /// How it is read.
    enum Input: Sendable {
        /// A file of the log: by its path, which is no link.
        case path
        /// A file that is open already: its path may have become another's.
        case file(File)
        /// Whatever people name, links and pipes too.
        case any
    }

    /// The file's name without its directory.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// What comes out of a file of the log.
enum FedItem<Verdict: Sendable>: Sendable {
    /// A whole line.
    case line(FedLine<Verdict>)
    /// A line longer than any that is written.
    case tooLong(Place)
    /// The end of a segment: the place after its last whole line, and how many bytes follow.
    case end(Place, tailBytes: Int)
    /// A segment that the system does not let us read, or not to its end.
    case unreadable(segment: Int, FileError)
}

/// A line, judged.
struct FedLine<Verdict: Sendable>: Sendable {
    let place: Place
    /// Without the newline.
    let byteCount: Int
    /// SHA-256 of the segment's bytes above; only where the line begins as a block does.
    let above: Digest256?
    let verdict: Verdict

    /// The place after the line.
    var end: Place { place.advanced(by: byteCount + 1) }
}

/// Reads segments one after the other, judges their lines on all cores and hands them over in
/// order.
struct LineFeed<Verdict: Sendable>: Sendable {
    private let segments: [LogSegment]
    private let judge: @Sendable ([UInt8]) -> Verdict

    /// Batches that are judged ahead of the one that is taken.
    private static var batchesAhead: Int { 2 }

    init(_ segments: [LogSegment], _ judge: @escaping @Sendable ([UInt8]) -> Verdict) {
        self.segments = segments
        self.judge = judge
    }

    /// Calls `body` with every batch, in order.
    /// - Throws: what `body` throws.
    func forEachBatch(_ body: ([FedItem<Verdict>]) throws -> Void) throws {
        let handover = Handover<[FedItem<Verdict>]>(capacity: Self.batchesAhead)
        DispatchQueue(label: "judge").async { [segments, judge] in
            var reader = RawReader(segments)
            while true {
                let batch = reader.next().parallelMap { $0.judged(by: judge) }
                // An empty batch is the end.
                guard handover.put(batch), !batch.isEmpty else { return }
            }
        }
        defer { handover.abandon() }
        while true {
            let batch = handover.take()
            if batch.isEmpty { return }
            try body(batch)
        }
    }
}

/// What is read, before it is judged.
private enum RawItem: Sendable {
    case line(Place, [UInt8], above: Digest256?)
    case other(FedItem<Never>)

    func judged<Verdict>(by judge: @Sendable ([UInt8]) -> Verdict) -> FedItem<Verdict> {
        switch self {
        case .line(let place, let bytes, let above):
            .line(
                FedLine(
                    place: place, byteCount: bytes.count, above: above, verdict: judge(bytes)))
        case .other(.tooLong(let place)): .tooLong(place)
        case .other(.end(let place, let tailBytes)): .end(place, tailBytes: tailBytes)
        case .other(.unreadable(let segment, let error)): .unreadable(segment: segment, error)
        case .other(.line): preconditionFailure("there is no verdict of type Never")
        }
    }
}

/// Lines out of files, in batches that bound memory.
private struct RawReader {
    private var segments: ArraySlice<LogSegment>
    /// The file that is being read, which must stay open, and its bytes.
    private var open: (file: File?, stream: InputStream)?
    /// Bytes of it that have been read.
    private var got = 0
    private var pending: [UInt8] = []
    /// Where `pending` begins.
    private var offset = 0
    private var isSkipping = false
    /// Of the lines so far.
    private var digest = SHA256Stream()

    private static let newline = UInt8(ascii: "\n")

    init(_ segments: [LogSegment]) { self.segments = segments[...] }

    /// The next lines; none at the end.
    mutating func next() -> [RawItem] {
        var items: [RawItem] = []
        var size = 0
        while let segment = segments.first {
            if take(segment.number, &items, &size) { return items }
            do throws(FileError) {
                if try readOn(segment) { continue }
                items.append(
                    .other(
                        .end(
                            Place(segment: segment.number, offset: offset),
                            tailBytes: got - offset)))
            } catch {
                items.append(.other(.unreadable(segment: segment.number, error)))
            }
            close()
        }
        return items
    }

    /// Reads the next piece; false at the end.
    private mutating func readOn(_ segment: LogSegment) throws(FileError) -> Bool {
        let stream: InputStream
        if let open {
            stream = open.stream
        } else {
            let file: File?
            switch segment.input {
            case .path: file = try File(segment.path, .read)
            case .file(let given): file = given
            case .any: file = nil
            }
            if let file {
                stream = InputStream(descriptor: file.descriptor)
            } else {
                stream = try InputStream(path: segment.path)
            }
            open = (file, stream)
        }
        let left = segment.end.map { $0 - got } ?? .max
        guard left > 0 else { return false }
        let chunk = try stream.read(min(Limits.readBytes, left))
        got += chunk.count
        pending += chunk
        return !chunk.isEmpty
    }

    private mutating func close() {
        segments.removeFirst()
        (open, got, pending, offset, isSkipping) = (nil, 0, [], 0, false)
        digest = SHA256Stream()
    }

    /// Moves whole lines from `pending` to `items`; true when the batch is full.
    private mutating func take(
        _ number: Int, _ items: inout [RawItem], _ size: inout Int
    ) -> Bool {
        var start = 0
        defer {
            pending.removeFirst(start)
            offset += start
        }
        while let end = pending[start...].firstIndex(of: Self.newline) {
            let place = Place(segment: number, offset: offset + start)
            let line = pending[start..<end]
            if isSkipping || line.count > Limits.storedLineBytes {
                items.append(.other(.tooLong(place)))
            } else {
                let above = BlockDocument.isBegun(by: line) ? digest.finalize() : nil
                items.append(.line(place, Array(line), above: above))
            }
            digest.update(pending[start...end])
            isSkipping = false
            size += line.count
            start = end + 1
            if items.count >= Limits.batchLines || size >= Limits.batchBytes { return true }
        }
        if pending.count - start > Limits.storedLineBytes {
            // The line is damage already: what it holds is not kept.
            isSkipping = true
            start = pending.count
        }
        return false
    }
}
