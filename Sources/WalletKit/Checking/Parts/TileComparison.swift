// The tiles on disk, compared with those that the log gives, while the log is read.
import Blockstack
import Bytes
import Files

/// Makes every tile of the log again, a level at a time, and compares the files. Holds one tile a
/// level.
///
/// Files may be older than the log, narrower or wider, as long as they are its beginning: the tiles
/// of a log only grow. One that the published size needs and that is missing is no damage: where
/// tiles do not give a root they are removed and made anew, which may be interrupted.
final class TileComparison {
    private let directory: String
    /// Leaves of the tree that was published last: its tiles must be there.
    private let published: Int
    private let findings: Findings
    /// Leaves so far.
    private(set) var size = 0
    /// The hashes of the tile that is being filled, for the entries and then by level.
    private var filling: [[Digest256]] = [[], []]
    /// How many tiles of each have been filled.
    private var filled = [0, 0]

    private static let tilesName = "tile"
    /// Directories below each other that a tile's path can have, and more.
    private static let depth = 16

    /// - Parameter directory: the path of `stacks`.
    init(directory: String, published: Int, _ findings: Findings) {
        self.directory = directory
        self.published = published
        self.findings = findings
    }

    /// Takes in the next documents of the log.
    /// - Throws: failures of storage other than reading a tile.
    func append(_ entries: [Digest256]) throws {
        for entry in entries {
            try add(entry, to: 0)
            try add(MerkleTree.leafHash(entry), to: 1)
            size += 1
        }
    }

    private func add(_ hash: Digest256, to row: Int) throws {
        filling[row].append(hash)
        guard filling[row].count == TilePath.fullWidth else { return }
        compare(row)
        if row > 0 {
            if row + 1 == filling.count {
                filling.append([])
                filled.append(0)
            }
            try add(CompactRange(filling[row]).root, to: row + 1)
        }
        filling[row].removeAll(keepingCapacity: true)
        filled[row] += 1
    }

    /// No document follows: compares tiles that are not full, and looks for files that are none of
    /// the log's tiles.
    /// - Throws: `FileError` where a directory cannot be read.
    func finish() throws {
        for row in filling.indices where !filling[row].isEmpty { compare(row) }
        let root = directory + "/" + Self.tilesName
        guard try FileSystem.status(root)?.isDirectory ?? false else { return }
        try look(Self.tilesName, depth: Self.depth)
    }

    private func kind(_ row: Int) -> TilePath.Kind {
        row == 0 ? .entries : .hashes(level: row - 1)
    }

    /// How many hashes a row has at a size.
    private static func count(_ kind: TilePath.Kind, at size: Int) -> Int {
        guard case .hashes(let level) = kind else { return size }
        return level * 8 < Int.bitWidth ? size >> (level * 8) : 0
    }

    /// Compares the files of the tile that `row` is at.
    private func compare(_ row: Int) {
        let (kind, index, hashes) = (kind(row), filled[row], filling[row])
        let bytes = Self.encode(kind, hashes)
        let full = TilePath(kind, index: index)
        let needed = min(
            Self.count(kind, at: published) - index * TilePath.fullWidth, TilePath.fullWidth)
        var widest = 0
        func look(_ width: Int) {
            let path = TilePath(kind, index: index, width: width).description
            if check(path, bytes.prefix(bytes.count / hashes.count * width)) { widest = width }
        }
        for width in widths(full) where width <= hashes.count { look(width) }
        let isFilling = hashes.count < TilePath.fullWidth
        if !isFilling {
            let hasPartial = widest > 0
            look(TilePath.fullWidth)
            if hasPartial, widest == TilePath.fullWidth {
                findings.note("leftover", file: file(full.description + ".p"), "no longer needed")
            }
        }
        guard widest < min(needed, hashes.count) else { return }
        let path = TilePath(kind, index: index, width: min(needed, hashes.count)).description
        findings.note(
            "tile-missing", file: file(path),
            "it is missing: making the tiles anew was interrupted")
    }

    /// Compares a file; false where there is none.
    private func check(_ path: String, _ expected: ArraySlice<UInt8>) -> Bool {
        do throws(FileError) {
            let got = try File(directory + "/" + path, .read)
                .read(at: 0, count: expected.count + 1)
            guard !expected.elementsEqual(got) else { return true }
            let offset = zip(expected, got).prefix { $0 == $1 }.count
            findings.damage(
                "tile-differs", file: file(path), offset: offset,
                "the tile is not the log's, from byte \(offset) on")
        } catch {
            if error.isMissing { return false }
            findings.damage(
                "unreadable-file", file: file(path), "\(error.call): \(error.reason)")
        }
        return true
    }

    /// The widths of the partial forms of a tile that are there, ascending.
    private func widths(_ full: TilePath) -> [Int] {
        let path = directory + "/" + full.description + ".p"
        return ((try? FileSystem.list(path)) ?? []).compactMap { name in
            let width = Int(name) ?? 0
            return (1..<TilePath.fullWidth).contains(width) && String(width) == name ? width : nil
        }.sorted()
    }

    /// A file as findings name it.
    private func file(_ path: String) -> String { Wallet.stacksName + "/" + path }

    /// The contents of a tile as C2SP's tlog-tiles has them.
    private static func encode(_ kind: TilePath.Kind, _ hashes: [Digest256]) -> [UInt8] {
        let prefix: [UInt8] = kind == .entries ? [0, UInt8(Digest256.byteCount)] : []
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * (prefix.count + Digest256.byteCount))
        for hash in hashes {
            bytes += prefix
            bytes += hash.bytes
        }
        return bytes
    }

    /// Reports what is no tile of the log.
    private func look(_ path: String, depth: Int) throws(FileError) {
        for name in try FileSystem.list(directory + "/" + path) {
            let child = path + "/" + name
            if depth > 0, try FileSystem.status(directory + "/" + child)?.isDirectory ?? false {
                try look(child, depth: depth - 1)
            } else if name.hasSuffix(Leftovers.suffix) {
                findings.note(
                    "leftover", file: file(child), "left behind by an interrupted process")
            } else if let tile = TilePath(child) {
                let count = Self.count(tile.kind, at: size)
                if tile.index > count / TilePath.fullWidth
                    || tile.index * TilePath.fullWidth + tile.width > count
                {
                    findings.damage(
                        "tile-strange", file: file(child),
                        "a tile of more documents than have been sealed")
                }
            } else {
                findings.damage("tile-strange", file: file(child), "no tile")
            }
        }
    }
}
