// A tile in memory, and its bytes.
import Bytes

/// The hashes of a tile and of all complete subtrees above them within the tile.
struct Tile {
    /// By height above the tile's own hashes, 0 to 7; then by number within the tile.
    private let rows: [[Digest256]]

    init(_ hashes: [Digest256]) {
        var rows = [hashes]
        while let below = rows.last, below.count > 1, rows.count < 8 {
            rows.append(
                (0..<below.count / 2).map { pair in
                    MerkleTree.nodeHash(below[2 * pair], below[2 * pair + 1])
                })
        }
        self.rows = rows
    }

    /// The hash of a complete subtree.
    func node(height: Int, index: Int) -> Digest256 { rows[height][index] }
}

extension TilePath.Kind {
    /// An entry is a document's hash behind its length.
    private static let entryPrefix: [UInt8] = [0, UInt8(Digest256.byteCount)]

    private var prefix: [UInt8] { self == .entries ? Self.entryPrefix : [] }

    /// Bytes of one hash or entry in the file.
    var unitBytes: Int { prefix.count + Digest256.byteCount }

    /// The contents of a file that holds these hashes or entries.
    func encode(_ digests: ArraySlice<Digest256>) -> [UInt8] {
        let prefix = prefix
        let unitBytes = unitBytes
        return [UInt8](unsafeUninitializedCapacity: digests.count * unitBytes) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for digest in digests {
                for (offset, byte) in prefix.enumerated() { raw[count + offset] = byte }
                digest.store(in: raw, at: count + prefix.count)
                count += unitBytes
            }
        }
    }

    /// The hashes or entries in the contents of a file, which must be a multiple of the unit.
    /// - Returns: or the number of the first entry that has another length than 32 bytes.
    func decode(_ bytes: [UInt8]) -> Result<[Digest256], MalformedEntry> {
        precondition(bytes.count % unitBytes == 0)
        let prefix = prefix
        var digests: [Digest256] = []
        digests.reserveCapacity(bytes.count / unitBytes)
        for start in stride(from: 0, to: bytes.count, by: unitBytes) {
            let middle = start + prefix.count
            guard bytes[start..<middle].elementsEqual(prefix) else {
                return .failure(MalformedEntry(number: digests.count))
            }
            digests.append(
                bytes.withUnsafeBytes {
                    Digest256(
                        copying: UnsafeRawBufferPointer(
                            rebasing: $0[middle..<middle + Digest256.byteCount]))
                })
        }
        return .success(digests)
    }
}

/// An entry of a bundle that is no document's hash.
struct MalformedEntry: Error, Equatable {
    /// Its number within the bundle.
    let number: Int
}
