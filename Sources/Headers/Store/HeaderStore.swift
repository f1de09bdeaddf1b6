// Followed header chains: every header checked by the rules of its network, the longest chain by
// work on disk, other branches beside it.
import Bytes
import Cryptography
import Dispatch
import Files

/// A header with its place.
public struct PlacedHeader: Sendable, Equatable {
    /// Whether it belongs to the chain with the most work.
    public enum State: Sendable, Equatable {
        case longest
        case stale
    }

    /// The header.
    public let header: BlockHeader
    /// In internal order.
    public let hash: Digest256
    /// Headers before it.
    public let height: Int
    /// Whether it counts.
    public let state: State
}

/// What a store has become by taking headers in.
public struct HeaderUpdate: Sendable, Equatable {
    /// Headers that were new.
    public var added = 0
    /// The height of the last header that the longest chain keeps, where another branch has taken
    /// the place of the rest.
    public var fork: Int?
    /// The hashes of headers that are no longer in the longest chain, ascending by height.
    public var removed: [Digest256] = []
}

/// The headers of one network. Not to be shared among threads; one process writes at a time.
public final class HeaderStore {
    /// Whether it is read or written.
    public enum Access: Sendable {
        case reading
        case writing
    }

    /// The network whose rules hold.
    public let network: ChainNetwork
    let rules: HeaderRules
    let files: HeaderFiles
    var index: HeaderIndex?
    let access: Access
    /// What told the files apart when they were opened.
    let stamp: [UInt64]
    /// Whether a write has failed.
    var isBroken = false
    /// The end of the longest chain.
    var window: PointWindow
    /// The last header of the longest chain.
    public internal(set) var tip: PlacedHeader
    /// The work of the longest chain.
    public internal(set) var work: UInt256
    /// Headers of other branches by their hashes, and the work of their chains up to them.
    var others: [Digest256: (header: PlacedHeader, work: UInt256)] = [:]

    /// Opens the chain of a network in a directory of its own; a new one begins with the network's
    /// first header.
    /// - Throws: failures of storage; `HeaderError` where the files are not what they should be.
    public init(_ directory: String, _ network: ChainNetwork, _ access: Access) throws {
        self.network = network
        self.access = access
        rules = HeaderRules(network)
        if access == .reading, try FileSystem.status(directory + "/headers") == nil {
            throw HeaderError.noStore(path: directory)
        }
        stamp = try HeaderFiles.stamp(directory)
        files = try HeaderFiles(directory, access == .writing ? .readWrite : .read)
        if files.count == 0 {
            guard access == .writing else { throw HeaderError.noStore(path: directory) }
            try files.append(network.genesis.bytes)
        }
        guard try files.header(at: 0) == network.genesis else {
            throw HeaderError.otherChain(
                height: 0, got: try files.header(at: 0)?.hash ?? BlockHeader.noPrevious)
        }
        window = PointWindow([])
        let first = network.genesis
        tip = PlacedHeader(header: first, hash: first.hash, height: 0, state: .longest)
        work = try rules.genesis().work
        index = try HeaderIndex(files.indexPath, access == .writing ? .readWrite : .read)
        try completeSums()
        window = try window(endingAt: files.count - 1)
        try moveTip()
        try completeIndex()
        try readOthers()
        try adoptHeaviest()
    }

    // MARK: - What follows from the headers

    /// The points of the longest chain up to a height, as far back as the rules look.
    func window(endingAt height: Int) throws -> PointWindow {
        let first = max(0, height - DifficultyRules.reach + 1)
        var work = first == 0 ? .zero : try self.work(at: first - 1)
        return PointWindow(
            try points(first..<height + 1, &work))
    }

    func points(_ heights: Range<Int>, _ work: inout UInt256) throws -> [ChainPoint] {
        var reader = ByteReader<HeaderError>(try files.bytes(heights)[...])
        var step: (bits: UInt32, work: UInt256)?
        return try heights.map { height in
            let header = try BlockHeader(&reader)
            if step?.bits != header.bits {
                step = (header.bits, try CompactTarget(bits: header.bits).work)
            }
            work = work &+ (step?.work ?? .zero)
            return ChainPoint(height: height, time: header.time, bits: header.bits, work: work)
        }
    }

    /// The work of the longest chain up to a height.
    func work(at height: Int) throws -> UInt256 {
        let sums = min((height + 1) / HeaderFiles.stride, try files.sums)
        var work = sums == 0 ? .zero : try files.sum(sums - 1)
        _ = try points(sums * HeaderFiles.stride..<height + 1, &work)
        return work
    }

    func completeSums() throws {
        guard access == .writing else { return }
        let there = try files.sums
        var work = there == 0 ? UInt256.zero : try files.sum(there - 1)
        var sums: [UInt256] = []
        for part in there..<max(there, files.count / HeaderFiles.stride) {
            let begin = part * HeaderFiles.stride
            _ = try points(begin..<begin + HeaderFiles.stride, &work)
            sums.append(work)
        }
        try files.append(sums: sums, at: there)
    }

    /// Brings the table up to the chain; makes it anew where it is of another one.
    func completeIndex() throws {
        guard access == .writing else {
            // A table of another chain finds nothing: it is looked for without.
            if let known = index, known.count > 0, known.count <= files.settled,
                try files.header(at: known.count - 1)?.hash != known.last
            {
                index = nil
            }
            return
        }
        if let known = index {
            let fits =
                known.count <= files.count && known.count > 0
                ? try files.header(at: known.count - 1)?.hash == known.last : false
            if fits, known.count == files.count { return }
            if fits, known.hasRoom(for: 2 * (files.count - known.count)) {
                return try cover(from: known.count)
            }
        }
        index = try HeaderIndex(making: files.indexPath, entries: 2 * files.count)
        try cover(from: 0)
    }

