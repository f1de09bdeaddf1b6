// The tree of a log in files that never change once they are full. Everything here is derived from
// the log; whether it still is what the log says, the root tells.
import Bytes
import Files

/// The tiles and bundles of entries below a directory, for a tree of `size` leaves whose data are
/// documents' hashes. Not to be shared between threads; one writer at a time, readers beside it.
public final class TileStore: NodeSource {
    /// The directory that holds `tile/`.
    public let directory: String
    /// Leaves.
    public internal(set) var size: Int
    /// Tiles that were read, by the path of the full tile.
    private var tiles: [TilePath: Tile] = [:]

    /// Tiles kept in memory, 16 KiB each.
    private static let cachedTiles = 64

    /// The tree of the first `size` leaves that `directory` holds the tiles of. Reads nothing yet;
    /// the directory of a tree without leaves need not be there.
    public init(directory: String, size: Int) {
        precondition(size >= 0)
        self.directory = directory
        self.size = size
    }

    /// The hash of a complete subtree, hashed up from the hashes of its tile.
    /// - Throws: `TileError`, `FileError`.
    public func node(level: Int, index: Int) throws -> Digest256 {
        precondition(level >= 0 && index >= 0)
        let (tileLevel, height) = level.quotientAndRemainder(dividingBy: Self.tileHeight)
        let tile = index >> (Self.tileHeight - height)
        guard index < size >> level, let path = path(.hashes(level: tileLevel), index: tile) else {
            throw beyond("tile of level \(tileLevel), number \(tile)")
        }
        let first = tile << (Self.tileHeight - height)
        return try self.tile(path).node(height: height, index: index - first)
    }

    /// The hashes of the documents whose leaves are `index << 8 ..< (index + 1) << 8`; fewer in the
    /// last bundle.
    /// - Throws: `TileError`, `FileError`.
    public func documentHashes(inBundle index: Int) throws -> [Digest256] {
        guard let path = path(.entries, index: index) else {
            throw beyond("bundle of entries, number \(index)")
        }
        return try digests(path)
    }

    /// The hash of the document whose leaf is `index`.
    /// - Throws: `TileError`, `FileError`.
    public func documentHash(at index: Int) throws -> Digest256 {
        guard (0..<size).contains(index) else { throw beyond("entry, number \(index)") }
        let hashes = try documentHashes(inBundle: index / TilePath.fullWidth)
        return hashes[index % TilePath.fullWidth]
    }

    /// The contents of a tile or bundle, as they are served. A partial one that is no longer there
    /// is the beginning of the full one.
    /// - Throws: `TileError`, with the reason `beyond` where the tree is too small for it;
    ///   `FileError`.
    public func contents(of path: TilePath) throws -> [UInt8] {
        guard let widest = self.path(path.kind, index: path.index), path.width <= widest.width
        else { throw beyond(path.description) }
        return try read(path)
    }

    /// Levels of the tree that a tile spans.
    static let tileHeight = 8

    /// The tile or bundle as wide as the tree makes it; nil where it has none.
    private func path(_ kind: TilePath.Kind, index: Int) -> TilePath? {
        var count = size
        if case .hashes(let level) = kind { count = size >> (level * Self.tileHeight) }
        guard index >= 0, index <= count >> Self.tileHeight else { return nil }
        let width = min(count - index << Self.tileHeight, TilePath.fullWidth)
        return width > 0 ? TilePath(kind, index: index, width: width) : nil
    }

    private func beyond(_ what: String) -> TileError {
        TileError(path: directory + "/" + what, reason: .beyond(size: size))
    }
}

extension TileStore {
    private func tile(_ path: TilePath) throws -> Tile {
        if let tile = tiles[path.full] { return tile }
        let tile = Tile(try digests(path))
        // Few tiles are asked for again and again: it does not matter which go.
        if tiles.count >= Self.cachedTiles { tiles.removeAll(keepingCapacity: true) }
        tiles[path.full] = tile
        return tile
    }

    /// Forgets a tile that has grown.
    func forget(_ path: TilePath) { tiles[path.full] = nil }

    /// The hashes or entries of a tile.
    func digests(_ path: TilePath) throws -> [Digest256] {
        switch path.kind.decode(try read(path)) {
        case .success(let digests): return digests
        case .failure(let entry):
            throw TileError(
                path: filePath(path), reason: .malformedEntry(number: entry.number))
        }
    }

    func filePath(_ path: TilePath) -> String { directory + "/" + path.description }

    /// The contents of a tile: the beginning of the full one if that is there, else of the one of
    /// this width, else of any wider one.
    private func read(_ path: TilePath) throws -> [UInt8] {
        if let bytes = try file(path.full, for: path) { return bytes }
        if path.isPartial {
            if let bytes = try file(path, for: path) { return bytes }
            for width in try widths(path) where width > path.width {
                let wider = TilePath(path.kind, index: path.index, width: width)
                if let bytes = try file(wider, for: path) { return bytes }
            }
            // A writer that has just made the full tile has removed the partial ones.
            if let bytes = try file(path.full, for: path) { return bytes }
        }
        throw TileError(path: filePath(path), reason: .missing)
    }

    /// The widths of the partial tiles that are there, ascending.
    func widths(_ path: TilePath) throws(FileError) -> [Int] {
        do throws(FileError) {
            return try FileSystem.list(partialDirectory(path)).compactMap { name in
                guard let width = Int(name), (1..<TilePath.fullWidth).contains(width) else {
                    return nil
                }
                return width
            }.sorted()
        } catch {
            if error.isMissing { return [] }
            throw error
        }
    }

    /// The directory of a tile's partial forms.
    func partialDirectory(_ path: TilePath) -> String { filePath(path.full) + ".p" }

    /// As much of the file at `path` as `wanted` needs; nil where it is not there.
    private func file(_ path: TilePath, for wanted: TilePath) throws -> [UInt8]? {
        let expected = path.width * path.kind.unitBytes
        let file: File
        do throws(FileError) {
            file = try File(filePath(path), .read)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
        let bytes = try file.read(at: 0, count: expected + 1)
        guard bytes.count == expected else {
            let got = max(try file.status().size, bytes.count)
            throw TileError(
                path: file.path, reason: .wrongLength(expected: expected, got: got))
        }
        return Array(bytes.prefix(wanted.width * path.kind.unitBytes))
    }
}
