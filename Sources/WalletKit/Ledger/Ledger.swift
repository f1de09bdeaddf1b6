// The log and its index, kept together.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Graphstore
import Hashtable

/// A domain's documents and counters on disk. The log is the truth; the index may lag behind it and
/// is brought up to it whenever a ledger is opened. Not to be shared among threads.
public final class Ledger {
    /// The directory `.wallet`.
    public let directory: String
    /// The index, as far as the log when last looked at.
    public private(set) var graph: ClearingGraph
    var store: DocumentStore { lines.store }
    private let access: ClearingGraph.Access
    let surroundings: Surroundings
    private let waitSeconds: Int
    private let lines: StoredLines

    /// The name of the index's file.
    static let indexName = "graph.db"
    static let documentsName = "documents"
    /// Bytes of the index's write-ahead log at which it is moved into the index.
    private static let checkpointBytes = 1_048_576
    /// Bytes of the log that a reader folds in memory, more than a running writer ever leaves
    /// behind; beyond that the index is written first, under the writer's lock.
    private static let readerBytes = 134_217_728

    /// Opens the ledger of a wallet. A reader sees all that is committed and never waits for a
    /// writer, unless the index is gone or far behind and has to be written first.
    /// - Throws: `FileError`, `StoreError`, `DatabaseError`, `WalletError`.
    public init(
        directory: String, access: ClearingGraph.Access, waitSeconds: Int,
        surroundings: Surroundings
    ) throws {
        self.directory = directory
        self.access = access
        self.surroundings = surroundings
        self.waitSeconds = waitSeconds
        let documents = directory + "/" + Self.documentsName
        lines = StoredLines(
            try DocumentStore(directory: documents, forWriting: access == .readWrite))
        let path = directory + "/" + Self.indexName
        switch access {
        case .readWrite:
            graph = try WriterLock.held(
                on: documents, seconds: waitSeconds, onWait: surroundings.onWait
            ) { [lines] in
                try lines.refresh(forWriting: true)
                return try Self.openOrRebuild(path, lines)
            }
        case .memory: graph = try ClearingGraph(path: path, access: .memory, source: lines)
        case .readOnly:
            graph = try Self.openForReading(
                path, lines, directory, waitSeconds, surroundings)
        }
        // A writer follows the log under the lock, where nobody takes back what it reads.
        if access == .readOnly { try follow(surroundings) }
    }

    /// Opens the index for writing; one that cannot be read is made anew.
    /// - Throws: `WalletError.logReplaced` where the index has seen what the log does not have:
    ///   something that was acknowledged is gone, and only a person can say whether that is right.
    private static func openOrRebuild(
        _ path: String, _ lines: StoredLines
    ) throws -> ClearingGraph {
        do {
            let graph = try ClearingGraph(path: path, access: .readWrite, source: lines)
            try lines.check(graph.coverage)
            return graph
        } catch let error where isRebuildable(error) {}
        try removeIndex(path)
        return try ClearingGraph(path: path, access: .readWrite, source: lines)
    }

    private static func openForReading(
        _ path: String, _ lines: StoredLines, _ directory: String, _ waitSeconds: Int,
        _ surroundings: Surroundings
    ) throws -> ClearingGraph {
        // A merge takes the index back, then writes the open block anew: whoever has opened the one
        // before and sees the other looks again.
        for _ in 0..<rewriteAttempts {
            do {
                return try openOnce(path, lines, directory, waitSeconds, surroundings)
            } catch WalletError.logReplaced {}
            usleep(rewritePauseMicroseconds)
        }
        return try openOnce(path, lines, directory, waitSeconds, surroundings)
    }

    private static let rewriteAttempts = 5
    private static let rewritePauseMicroseconds: UInt32 = 20_000

    private static func openOnce(
        _ path: String, _ lines: StoredLines, _ directory: String, _ waitSeconds: Int,
        _ surroundings: Surroundings
    ) throws -> ClearingGraph {
        do {
            let graph = try ClearingGraph(path: path, access: .readOnly, source: lines)
            // Sealed in between, the log has more segments than were seen before the index.
            try lines.refresh(forWriting: false)
            try lines.check(graph.coverage)
            if try !isFarBehind(graph, lines.store) { return graph }
        } catch let error where isRebuildable(error) {}
        do {
            let writer = try Ledger(
                directory: directory, access: .readWrite, waitSeconds: waitSeconds,
                surroundings: surroundings)
            try writer.write { try writer.apply() }
            let graph = try ClearingGraph(path: path, access: .readOnly, source: lines)
            try lines.refresh(forWriting: false)
            return graph
        } catch let error as FileError where error.isReadOnly {
            return try ClearingGraph(path: path, access: .memory, source: lines)
        }
    }

