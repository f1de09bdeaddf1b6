// Growing the tree: each append fills tiles, and each full tile is one hash of the level above.
import Bytes
import Files

extension TileStore {
    /// A file that is to be written.
    private struct Change {
        let path: TilePath
        let bytes: [UInt8]
    }

    /// Files that are synced one by one; more of them are synced together with their file system.
    private static let singleSyncs = 16

    /// Appends leaves by their documents' hashes: writes the bundles and tiles that become full,
    /// and the partial ones of the new size, durable. Under the writer's lock, and after the
    /// documents are durable.
    ///
    /// Where a file of an earlier, longer tree stands in the way, it goes. After an error `size` is
    /// what it was, and the same append may be tried again.
    /// - Throws: `TileError` where the tiles of the present size cannot be read; `FileError`.
    public func append(_ entries: [Digest256]) throws {
        guard !entries.isEmpty else { return }
        var changes: [Change] = []
        _ = try prepare(.entries, entries, after: size, &changes)
        var added = entries.map(MerkleTree.leafHash)
        var count = size
        var level = 0
        while !added.isEmpty {
            added = try prepare(.hashes(level: level), added, after: count, &changes)
            count >>= Self.tileHeight
            level += 1
        }
        try write(changes)
        size += entries.count
    }

    /// Prepares the files of one level.
    /// - Parameters:
    ///   - added: the new hashes or entries.
    ///   - count: how many there are already.
    /// - Returns: the roots of the tiles that became full.
    private func prepare(
        _ kind: TilePath.Kind, _ added: [Digest256], after count: Int, _ changes: inout [Change]
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
            changes.append(Change(path: path, bytes: kind.encode(part)))
            if !path.isPartial && kind != .entries { roots.append(CompactRange(part).root) }
        }
        return roots
    }

    /// Writes all files beside their places, makes them durable, and only then moves them there: a
    /// power cut leaves no file that is half written.
    private func write(_ changes: [Change]) throws(FileError) {
        let isSyncedEach = changes.count <= Self.singleSyncs
        do throws(FileError) {
            for change in changes {
                try FileSystem.writeBeside(
                    filePath(change.path), change.bytes, isSynced: isSyncedEach)
            }
            if !isSyncedEach { try FileSystem.synchronizeFileSystem(of: directory) }
            for change in changes { try move(change.path) }
        } catch {
            for change in changes {
                try? FileSystem.remove(FileSystem.beside(filePath(change.path)))
            }
            throw error
        }
    }

    private func move(_ path: TilePath) throws(FileError) {
        forget(path)
        if path.isPartial {
            // Full or wider ones are of a tree that was cut back.
            try FileSystem.remove(filePath(path.full))
            for width in try widths(path) where width > path.width {
                let wider = TilePath(path.kind, index: path.index, width: width)
                try FileSystem.remove(filePath(wider))
            }
        }
        try FileSystem.rename(FileSystem.beside(filePath(path)), to: filePath(path))
        guard !path.isPartial else { return }
        do throws(FileError) {
            try FileSystem.removeTree(partialDirectory(path))
        } catch {
            if !error.isMissing { throw error }
        }
    }
}
