// The protocol in a file: HELLO, packs, and a last frame with the digest of all before it.
import Bytes
import Cryptography
import Documents

/// What a bundle holds.
public struct BundleContents: Sendable, Equatable {
    /// Who wrote it, and what it had.
    public var hello: Hello
    /// Documents.
    public var documents: SyncCounts
    /// Frames before the last one.
    public var frames: Int
    /// Bytes before the last frame.
    public var bytes: Int
    /// SHA-256 of all before the last frame.
    public var digest: Digest256
}

/// Writes a bundle.
public struct BundleWriter {
    private let replica: any Replica
    private let sink: ([UInt8]) throws -> Void
    private var stream = SHA256Stream()
    private var documents = SyncCounts()
    private var frames = 0
    private var bytes = 0

    /// Writes all that `replica` holds, or, where `basis` is what a peer said of itself, what that
    /// peer lacks as far as heads, heights and summaries tell.
    /// - Parameter sink: takes the bytes, piece by piece.
    /// - Throws: `limit-exceeded`, and what the replica and the sink throw.
    public static func write(
        _ replica: any Replica, since basis: Hello? = nil, to sink: ([UInt8]) throws -> Void
    ) throws -> BundleContents {
        try withoutActuallyEscaping(sink) { sink in
            var writer = BundleWriter(replica, sink)
            return try writer.write(since: basis)
        }
    }

    private init(_ replica: any Replica, _ sink: @escaping ([UInt8]) throws -> Void) {
        self.replica = replica
        self.sink = sink
    }

    private mutating func write(since basis: Hello?) throws -> BundleContents {
        let hello = try replica.hello
        if let basis, basis.domain != hello.domain {
            throw SyncError(
                .wrongDomain, "'\(basis.domain)' is not the domain of this replica")
        }
        try append(HelloMessage(hello, isFull: true).frame)
        if let tip = hello.tip, tip.block != basis?.tip?.block {
            try appendBlocks(tip, basis)
        }
        if hello.notes != basis?.notes { try append(.notes) }
        var records = RecordExchange(
            hello.heads, basis?.heads ?? [], isLaterPass: false, .push)
        while let suffix = records.takePush() { try append(suffix) }
        if hello.entries != basis?.entries { try append(.entries) }
        let contents = BundleContents(
            hello: hello, documents: documents, frames: frames, bytes: bytes,
            digest: stream.finalize())
        try sink(EndMessage(contents).frame.bytes)
        return contents
    }

    private mutating func append(_ frame: Frame) throws {
        let piece = frame.bytes
        frames += 1
        bytes += piece.count
        guard frames <= SyncLimits.bundleFrames, bytes <= SyncLimits.bundleBytes else {
            throw SyncError(
                .limitExceeded, "a bundle of more than \(SyncLimits.bundleBytes) bytes")
        }
        stream.update(piece)
        try sink(piece)
    }

    private mutating func appendBlocks(_ tip: ChainTip, _ basis: Hello?) throws {
        let common = try basis?.locator.first {
            try replica.blockHash(at: $0.height) == $0.hash
        }
        var next = BlockPosition(height: (common?.height ?? -1) + 1, line: 0)
        var hasMore = next.height <= tip.block.height
        while hasMore {
            let batch = try replica.blockLines(from: next, budget: SyncLimits.packBytes)
            guard let last = batch.runs.last else { break }
            let pack = Pack.blocks(tip: tip, runs: batch.runs)
            documents.blocks += pack.lines.count
            try append(PackMessage(pack, hasMore: batch.hasMore).frame)
            next = last.end
            hasMore = batch.hasMore
        }
    }

    private mutating func append(_ set: SyncSet) throws {
        let items = try replica.set(set)
        var index = 0
        while index < items.count {
            let end = min(index + SyncLimits.wantedIDs, items.count)
            let ids = try (index..<end).map { try items.item(at: $0).id }
            let batch = try replica.documents(ids, of: set, budget: SyncLimits.packBytes)
            precondition((1...ids.count).contains(batch.taken), "a batch takes in some ids")
            documents[set] += batch.lines.count
            if !batch.lines.isEmpty { try append(PackMessage(set.pack(batch.lines)).frame) }
            index += batch.taken
        }
    }

    private mutating func append(_ suffix: RecordExchange.Suffix) throws {
        var after = suffix.after
        var hasMore = true
        while hasMore {
            let batch = try replica.records(
                of: suffix.device, after: after, budget: SyncLimits.packBytes)
            guard let last = batch.lines.last else { break }
            documents.records += batch.lines.count
            try append(
                PackMessage(
                    .records(device: suffix.device, lines: batch.lines), hasMore: batch.hasMore
                ).frame)
            after = try DocumentCheck.record(last).position
            hasMore = batch.hasMore
        }
    }
}

/// END: what stands before it.
struct EndMessage: Equatable {
    var frames: Int
    var bytes: Int
    var digest: Digest256

    init(_ contents: BundleContents) {
        (frames, bytes, digest) = (contents.frames, contents.bytes, contents.digest)
    }

    init(_ body: [UInt8]) throws(SyncError) {
        let reader = try ControlReader(body, "END", ["bytes", "digest", "frames"])
        frames = try reader.integer("frames", 1...SyncLimits.bundleFrames)
        bytes = try reader.integer("bytes", 1...SyncLimits.bundleBytes)
        digest = try reader.digest("digest")
    }

    var frame: Frame {
        var writer = CanonicalWriter(capacity: 160)
        writer.beginObject()
        writer.member("bytes", bytes)
        writer.member("digest", digest)
        writer.member("frames", frames)
        writer.endObject()
        return Frame(.end, writer.bytes)
    }
}