    private static func isFarBehind(_ graph: ClearingGraph, _ store: DocumentStore) throws -> Bool {
        let place = Place(packed: graph.coverage.place)
        var bytes = try store.journalSize() - place.offset
        for segment in place.segment..<max(place.segment, store.journalSegment) {
            bytes += try store.size(ofSealed: segment)
        }
        return bytes > readerBytes
    }

    static func removeIndex(_ path: String) throws {
        for suffix in ["", "-wal", "-shm"] { try FileSystem.remove(path + suffix) }
    }

    /// Runs `body` under the writer's lock, with log and index as other processes have left them.
    /// - Throws: `WalletError.busy`, and what reading and `body` throw.
    public func write<Result>(_ body: () throws -> Result) throws -> Result {
        try WriterLock.held(
            on: store.directory, seconds: waitSeconds, onWait: surroundings.onWait
        ) {
            try lines.refresh(forWriting: true)
            try store.recover()
            if try graph.isOutdated() || !lines.match(graph.coverage) {
                try graph.reload()
                try lines.check(graph.coverage)
            }
            try follow(surroundings)
            return try body()
        }
    }

    /// Runs `body` under the writer's lock without looking at the index.
    func exclusively<Result>(_ body: (Surroundings) throws -> Result) throws -> Result {
        try WriterLock.held(
            on: store.directory, seconds: waitSeconds, onWait: surroundings.onWait
        ) { try body(surroundings) }
    }

    /// Folds what the log has and the index has not.
    func follow(_ surroundings: Surroundings) throws {
        let start = Place(packed: graph.coverage.place)
        let end = try store.journalSize()
        guard start.segment != store.journalSegment || start.offset < end else { return }
        var lastLine: [UInt8]?
        var lastPlace = start
        var count = 0
        let reached = try forEachDocument(from: start, before: nil) {
            read, cancelled, line, place in
            try fold(read, cancelled, at: place)
            graph.number(graph.coverage.lines + count, at: place.packed)
            count += 1
            lastPlace = place
            lastLine = line
            if access != .readOnly, graph.lag >= Limits.lagTransactions {
                graph.cover(
                    to: place.advanced(by: line.count + 1).packed, lines: count,
                    lastPlace: place.packed, digest: Hash.sha256(line))
                count = 0
                try graph.apply()
                if place.segment == store.journalSegment {
                    surroundings.onProgress("indexing", Double(place.offset) / Double(end))
                }
            }
        }
        surroundings.onProgress("indexing", 1)
        if let lastLine, count > 0 {
            graph.cover(
                to: reached.packed, lines: count, lastPlace: lastPlace.packed,
                digest: Hash.sha256(lastLine))
        } else {
            graph.advance(to: reached.packed)
        }
    }

    func fold(
        _ document: StoredDocument, _ cancelled: [CancelledInstruction], at place: Place
    ) throws {
        do {
            switch document {
            case .transaction(let stored):
                try graph.fold(stored.transaction, cancelling: cancelled, at: place.packed)
            case .unit(let unit, _): graph.record(unit, at: place.packed)
            case .stack(let stack, _): graph.record(stack, at: place)
            default: graph.record(note: document, at: place)
            }
        } catch let error as GraphError {
            throw corruption(at: place, "\(error)")
        }
    }

    func corruption(at place: Place, _ reason: String) -> WalletError {
        .corruptLog(
            path: store.path(of: place.segment), offset: place.offset, reason: reason)
    }

    /// Commits lines to the log: when this returns they are durable. Only inside `write`.
    /// - Parameter lines: whole lines, newline included.
    /// - Parameter located: called with the place of each line.
    /// - Throws: `FileError`; then this process must not write any more.
    func commit(_ lines: [[UInt8]], asOne: Bool, _ located: (Int, Place) throws -> Void) throws {
        let begin = Place(packed: graph.coverage.place)
        precondition(begin.segment == store.journalSegment, "the index follows the journal")
        let end = try store.append(lines.concatenated(), at: begin.offset, asOne: asOne)
        var place = begin
        var last = begin
        for (index, line) in lines.enumerated() {
            try located(index, place)
            graph.number(graph.coverage.lines + index, at: place.packed)
            last = place
            place = place.advanced(by: line.count)
        }
        precondition(place.offset == end, "every byte is accounted for")
        graph.cover(
            to: place.packed, lines: lines.count, lastPlace: last.packed,
            digest: Hash.sha256(lines[lines.count - 1].dropLast()))
        // The lines are durable whatever becomes of the index, and must be answered.
        if graph.lag >= Limits.lagTransactions { try? apply() }
    }

