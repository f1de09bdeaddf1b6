// The longest chain on disk: its headers one after the other, and how much work lies under them.
import Bytes
import Files

/// ```
/// headers           the longest chain, 80 bytes each, by height
/// work              the sum of work up to each 1024th header, 32 bytes each, little-endian
/// index             from hashes and roots to heights
/// stale             headers of other branches: height (4 bytes), header
/// reorganisation    there while one branch takes another's place
/// ```
/// Only `headers` and `stale` are the truth; the others follow from them.
final class HeaderFiles {
    static let stride = 1_024

    let directory: String
    private var headers: File
    private var work: File
    /// Headers of the longest chain.
    private(set) var count: Int
    /// A reorganisation that nobody has completed yet: a reader reads through it.
    private var overlay: (height: Int, bytes: [UInt8])?
    /// Headers that lie where they belong: all, but where a reorganisation is to be completed.
    var settled: Int { overlay?.height ?? count }
    /// Held by the one process that writes.
    private let lock: DirectoryLock?

    private var reorganisation: String { directory + "/reorganisation" }
    private var stale: String { directory + "/stale" }
    var indexPath: String { directory + "/index" }

    /// Opens the files; makes them where they are to be written.
    /// - Throws: `HeaderError.busy` where another process writes; failures of storage.
    init(_ directory: String, _ mode: File.Mode) throws {
        self.directory = directory
        if mode == .readWrite {
            if try FileSystem.status(directory) == nil {
                try FileSystem.makeDirectory(directory)
                try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
            }
            guard let taken = try DirectoryLock(directory) else {
                throw HeaderError.busy(path: directory)
            }
            lock = taken
            // The headers come last: a reader takes a store without them for none.
            for name in ["stale", "work", "headers"]
            where try FileSystem.status(directory + "/" + name) == nil {
                _ = try FileSystem.create(directory + "/" + name, with: [])
            }
            try Self.complete(directory)
        } else {
            lock = nil
            overlay = try Self.begun(directory)
        }
        headers = try File(directory + "/headers", mode)
        work = try File(directory + "/work", mode)
        count = try headers.status().size / BlockHeader.byteCount
        // What a crash has left after the last whole header was never acknowledged.
        if mode == .readWrite {
            try headers.truncate(to: count * BlockHeader.byteCount)
            let sums = min(try work.status().size / 32, count / Self.stride)
            try work.truncate(to: sums * 32)
        }
        if let overlay { count = overlay.height + overlay.bytes.count / BlockHeader.byteCount }
    }

    /// What tells whether the files are still those that were opened: it differs where headers have
    /// come or a branch has taken another's place.
    static func stamp(_ directory: String) throws(FileError) -> [UInt64] {
        let headers = try FileSystem.status(directory + "/headers")
        let stale = try FileSystem.status(directory + "/stale")
        let begun = try FileSystem.status(directory + "/reorganisation")
        return [
            UInt64(headers?.size ?? 0), stale?.inode ?? 0, UInt64(stale?.size ?? 0),
            begun?.inode ?? 0,
        ]
    }

    /// The bytes of headers, as many of them as there are.
    func bytes(_ heights: Range<Int>) throws(FileError) -> [UInt8] {
        let range = heights.clamped(to: 0..<count)
        guard let overlay, range.upperBound > overlay.height else { return try stored(range) }
        let upper = max(range.lowerBound, overlay.height) - overlay.height
        return try stored(range.clamped(to: 0..<overlay.height))
            + overlay.bytes[
                upper * BlockHeader.byteCount..<(range.upperBound - overlay.height)
                    * BlockHeader.byteCount]
    }

    private func stored(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        try headers.read(
            at: range.lowerBound * BlockHeader.byteCount,
            count: range.count * BlockHeader.byteCount)
    }

    /// The header at a height; nil above the last.
    func header(at height: Int) throws -> BlockHeader? {
        guard height >= 0, height < count else { return nil }
        return try BlockHeader(try bytes(height..<height + 1))
    }

    /// Appends headers, durably.
    func append(_ bytes: [UInt8]) throws(FileError) {
        try headers.write(bytes[...], at: count * BlockHeader.byteCount)
        try headers.synchronize()
        count += bytes.count / BlockHeader.byteCount
    }

