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

    public let header: BlockHeader
    /// In internal order.
    public let hash: Digest256
    public let height: Int
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

    public let network: ChainNetwork
    let rules: HeaderRules
    let files: HeaderFiles
    var index: HeaderIndex?
    private let access: Access
    /// The end of the longest chain.
    private var window: PointWindow
    /// The last header of the longest chain.
    public private(set) var tip: PlacedHeader
    /// The work of the longest chain.
    public private(set) var work: UInt256
    /// Headers of other branches by their hashes, and the work of their chains up to them.
    private var others: [Digest256: (header: PlacedHeader, work: UInt256)] = [:]

    /// Opens the chain of a network in a directory of its own; a new one begins with the network's
    /// first header.
    /// - Throws: failures of storage; `HeaderError` where the files are not what they should be.
    public init(_ directory: String, _ network: ChainNetwork, _ access: Access) throws {
        self.network = network
        self.access = access
        rules = HeaderRules(network)
        files = try HeaderFiles(directory, access == .writing ? .readWrite : .read)
        if files.count == 0, access == .writing { try files.append(network.genesis.bytes) }
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
    }

    // MARK: - What follows from the headers

    /// The points of the longest chain up to a height, as far back as the rules look.
    func window(endingAt height: Int) throws -> PointWindow {
        let first = max(0, height - DifficultyRules.reach + 1)
        var work = first == 0 ? .zero : try self.work(at: first - 1)
        return PointWindow(
            try points(first..<height + 1, &work))
    }

    private func points(_ heights: Range<Int>, _ work: inout UInt256) throws -> [ChainPoint] {
        var reader = ByteReader(try files.bytes(heights)[...])
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

    private func completeSums() throws {
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
    private func completeIndex() throws {
        guard access == .writing else { return }
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
        for begin in stride(from: first, to: files.count, by: Self.coveredAtOnce) {
            let end = min(files.count, begin + Self.coveredAtOnce)
            let bytes = try files.bytes(begin..<end)
            let hashes = Self.hashes(bytes)
            var entries: [(key: HeaderIndex.Key, height: Int)] = []
            entries.reserveCapacity(2 * hashes.count)
            var reader = ByteReader(bytes[...])
            for (offset, hash) in hashes.enumerated() {
                let root = try BlockHeader(&reader).merkleRoot
                entries.append((HeaderIndex.Key(hash, isRoot: false), begin + offset))
                entries.append((HeaderIndex.Key(root, isRoot: true), begin + offset))
            }
            try index?.add(entries, count: end, last: hashes.last ?? .zero)
        }
    }

    /// The hashes of concatenated headers, on all cores.
    static func hashes(_ bytes: [UInt8]) -> [Digest256] {
        let count = bytes.count / BlockHeader.byteCount
        let part = 512
        return bytes.withUnsafeBytes { bytes in
            [Digest256](unsafeUninitializedCapacity: count) { buffer, initialized in
                // Safe: every index is written by exactly one iteration, and all end before the
                // buffer is used.
                nonisolated(unsafe) let hashes = buffer
                nonisolated(unsafe) let bytes = bytes
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
            guard height > 0, let parent = try find(header.previous) else { continue }
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
        let covered = index?.count ?? 0
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

    // MARK: - Taking in

    /// Takes in headers that follow one another. Those before one that is refused are kept.
    /// - Parameter now: seconds since 1970.
    /// - Throws: `BadHeader`; failures of storage.
    public func take(_ bytes: [UInt8], now: Int64) throws -> HeaderUpdate {
        precondition(access == .writing, "a store that is read takes nothing")
        let hashes = Self.hashes(bytes)
        var reader = ByteReader(bytes[...])
        var index = 0
        var previous: PlacedHeader?
        // What is known already.
        while index < hashes.count, let known = try find(hashes[index]) {
            let header = try BlockHeader(&reader)
            try link(header, to: previous?.hash, index)
            previous = known
            index += 1
        }
        guard index < hashes.count else { return HeaderUpdate() }
        let first = try BlockHeader(&reader)
        try link(first, to: previous?.hash, index)
        guard let parent = try find(first.previous) else {
            throw BadHeader(index: index, reason: .unknownParent(first.previous))
        }
        let rest = index..<hashes.count
        return parent.hash == tip.hash
            ? try extend(bytes, hashes, rest, now) : try branch(bytes, hashes, rest, parent, now)
    }

    private func link(_ header: BlockHeader, to previous: Digest256?, _ index: Int) throws {
        guard previous.map({ $0 == header.previous }) ?? true else {
            throw BadHeader(
                index: index,
                reason: .notLinked(previous: header.previous, expected: previous ?? .zero))
        }
    }

    /// Checks headers after the last point of a window, each after the one before.
    /// - Returns: the headers that are good, and what is wrong with the next.
    private func check(
        _ bytes: [UInt8], _ hashes: [Digest256], _ range: Range<Int>, after hash: Digest256,
        _ window: inout PointWindow, now: Int64, _ each: (BlockHeader, ChainPoint) -> Void
    ) throws -> BadHeader? {
        var reader = ByteReader(bytes[(range.lowerBound * BlockHeader.byteCount)...])
        var previous = hash
        for index in range {
            do {
                let header = try BlockHeader(&reader)
                guard header.previous == previous else {
                    throw HeaderError.notLinked(previous: header.previous, expected: previous)
                }
                guard let last = window.last else { return nil }
                let point = try rules.point(
                    of: header, hashes[index], after: last, on: window, now: now)
                window.append(point)
                each(header, point)
                previous = hashes[index]
            } catch let error as HeaderError {
                return BadHeader(index: index, reason: error)
            }
        }
        return nil
    }

    private func extend(
        _ bytes: [UInt8], _ hashes: [Digest256], _ range: Range<Int>, _ now: Int64
    ) throws -> HeaderUpdate {
        var window = window
        var update = HeaderUpdate()
        let bad = try check(bytes, hashes, range, after: tip.hash, &window, now: now) { _, _ in
            update.added += 1
        }
        let first = range.lowerBound * BlockHeader.byteCount
        try files.append(Array(bytes[first..<first + update.added * BlockHeader.byteCount]))
        self.window = window
        try completeSums()
        try completeIndex()
        try moveTip()
        if let bad { throw bad }
        return update
    }

    private func moveTip() throws {
        guard let last = window.last, let header = try files.header(at: last.height) else { return }
        tip = PlacedHeader(
            header: header, hash: header.hash, height: last.height, state: .longest)
        work = last.work
    }

    private func branch(
        _ bytes: [UInt8], _ hashes: [Digest256], _ range: Range<Int>, _ parent: PlacedHeader,
        _ now: Int64
    ) throws -> HeaderUpdate {
        // The branch down to where it leaves the longest chain.
        var below: [PlacedHeader] = []
        var root = parent
        while root.state == .stale {
            below.append(root)
            guard let next = try find(root.header.previous) else { break }
            root = next
        }
        var window = try window(endingAt: root.height)
        for header in below.reversed() {
            window.append(
                ChainPoint(
                    height: header.height, time: header.header.time, bits: header.header.bits,
                    work: try work(of: header)))
        }
        var fresh: [(header: PlacedHeader, work: UInt256)] = []
        let bad = try check(bytes, hashes, range, after: parent.hash, &window, now: now) {
            let hash = hashes[range.lowerBound + fresh.count]
            fresh.append(
                (PlacedHeader(header: $0, hash: hash, height: $1.height, state: .stale), $1.work))
        }
        guard others.count + fresh.count <= Limits.staleHeaders else {
            throw HeaderError.tooLarge(
                what: "other branches", limit: Limits.staleHeaders,
                got: UInt64(others.count + fresh.count))
        }
        try files.append(others: fresh.map { ($0.header.height, $0.header.header) })
        for (header, work) in fresh { others[header.hash] = (header, work) }
        var update = HeaderUpdate(added: fresh.count)
        if let last = fresh.last, last.work > work {
            try reorganise(to: below.reversed() + fresh.map(\.header), above: root, &update)
        }
        if let bad { throw bad }
        return update
    }

    /// A branch takes the place of what lies above `root`.
    private func reorganise(
        to branch: [PlacedHeader], above root: PlacedHeader, _ update: inout HeaderUpdate
    ) throws {
        var removed: [(header: PlacedHeader, work: UInt256)] = []
        var work = try work(of: root)
        for point in try points(root.height + 1..<tip.height + 1, &work) {
            guard let header = try files.header(at: point.height) else { break }
            removed.append(
                (
                    PlacedHeader(
                        header: header, hash: header.hash, height: point.height, state: .stale),
                    point.work
                ))
        }
        // First what leaves is kept, then the table forgets it, then the chain changes.
        try files.append(others: removed.map { ($0.header.height, $0.header.header) })
        try index?.retreat(to: root.height + 1, last: root.hash)
        try files.reorganise(
            from: root.height + 1, branch.map(\.header.bytes).concatenated())
        for header in branch { others[header.hash] = nil }
        for (header, work) in removed { others[header.hash] = (header, work) }
        update.fork = root.height
        update.removed = removed.map(\.header.hash)
        window = try window(endingAt: files.count - 1)
        try completeSums()
        try completeIndex()
        try moveTip()
        try files.replace(
            others: others.values.map(\.header).sorted { $0.height < $1.height }
                .map { ($0.height, $0.header) })
    }
}
