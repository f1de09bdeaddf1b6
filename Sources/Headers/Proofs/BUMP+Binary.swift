// The path in bytes: varint height · levels · for each level a varint count and its leaves: varint
// offset · flag · hash, but none for a duplicate.
import Bytes

extension BUMP {
    /// What a leaf's second field says.
    private enum Flag {
        static let hash: UInt8 = 0
        static let duplicate: UInt8 = 1
        static let transaction: UInt8 = 2
    }

    /// Reads the binary form; nothing may follow.
    /// - Throws: `HeaderError`: `.truncated`, `.trailingBytes`, `.varintNotMinimal`, `.tooLarge`,
    ///   `.invalidFlags`, and what a path of these leaves refuses.
    public init(binary bytes: [UInt8]) throws(HeaderError) {
        var rest = bytes[...]
        try self.init(prefixOf: &rest)
        guard rest.isEmpty else { throw .trailingBytes(offset: rest.startIndex) }
    }

    /// Reads the binary form at the beginning of `bytes`, and takes it away: BEEF holds several.
    /// - Throws: `HeaderError`: `.truncated`, `.varintNotMinimal`, `.tooLarge`, `.invalidFlags`,
    ///   and what a path of these leaves refuses.
    public init(prefixOf bytes: inout ArraySlice<UInt8>) throws(HeaderError) {
        var reader = ByteReader<HeaderError>(bytes)
        let height = try reader.integer("height", limit: Limits.blockHeight)
        let levelCount = Int(try reader.byte())
        guard levelCount <= Limits.branchLevels else {
            throw .tooLarge(
                what: "levels", limit: Limits.branchLevels, got: UInt64(levelCount))
        }
        var levels: [[Leaf]] = []
        var room = Limits.bumpLeaves
        for _ in 0..<levelCount {
            let count = try reader.integer("leaves", limit: room)
            room -= count
            var leaves: [Leaf] = []
            for _ in 0..<count { leaves.append(try Self.leaf(&reader)) }
            levels.append(leaves)
        }
        try self.init(height: height, levels: levels)
        bytes = reader.rest
    }

    private static func leaf(_ reader: inout ByteReader<HeaderError>) throws(HeaderError) -> Leaf {
        let place = try reader.integer("offset", limit: Limits.branchIndex)
        let offset = reader.offset
        switch try reader.byte() {
        case Flag.hash: return Leaf(offset: place, .hash(try reader.digest()))
        case Flag.duplicate: return Leaf(offset: place, .duplicate)
        case Flag.transaction: return Leaf(offset: place, .transaction(try reader.digest()))
        case let other: throw .invalidFlags(other, offset: offset)
        }
    }

    /// The binary form.
    public var binary: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(height)
        bytes.append(UInt8(levels.count))
        for leaves in levels {
            bytes.appendVarint(leaves.count)
            for leaf in leaves {
                bytes.appendVarint(leaf.offset)
                switch leaf.content {
                case .hash(let hash): bytes += [Flag.hash] + hash.bytes
                case .duplicate: bytes.append(Flag.duplicate)
                case .transaction(let hash): bytes += [Flag.transaction] + hash.bytes
                }
            }
        }
        return bytes
    }
}