    private static let coveredAtOnce = 131_072

    private func cover(from first: Int) throws {
        var entries: [(key: HeaderIndex.Key, height: Int)] = []
        entries.reserveCapacity(2 * (files.count - first))
        var last = Digest256.zero
        for begin in stride(from: first, to: files.count, by: Self.coveredAtOnce) {
            let end = min(files.count, begin + Self.coveredAtOnce)
            let bytes = try files.bytes(begin..<end)
            let hashes = Self.hashes(bytes)
            var reader = ByteReader<HeaderError>(bytes[...])
            for (offset, hash) in hashes.enumerated() {
                let root = try BlockHeader(&reader).merkleRoot
                entries.append((HeaderIndex.Key(hash, isRoot: false), begin + offset))
                entries.append((HeaderIndex.Key(root, isRoot: true), begin + offset))
            }
            last = hashes.last ?? last
        }
        // The table is large: written once, not once a part.
        try index?.add(entries, count: files.count, last: last)
    }

    /// The hashes of concatenated headers, on all cores.
    static func hashes(_ bytes: [UInt8]) -> [Digest256] {
        let count = bytes.count / BlockHeader.byteCount
        let part = 512
        return bytes.withUnsafeBytes { bytes in
            [Digest256](unsafeUninitializedCapacity: count) { buffer, initialized in
                // All iterations end before the buffer is used.
                nonisolated(unsafe) let hashes = buffer  // Safe: one iteration writes an index.
                nonisolated(unsafe) let bytes = bytes  // Safe: nobody writes.
                DispatchQueue.concurrentPerform(iterations: (count + part - 1) / part) { turn in
                    for place in turn * part..<min(count, (turn + 1) * part) {
                        let start = place * BlockHeader.byteCount
                        hashes.initializeElement(
                            at: place,
                            to: Hash.sha256d(
                                UnsafeRawBufferPointer(
                                    rebasing: bytes[start..<start + BlockHeader.byteCount])))
                    }
                }
                initialized = count
            }
        }
    }

    private func readOthers() throws {
        for (height, header) in try files.others() {
            let hash = header.hash
            // A crash may have left what is in the longest chain by now.
            guard height > 0, try files.header(at: height) != header,
                let parent = try find(header.previous)
            else { continue }
            guard parent.height == height - 1,
                let work = try? CompactTarget(bits: header.bits).work
            else { continue }
            others[hash] = (
                PlacedHeader(header: header, hash: hash, height: height, state: .stale),
                try self.work(of: parent) &+ work
            )
        }
    }

    // MARK: - Looking up

    /// The header of the longest chain at a height; nil above its end.
    /// - Throws: failures of storage.
    public func header(at height: Int) throws -> PlacedHeader? {
        guard let header = try files.header(at: height) else { return nil }
        return PlacedHeader(
            header: header, hash: header.hash, height: height, state: .longest)
    }

    /// The work of a header's chain up to it.
    /// - Throws: failures of storage.
    public func work(of header: PlacedHeader) throws -> UInt256 {
        if header.hash == tip.hash { return work }
        return try others[header.hash]?.work ?? work(at: header.height)
    }

    /// The header with a hash; nil where it is not known.
    /// - Throws: failures of storage.
    public func find(_ hash: Digest256) throws -> PlacedHeader? {
        if hash == tip.hash { return tip }
        if let height = try height(HeaderIndex.Key(hash, isRoot: false), { $0.hash == hash }) {
            return try header(at: height)
        }
        return others[hash]?.header
    }

    /// The header of the longest chain with a root; nil where there is none.
    /// - Throws: failures of storage.
    public func find(root: Digest256) throws -> PlacedHeader? {
        try height(HeaderIndex.Key(root, isRoot: true)) { $0.merkleRoot == root }
            .flatMap { try header(at: $0) }
    }

    private func height(
        _ key: HeaderIndex.Key, _ isRight: (BlockHeader) -> Bool
    ) throws -> Int? {
        let covered = min(index?.count ?? 0, files.settled)
        if let found = try index?.height(
            of: key,
            { height in
                try files.header(at: height).map(isRight) ?? false
            })
        {
            return found
        }
        // A reader may meet a table that is behind.
        for height in stride(from: files.count - 1, through: covered, by: -1) {
            if let header = try files.header(at: height), isRight(header) { return height }
        }
        return nil
    }

    /// The ends of all branches, the longest chain's first.
    public var tips: [PlacedHeader] {
        let parents = Set(others.values.map(\.header.header.previous))
        return [tip]
            + others.values.map(\.header).filter { !parents.contains($0.hash) }
            .sorted { ($0.height, $0.hash) > ($1.height, $1.hash) }
    }

    /// The hashes by which a peer finds what is shared: the last ten, then ever farther apart.
    /// - Throws: failures of storage.
    public func locator() throws -> [Digest256] {
        var hashes: [Digest256] = []
        var height = tip.height
        var step = 1
        while height > 0 {
            if let header = try files.header(at: height) { hashes.append(header.hash) }
            if hashes.count >= 10 { step *= 2 }
            height -= step
        }
        return hashes + [network.genesis.hash]
    }
}