    /// Seals the journal: when this returns the block is durable. Only inside `write`.
    /// - Parameters:
    ///   - line: the block's document, newline included.
    ///   - cut: the line above it, in a domain of several devices.
    /// - Throws: `FileError`; then this process must not write any more.
    func seal(_ line: [UInt8], block: Digest256, cut: CutDocument?) throws {
        var begin = Place(packed: graph.coverage.place)
        precondition(begin.segment == store.journalSegment, "the index follows the journal")
        let above = cut.map { $0.document + [UInt8(ascii: "\n")] } ?? []
        try store.seal(line, above: above, block: block, at: begin.offset)
        if let cut {
            graph.record(cut.hash, at: begin.packed)
            graph.number(graph.coverage.lines, at: begin.packed)
            let end = begin.advanced(by: above.count)
            graph.cover(
                to: end.packed, lines: 1, lastPlace: begin.packed,
                digest: Hash.sha256(above.dropLast()))
            begin = end
        }
        graph.record(block, at: begin.packed)
        graph.number(graph.coverage.lines, at: begin.packed)
        graph.cover(
            to: Place(segment: store.journalSegment, offset: 0).packed, lines: 1,
            lastPlace: begin.packed, digest: Hash.sha256(line.dropLast()))
        // As above: the block stands.
        try? apply()
    }

    /// Takes in what other processes have added since; costs a few system calls where there is
    /// nothing. What is read then is of the log as it stands now.
    /// - Throws: failures of storage; `WalletError.busy`, `.logReplaced`.
    func catchUp() throws {
        let place = Place(packed: graph.coverage.place)
        guard try store.isReplaced() || store.journalSize() > place.offset else { return }
        if access == .readWrite { return try write {} }
        try lines.refresh(forWriting: false)
        try follow(surroundings)
    }

    /// Whether the tables lag behind the log.
    var isBehind: Bool { graph.coverage != graph.applied }

    /// Forgets what has been decided but not committed. Only inside `write`.
    func discard() throws {
        try graph.reload()
        try follow(surroundings)
    }

    /// Writes the index and keeps its write-ahead log short. Only inside `write`.
    private func apply() throws {
        try graph.apply()
        let log = try FileSystem.status(directory + "/" + Self.indexName + "-wal")
        if let log, log.size > Self.checkpointBytes { try graph.checkpoint() }
    }

    /// Brings the index up to the log before the process ends. A failure costs the next process
    /// time, nothing else: what was committed is in the log.
    public func finish() {
        guard access == .readWrite, graph.coverage != graph.applied else { return }
        try? write { try apply() }
    }

    /// The document at `place`.
    /// - Throws: `FileError`, `StoreError`; `WalletError.corruptLog`.
    public func document(at place: Int64) throws -> StoredDocument {
        do {
            return try StoredDocument(line: try lines.line(at: place))
        } catch let refusal as Refusal {
            throw corruption(at: Place(packed: place), refusal.message)
        }
    }
}

extension ClearingGraph {
    /// Takes in a document that changes no counter, defines no unit and groups no blocks.
    func record(note document: StoredDocument, at place: Place) {
        switch document {
        case .device(let device, _):
            record(
                DeviceEntry(address: device.address, revoked: nil, place: place.packed),
                device.hash)
        case .revocation(let revocation, _):
            record(
                DeviceEntry(
                    address: revocation.device, revoked: revocation.issued, place: place.packed),
                revocation.hash)
        default: record(document.hash, at: place.packed)
        }
    }

    /// Takes in a stack that stands at `place`.
    func record(_ stack: StackDocument, at place: Place) {
        record(
            StackEntry(
                height: stack.height, first: stack.first, count: stack.count,
                place: place.packed), stack.hash)
    }
}

/// Errors of an index that say nothing of the log.
private func isRebuildable(_ error: any Error) -> Bool {
    switch error {
    case is GraphError: true
    case let error as IndexFailure: error.isRebuildable
    default: false
    }
}
