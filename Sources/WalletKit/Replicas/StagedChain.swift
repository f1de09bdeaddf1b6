// Segments that are coming in.
import Bytes
import Cryptography
import Documents
import Files
import Hashtable
import Sync

/// A sealed segment that has come whole.
struct StagedSegment {
    let path: String
    let block: BlockDocument
    /// The cut above the block; nil where the domain had one device.
    let cut: CutDocument.Statement?

    /// Lines that are read at once, and bytes at which they are enough.
    private static let batchLines = 1_024
    private static let batchBytes = 4_194_304

    /// Calls `body` with the lines above the block, some at a time.
    /// - Throws: `hash-mismatch` where they are not as many as the block says; what `body` throws.
    func forEachBatch(_ body: ([[UInt8]]) throws -> Void) throws {
        var batch: [[UInt8]] = []
        var size = 0
        var left = block.statement.count + 1
        try LineFile(path: path).forEachLine { line in
            left -= 1
            guard left > 0 else { return }
            batch.append(Array(line))
            size += line.count
            guard batch.count == Self.batchLines || size >= Self.batchBytes else { return }
            try body(batch)
            batch.removeAll(keepingCapacity: true)
            size = 0
        }
        guard left == 0 else {
            throw Refusal(
                .hashMismatch, "block \(block.statement.height) has other lines than it says")
        }
        try body(batch)
    }
}

/// How many lines files have, as long as nobody else appends to them.
struct Arrived {
    private var counts: [String: (lines: Int, size: Int)] = [:]

    mutating func count(of file: LineFile) throws -> Int {
        let size = try file.size
        if let known = counts[file.path], known.size == size { return known.lines }
        let lines = try file.lines().count
        counts[file.path] = (lines, size)
        return lines
    }

    mutating func note(_ lines: Int, in file: LineFile) throws {
        counts[file.path] = (lines, try file.size)
    }
}

/// A directory with the segments of one chain: `<height>.part` while lines come, then
/// `<height>.ndjson`.
struct StagedChain {
    let path: String

    func create() throws(FileError) {
        if try FileSystem.status(path) == nil { try FileSystem.makeDirectory(path) }
    }

    func remove() throws(FileError) {
        if try FileSystem.status(path) != nil { try FileSystem.removeTree(path) }
    }

    private func part(_ height: Int) -> String { "\(path)/\(height).part" }
    private func whole(_ height: Int) -> String { "\(path)/\(height).ndjson" }

    /// The heights that are here, and whether each is whole.
    private func heights() throws -> [(height: Int, isWhole: Bool)] {
        guard try FileSystem.status(path) != nil else { return [] }
        return try FileSystem.list(path).compactMap { name in
            for (suffix, isWhole) in [(".part", false), (".ndjson", true)]
            where name.hasSuffix(suffix) {
                return Int(name.dropLast(suffix.count)).map { ($0, isWhole) }
            }
            return nil
        }.sorted { $0.height < $1.height }
    }

    /// The line that is wanted next; nil where nothing has come.
    func next(_ arrived: inout Arrived) throws -> BlockPosition? {
        guard let last = try heights().last else { return nil }
        if last.isWhole { return BlockPosition(height: last.height + 1, line: 0) }
        let file = LineFile(path: part(last.height))
        return BlockPosition(height: last.height, line: try arrived.count(of: file))
    }

    /// Goes on with what an earlier process has left: where it ended between the line that seals a
    /// block and what follows from it, that line is wanted once more.
    /// - Parameter tip: height of the chain's last block.
    func reopen(tip: Int) throws {
        guard let last = try heights().last else { return }
        if last.isWhole {
            guard last.height >= tip else { return }
            try FileSystem.rename(whole(last.height), to: part(last.height))
        }
        let file = LineFile(path: part(last.height))
        let lines = try file.lines()
        guard let line = lines.last, let envelope = try? Envelope(line: line),
            DocumentKind(envelope) == .block
        else { return }
        try file.replace(Array(lines.dropLast()))
    }

    /// Keeps the lines of a run; false where they are not those that come next.
    /// - Parameter own: height of our own open block; a chain begins there or lower.
    func append(_ run: BlockRun, own: Int, _ arrived: inout Arrived) throws -> Bool {
        guard !run.lines.isEmpty else { return false }
        let next = try next(&arrived)
        if run.start != next {
            guard run.start.line == 0, run.start.height <= own else { return false }
            if let next {
                // Blocks that have come from elsewhere meanwhile are left out.
                guard run.start.height > next.height else { return false }
                try remove()
                try create()
            }
        }
        let file = LineFile(path: part(run.start.height))
        try file.append(run.lines)
        try arrived.note(run.start.line + run.lines.count, in: file)
        return true
    }

    /// A segment's last line has come: it must be the block that seals it.
    /// - Throws: `Refusal`; failures of storage.
    func close(_ height: Int, domainKey: Address) throws {
        _ = try segment(height, part(height), domainKey: domainKey)
        try FileSystem.rename(part(height), to: whole(height))
        try FileSystem.synchronizeDirectory(path)
    }

    /// All of it, ascending without a gap.
    /// - Throws: `Refusal`; failures of storage.
    func segments() throws -> [StagedSegment] {
        var segments: [StagedSegment] = []
        for (height, isWhole) in try heights() {
            guard isWhole else { throw Refusal(.malformedDocument, "block \(height) is not whole") }
            let segment = try segment(height, whole(height), domainKey: nil)
            if let last = segments.last?.block {
                guard segment.block.statement.previous == last.hash,
                    last.statement.height + 1 == height
                else { throw Refusal(.hashMismatch, "block \(height) does not follow the last") }
            }
            segments.append(segment)
        }
        return segments
    }

    private func segment(
        _ height: Int, _ path: String, domainKey: Address?
    ) throws -> StagedSegment {
        var last: [UInt8] = []
        var above: [UInt8] = []
        var stream = SHA256Stream()
        try LineFile(path: path).forEachLine { line in
            // What has been found whole once need not be hashed again.
            if domainKey != nil, !last.isEmpty { stream.update(last + [UInt8(ascii: "\n")]) }
            above = last
            last = Array(line)
        }
        guard !last.isEmpty else {
            throw Refusal(.malformedDocument, "block \(height) is empty")
        }
        let block = try BlockDocument(try Envelope(line: last))
        guard block.statement.height == height,
            domainKey == nil || block.statement.journal == stream.finalize()
        else {
            throw Refusal(.hashMismatch, "the lines of block \(height) are not what it seals")
        }
        if let domainKey {
            guard try block.checkSignature().signer == domainKey else {
                throw Refusal(.signatureInvalid, "block \(height) is not signed by the domain key")
            }
        }
        var cut: CutDocument.Statement?
        if let envelope = try? Envelope(line: above), DocumentKind(envelope) == .cut {
            cut = try CutDocument(envelope).statement
        }
        return StagedSegment(path: path, block: block, cut: cut)
    }
}
