// One pass over the log: read, judged on all cores, folded in order.
import Bytes
import Files
import Graphstore
import Hashtable

/// Goes over the segments of a log and folds them into an index.
struct LogPass {
    let segments: [LogSegment]
    let graph: ClearingGraph
    let fold: LogFold
    /// Judges a line by itself.
    let judge: @Sendable ([UInt8]) -> CheckedLine
    /// Called with the share of the bytes that has been folded.
    let onProgress: (Double) -> Void

    /// What follows the last line of the journal.
    private(set) var tailBytes = 0
    /// The place after the last line of the journal.
    private(set) var end: Place?

    init(
        _ segments: [LogSegment], into graph: ClearingGraph, _ fold: LogFold,
        _ judge: @escaping @Sendable ([UInt8]) -> CheckedLine = { CheckedLine($0) },
        onProgress: @escaping (Double) -> Void
    ) {
        self.segments = segments
        self.graph = graph
        self.fold = fold
        self.judge = judge
        self.onProgress = onProgress
    }

    /// Goes over all of them.
    /// - Throws: what the fold's observer throws; failures of storage other than reading the log.
    mutating func run() throws {
        let sizes = try segments.map { try $0.end ?? FileSystem.status($0.path)?.size ?? 0 }
        let total = Double(max(1, sizes.reduce(0, +)))
        var before: [Int: Int] = [:]
        var sum = 0
        for (segment, size) in zip(segments, sizes) {
            before[segment.number] = sum
            sum += size
        }
        let journal = segments.last?.number
        try LineFeed(segments, judge).forEachBatch { items in
            var last: Place?
            for item in items {
                switch item {
                case .line(let line):
                    try fold.take(line)
                    last = line.end
                case .tooLong(let place):
                    try fold.lose(
                        "malformed-document", "longer than \(Limits.storedLineBytes) bytes",
                        at: place)
                case .end(let place, let tail):
                    try finish(place, tail, isJournal: place.segment == journal)
                case .unreadable(let segment, let error):
                    let place = Place(segment: segment, offset: 0)
                    try fold.lose(
                        "unreadable-file", "\(error.call): \(error.reason)", at: place)
                    try fold.end(at: place, isJournal: segment == journal)
                }
            }
            if graph.lag >= Limits.lagTransactions { try graph.apply() }
            if let last {
                onProgress(Double((before[last.segment] ?? 0) + last.offset) / total)
            }
        }
        onProgress(1)
    }

    private mutating func finish(_ place: Place, _ tail: Int, isJournal: Bool) throws {
        if isJournal {
            (end, tailBytes) = (place, tail)
        } else if tail > 0 {
            try fold.lose("malformed-document", "the last line has no newline", at: place)
        }
        try fold.end(at: place, isJournal: isJournal)
    }
}
