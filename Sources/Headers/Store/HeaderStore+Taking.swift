// Taking headers in: checked by the rules, the longest chain extended, branches kept beside it, and
// a branch with more work put in its place.
import Bytes
import Files

extension HeaderStore {
    /// Takes in headers that follow one another. Those before one that is refused are kept.
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - coversLater: whether `cover` will be called: a long file is taken in parts, and its
    ///     index made once.
    /// - Throws: `BadHeader`; `HeaderError.unusable`; failures of storage, after which nothing more
    ///   is taken.
    public func take(
        _ bytes: [UInt8], now: Int64, coversLater: Bool = false
    ) throws -> HeaderUpdate {
        precondition(access == .writing, "a store that is read takes nothing")
        guard !isBroken else { throw HeaderError.unusable(path: files.directory) }
        do { return try takeNew(bytes, now: now, coversLater: coversLater) } catch let error
            as FileError
        {
            isBroken = true
            throw error
        }
    }

    /// Brings the index up to headers that were taken in without it.
    /// - Throws: failures of storage.
    public func cover() throws {
        do { try completeIndex() } catch {
            isBroken = true
            throw error
        }
    }

    private func takeNew(_ bytes: [UInt8], now: Int64, coversLater: Bool) throws -> HeaderUpdate {
        let count = bytes.count / BlockHeader.byteCount
        guard count > 0 else { return HeaderUpdate() }
        guard count * BlockHeader.byteCount == bytes.count else {
            throw BadHeader(index: count, reason: .truncated(offset: bytes.count))
        }
        if try BlockHeader(bytes[..<BlockHeader.byteCount]).previous == tip.hash {
            return try extend(bytes, Self.hashes(bytes), 0..<count, now, coversLater: coversLater)
        }
        var (index, previous) = try known(bytes)
        let hashes = Self.hashes(bytes)
        var reader = ByteReader<HeaderError>(bytes[(index * BlockHeader.byteCount)...])
        // What is known of other branches.
        while index < hashes.count, let known = try find(hashes[index]) {
            let header = try BlockHeader(&reader)
            try link(header, to: previous, index)
            previous = known.hash
            index += 1
        }
        guard index < hashes.count else { return HeaderUpdate() }
        let first = try BlockHeader(&reader)
        try link(first, to: previous, index)
        guard let parent = try find(first.previous) else {
            throw BadHeader(index: index, reason: .unknownParent(first.previous))
        }
        let rest = index..<hashes.count
        return parent.hash == tip.hash
            ? try extend(bytes, hashes, rest, now, coversLater: coversLater)
            : try branch(bytes, hashes, rest, parent, now)
    }

    /// How many of the headers the longest chain has already, from the first on, and the hash of
    /// the last of them: compared where they lie, for a file may be taken again.
    private func known(_ bytes: [UInt8]) throws -> (count: Int, last: Digest256?) {
        let size = BlockHeader.byteCount
        let first = try BlockHeader(bytes[..<size])
        guard let place = try find(first.hash), place.state == .longest else { return (0, nil) }
        let there = try files.bytes(place.height..<place.height + bytes.count / size)
        var count = 0
        while (count + 1) * size <= there.count,
            there[count * size..<(count + 1) * size]
                .elementsEqual(bytes[count * size..<(count + 1) * size])
        {
            count += 1
        }
        return (count, try header(at: place.height + count - 1)?.hash)
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
        var reader = ByteReader<HeaderError>(bytes[(range.lowerBound * BlockHeader.byteCount)...])
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
        _ bytes: [UInt8], _ hashes: [Digest256], _ range: Range<Int>, _ now: Int64,
        coversLater: Bool
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
        if !coversLater { try completeIndex() }
        try moveTip()
        if let bad { throw bad }
        return update
    }

    func moveTip() throws {
        guard let last = window.last, let header = try files.header(at: last.height) else { return }
        tip = PlacedHeader(
            header: header, hash: header.hash, height: last.height, state: .longest)
        work = last.work
    }

    /// Headers of branches that end deeper than this below the tip are given up first.
    private static var keptDepth: Int { 2_016 }

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
        // Nobody leads us away from a known block that we have passed: easy work of the chain's
        // first years would fill the store.
        guard root.height >= rules.lastCheckpoint(upTo: tip.height) else {
            throw BadHeader(
                index: range.lowerBound,
                reason: .otherChain(height: parent.height + 1, got: hashes[range.lowerBound]))
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
        // What has long been left makes room.
        if others.count + fresh.count > Limits.staleHeaders {
            try replace(
                others: others.filter { $0.value.header.height + Self.keptDepth > tip.height })
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
        try replace(others: others)
    }

    /// Puts a branch with more work in its place that somebody has kept and not come to.
    func adoptHeaviest() throws {
        guard access == .writing, let best = others.values.max(by: { $0.work < $1.work }),
            best.work > work
        else { return }
        var branch = [best.header]
        while let last = branch.last, let parent = try parent(of: last) {
            if parent.state == .longest {
                var update = HeaderUpdate()
                return try reorganise(to: branch.reversed(), above: parent, &update)
            }
            branch.append(parent)
        }
    }

    /// Forgets a branch, from its end down to where it leaves what is kept.
    /// - Returns: how many headers; nil where the hash is not the end of another branch, or the
    ///   store is only read.
    /// - Throws: failures of storage.
    public func prune(_ end: Digest256) throws -> Int? {
        guard access == .writing, tips.dropFirst().contains(where: { $0.hash == end }) else {
            return nil
        }
        var left = others
        var next: Digest256? = end
        var removed = 0
        while let hash = next, let entry = left[hash] {
            guard !left.values.contains(where: { $0.header.header.previous == hash }) else { break }
            left[hash] = nil
            removed += 1
            next = entry.header.header.previous
        }
        try replace(others: left)
        return removed
    }

    private func replace(
        others new: [Digest256: (header: PlacedHeader, work: UInt256)]
    ) throws {
        do throws(FileError) {
            try files.replace(
                others: new.values.map(\.header).sorted { $0.height < $1.height }
                    .map { ($0.height, $0.header) })
        } catch {
            isBroken = true
            throw error
        }
        others = new
    }
}
