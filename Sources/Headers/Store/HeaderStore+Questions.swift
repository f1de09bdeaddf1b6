// What others ask of a chain: whether a root or a header still counts, and where two branches part.
import Bytes

/// What a store says of a root at a height.
public enum RootStanding: Sendable, Equatable {
    /// The header of the longest chain at that height has this root.
    case confirmed(PlacedHeader)
    /// The height is above the last header, but not far: it may come.
    case notYet(tip: Int)
    /// The longest chain has another root there, or ends long before.
    case notInChain
}

/// Where a chain stands that somebody remembers by the hash of one of its headers.
public enum ChainStanding: Sendable, Equatable {
    /// It is part of the longest chain still: nothing that was shown under it or below has changed.
    case longest(height: Int)
    /// Another branch has taken its place above this height: what was shown above is to be checked
    /// again.
    case parted(fork: Int)
    /// Nothing is known of it.
    case unknown
}

extension HeaderLookup {
    /// How far above the last header a height may be that may come.
    public static var lead: Int { 6 }

    /// Whether the header at a height of the longest chain has a root.
    /// - Throws: failures of storage.
    public func standing(ofRoot root: Digest256, at height: Int) throws -> RootStanding {
        guard height >= 0 else { return .notInChain }
        if let header = try header(at: height) {
            return header.header.merkleRoot == root ? .confirmed(header) : .notInChain
        }
        return height - tip.height <= Self.lead ? .notYet(tip: tip.height) : .notInChain
    }
}

extension HeaderStore {
    /// Whether the chain up to a header is part of the longest one. Whoever keeps proofs keeps the
    /// hash of the tip that they were checked under, and asks this when he looks again: after a
    /// reorganisation it says from which height on proofs are to be checked again.
    /// - Throws: failures of storage.
    public func standing(of hash: Digest256) throws -> ChainStanding {
        guard var header = try find(hash) else { return .unknown }
        if header.state == .longest { return .longest(height: header.height) }
        while header.state != .longest {
            guard let parent = try find(header.header.previous) else { return .unknown }
            header = parent
        }
        return .parted(fork: header.height)
    }

    /// The header before one, on its own branch; nil at the beginning.
    /// - Throws: failures of storage.
    public func parent(of header: PlacedHeader) throws -> PlacedHeader? {
        header.height == 0 ? nil : try find(header.header.previous)
    }

    /// The headers behind `ancestor` up to `header`, ascending; nil where they are not of one
    /// branch in this order.
    /// - Parameter limit: of more headers only those nearest to `header` are given.
    /// - Throws: failures of storage.
    public func ancestors(
        of header: PlacedHeader, downTo ancestor: PlacedHeader, limit: Int
    ) throws -> [PlacedHeader]? {
        guard ancestor.height <= header.height else { return nil }
        var path: [PlacedHeader] = []
        var last = header
        while last.height > ancestor.height {
            // Of the longest chain the rest is known to belong together.
            if last.state == .longest, path.count >= limit { break }
            if path.count < limit { path.append(last) }
            guard let parent = try parent(of: last) else { return nil }
            last = parent
        }
        if last.state == .longest, last.height > ancestor.height {
            return ancestor.state == .longest ? path.reversed() : nil
        }
        return last.hash == ancestor.hash ? path.reversed() : nil
    }

    /// The last header that all of these have below them, as one of them may be itself; nil for
    /// none.
    /// - Throws: failures of storage.
    public func commonAncestor(of headers: [PlacedHeader]) throws -> PlacedHeader? {
        guard var lowest = headers.first else { return nil }
        for header in headers.dropFirst() {
            var other = header
            while other.hash != lowest.hash {
                // Both on the longest chain: the lower one is below the other.
                if other.state == .longest, lowest.state == .longest {
                    if other.height < lowest.height { lowest = other }
                    break
                }
                let isHigher =
                    other.height != lowest.height
                    ? other.height > lowest.height : other.state == .stale
                guard let parent = try parent(of: isHigher ? other : lowest) else { return nil }
                if isHigher { other = parent } else { lowest = parent }
            }
        }
        return lowest
    }

    /// The bytes of headers of the longest chain, as many of them as there are.
    /// - Throws: failures of storage.
    public func bytes(_ heights: ClosedRange<Int>) throws -> [UInt8] {
        try files.bytes(heights.lowerBound..<heights.upperBound + 1)
    }

    /// Whether a header of another branch has a root.
    public func staleHas(root: Digest256) -> Bool {
        others.values.contains { $0.header.header.merkleRoot == root }
    }

    /// Whether the files have changed since they were opened, as they do where another process
    /// takes headers in.
    /// - Throws: failures of storage.
    public func isOutdated() throws -> Bool {
        try access == .reading && stamp != HeaderFiles.stamp(files.directory)
    }
}
