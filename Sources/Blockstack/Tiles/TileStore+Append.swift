// Growing the tree: each append fills tiles, and each full tile is one hash of the level above.
import Bytes
import Files

extension TileStore {
    /// Appends leaves by their documents' hashes: writes the bundles and tiles that become full,
    /// and the partial ones of the new size. Under the writer's lock, and after the documents are
    /// durable: the files are not synced.
    ///
    /// Where a file of an earlier, longer tree stands in the way, it goes. After an error `size` is
    /// what it was, and the same append may be tried again.
    /// - Throws: `TileError` where the tiles of the present size cannot be read; `FileError`.
    public func append(_ entries: [Digest256]) throws {
        guard !entries.isEmpty else { return }
        _ = try write(.entries, entries, after: size)
        var added = entries.map(MerkleTree.leafHash)
        var count = size
        var level = 0
        while !added.isEmpty {
            added = try write(.hashes(level: level), added, after: count)
            count >>= Self.tileHeight
            level += 1
        }
        size += entries.count
    }

    /// Writes one level.
    /// - Parameters:
    ///   - added: the new hashes or entries.
    ///   - count: how many there are already.
    /// - Returns: the roots of the tiles that became full.
    private func write(
        _ kind: TilePath.Kind, _ added: [Digest256], after count: Int
    ) throws -> [Digest256] {
        let (first, width) = count.quotientAndRemainder(dividingBy: TilePath.fullWidth)
        var digests = added
        if width > 0 {
            digests = try self.digests(TilePath(kind, index: first, width: width)) + added
        }
        var roots: [Digest256] = []
        for start in stride(from: 0, to: digests.count, by: TilePath.fullWidth) {
            let part = digests[start..<min(start + TilePath.fullWidth, digests.count)]
            let path = TilePath(
                kind, index: first + start / TilePath.fullWidth, width: part.count)
            try write(path, kind.encode(part))
            if !path.isPartial && kind != .entries { roots.append(CompactRange(part).root) }
        }
        return roots
    }

    private func write(_ path: TilePath, _ bytes: [UInt8]) throws(FileError) {
        forget(path)
        if path.isPartial {
            // Full or wider ones are of a tree that was cut back.
            try FileSystem.remove(filePath(path.full))
            for width in try widths(path) where width > path.width {
                let wider = TilePath(path.kind, index: path.index, width: width)
                try FileSystem.remove(filePath(wider))
            }
            try FileSystem.replaceUnsynced(filePath(path), with: bytes)
        } else {
            try FileSystem.replaceUnsynced(filePath(path), with: bytes)
            do throws(FileError) {
                try FileSystem.removeTree(partialDirectory(path))
            } catch {
                if !error.isMissing { throw error }
            }
        }
    }
}