    /// Sums of work that are known.
    var sums: Int {
        get throws(FileError) {
            min(try work.status().size / 32, (overlay?.height ?? count) / Self.stride)
        }
    }

    /// The work up to the last header before height `(index + 1) * 1024`.
    func sum(_ index: Int) throws -> UInt256 {
        guard let digest = Digest256(try work.read(at: index * 32, count: 32)) else {
            throw HeaderError.truncated(offset: index * 32)
        }
        return UInt256(littleEndian: digest)
    }

    /// Adds sums behind those that are there.
    func append(sums: [UInt256], at index: Int) throws(FileError) {
        guard !sums.isEmpty else { return }
        let bytes = sums.map(\.littleEndianBytes).concatenated()
        try work.write(bytes[...], at: index * 32)
    }

    // MARK: - Other branches

    private static let staleBytes = 4 + BlockHeader.byteCount

    /// The headers of other branches, as they came.
    func others() throws -> [(height: Int, header: BlockHeader)] {
        let bytes = try FileSystem.read(stale, limit: Limits.staleHeaders * Self.staleBytes)
        return try Swift.stride(
            from: 0, through: bytes.count - Self.staleBytes, by: Self.staleBytes
        )
        .map { start in
            var reader = ByteReader<HeaderError>(bytes[start..<start + Self.staleBytes])
            return (Int(try reader.number(4)), try BlockHeader(&reader))
        }
    }

    /// Adds headers of other branches, durably.
    func append(others: [(height: Int, header: BlockHeader)]) throws(FileError) {
        let file = try File(stale, .readWrite)
        let end = try file.status().size / Self.staleBytes * Self.staleBytes
        var bytes: [UInt8] = []
        for (height, header) in others {
            bytes.appendLittleEndian(UInt32(height))
            bytes += header.bytes
        }
        try file.write(bytes[...], at: end)
        try file.synchronize()
    }

    /// Leaves only these.
    func replace(others: [(height: Int, header: BlockHeader)]) throws(FileError) {
        var bytes: [UInt8] = []
        for (height, header) in others {
            bytes.appendLittleEndian(UInt32(height))
            bytes += header.bytes
        }
        try FileSystem.replace(stale, with: bytes)
    }

    // MARK: - Reorganisation

    /// Puts headers in the place of all from `height` on. Once it has begun it is completed, by
    /// whoever opens the files next.
    func reorganise(from height: Int, _ bytes: [UInt8]) throws(FileError) {
        try FileSystem.replace(reorganisation, with: UInt32(height).littleEndianBytes + bytes)
        try Self.complete(directory)
        headers = try File(directory + "/headers", .readWrite)
        work = try File(directory + "/work", .readWrite)
        count = height + bytes.count / BlockHeader.byteCount
    }

    /// The reorganisation that has begun; nil where none has.
    private static func begun(
        _ directory: String
    ) throws(FileError) -> (height: Int, bytes: [UInt8])? {
        let path = directory + "/reorganisation"
        guard let size = try FileSystem.status(path)?.size, size >= 4 else { return nil }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try FileSystem.read(path, limit: size) } catch {
            // It has just been completed.
            if error.isMissing { return nil }
            throw error
        }
        let height = bytes[0..<4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return (Int(height), Array(bytes[4...]))
    }

    private static func complete(_ directory: String) throws(FileError) {
        guard let (height, bytes) = try begun(directory) else { return }
        let path = directory + "/reorganisation"
        let work = try File(directory + "/work", .readWrite)
        try work.truncate(to: min(try work.status().size, height / stride * 32))
        try work.synchronize()
        let headers = try File(directory + "/headers", .readWrite)
        try headers.write(bytes[...], at: height * BlockHeader.byteCount)
        try headers.truncate(to: height * BlockHeader.byteCount + bytes.count)
        try headers.synchronize()
        try FileSystem.remove(path)
        try FileSystem.synchronizeDirectory(directory)
    }
}

extension UInt256 {
    /// 32 bytes, the least significant first.
    var littleEndianBytes: [UInt8] { (0..<4).flatMap { words[$0].littleEndianBytes } }
}
