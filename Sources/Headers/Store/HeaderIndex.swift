// From a hash to a height, without reading the chain: a table that follows from the file of headers
// and is made anew where it does not fit.
import Bytes
import Files

/// An open-addressed table on disk. What it finds is a guess: the header at that height says
/// whether it is right. Entries of headers that are no longer in the chain stay, and are wrong
/// guesses.
///
/// A head of 64 bytes: magic, log2 of the slots, slots in use, headers covered, the last one's
/// hash. Then slots of 8 bytes: height + 1, and four bytes of the key; all little-endian.
final class HeaderIndex {
    /// What is looked up: a header's hash, or its merkle root.
    struct Key {
        fileprivate let place: UInt64
        fileprivate let tag: UInt32

        init(_ digest: Digest256, isRoot: Bool) {
            let words = UInt256(littleEndian: digest).words
            place = isRoot ? words.word0 ^ Self.rootMark : words.word0
            tag = UInt32(truncatingIfNeeded: words.word1)
        }

        private static let rootMark: UInt64 = 0x9e37_79b9_7f4a_7c15
    }

    private static let magic = Array("wallet headers 1".utf8)
    private static let headBytes = 64
    private static let slotBytes = 8
    private static let smallestBits = 12
    /// Slots that are read at once.
    private static let probeSlots = 8
    /// A share of the slots: where more are added the whole table is written at once.
    private static let bulkShare = 128

    private let file: File
    private var bits: Int
    private var used: Int
    /// Headers that it covers, and the hash of the last of them.
    private(set) var count: Int
    private(set) var last: Digest256

    /// Opens it; nil where there is none that can be used.
    init?(_ path: String, _ mode: File.Mode) throws(FileError) {
        guard try FileSystem.status(path) != nil else { return nil }
        file = try File(path, mode)
        let head = try file.read(at: 0, count: Self.headBytes)
        guard head.count == Self.headBytes, Array(head[0..<16]) == Self.magic,
            let last = Digest256(head[32..<64])
        else { return nil }
        func number(_ range: Range<Int>) -> Int {
            Int(head[range].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        }
        bits = number(16..<20)
        used = number(20..<24)
        count = number(24..<28)
        self.last = last
        guard (Self.smallestBits...32).contains(bits),
            try file.status().size == Self.headBytes + Self.slotBytes << bits
        else { return nil }
    }

    /// Makes one with room for `entries`, in the place of another.
    init(making path: String, entries: Int) throws(FileError) {
        var bits = Self.smallestBits
        while 1 << bits < entries * 3 { bits += 1 }
        self.bits = bits
        used = 0
        count = 0
        last = .zero
        let new = path + ".new"
        try FileSystem.remove(new)
        let made = try File(new, .new)
        try made.truncate(to: Self.headBytes + Self.slotBytes << bits)
        try made.synchronize()
        try FileSystem.rename(new, to: path)
        file = try File(path, .readWrite)
        try writeHead()
    }

    /// Whether so many more entries fit well.
    func hasRoom(for entries: Int) -> Bool { (used + entries) * 2 <= 1 << bits }

    /// The first height that the table names for a key and `isRight` confirms.
    func height(of key: Key, _ isRight: (Int) throws -> Bool) throws -> Int? {
        let mask = 1 << bits - 1
        var slot = Int(truncatingIfNeeded: key.place) & mask
        var probed = 0
        while probed <= mask {
            let run = min(Self.probeSlots, mask + 1 - slot)
            let bytes = try file.read(
                at: Self.headBytes + slot * Self.slotBytes, count: run * Self.slotBytes)
            guard bytes.count == run * Self.slotBytes else { return nil }
            for index in 0..<run {
                let (height, tag) = Self.slot(bytes, index)
                guard height > 0 else { return nil }
                if tag == key.tag, try isRight(Int(height) - 1) { return Int(height) - 1 }
            }
            probed += run
            slot = (slot + run) & mask
        }
        return nil
    }

    /// Adds entries, then states that `count` headers are covered, the last of which is `last`.
    /// Durable, in this order.
    func add(_ entries: [(key: Key, height: Int)], count: Int, last: Digest256) throws(FileError) {
        if entries.count * Self.bulkShare >= 1 << bits {
            try addAtOnce(entries)
        } else {
            for entry in entries { try add(entry.key, entry.height) }
        }
        used += entries.count
        try file.synchronize()
        self.count = count
        self.last = last
        try writeHead()
    }

    /// States that fewer headers are covered.
    func retreat(to count: Int, last: Digest256) throws(FileError) {
        self.count = count
        self.last = last
        try writeHead()
    }

    private func addAtOnce(_ entries: [(key: Key, height: Int)]) throws(FileError) {
        let mask = 1 << bits - 1
        var table = try file.read(at: Self.headBytes, count: Self.slotBytes << bits)
        table.withUnsafeMutableBytes { table in
            for (key, height) in entries {
                var offset = (Int(truncatingIfNeeded: key.place) & mask) * Self.slotBytes
                while table.loadUnaligned(fromByteOffset: offset, as: UInt32.self) != 0 {
                    offset = (offset + Self.slotBytes) & (mask * Self.slotBytes | 7)
                }
                table.storeBytes(
                    of: UInt32(height + 1).littleEndian, toByteOffset: offset, as: UInt32.self)
                table.storeBytes(
                    of: key.tag.littleEndian, toByteOffset: offset + 4, as: UInt32.self)
            }
        }
        try file.write(table[...], at: Self.headBytes)
    }

    private func add(_ key: Key, _ height: Int) throws(FileError) {
        let mask = 1 << bits - 1
        var slot = Int(truncatingIfNeeded: key.place) & mask
        while true {
            let place = Self.headBytes + slot * Self.slotBytes
            let bytes = try file.read(at: place, count: Self.slotBytes)
            guard bytes.count == Self.slotBytes, Self.slot(bytes[...], 0).height > 0 else {
                return try file.write(Self.bytes(key, height)[...], at: place)
            }
            slot = (slot + 1) & mask
        }
    }

    private static func slot(
        _ bytes: some RandomAccessCollection<UInt8>, _ index: Int
    ) -> (height: UInt32, tag: UInt32) {
        func number(_ offset: Int) -> UInt32 {
            var value: UInt32 = 0
            for byte in (0..<4).reversed() {
                value =
                    value << 8
                    | UInt32(
                        bytes[bytes.index(bytes.startIndex, offsetBy: offset + byte)])
            }
            return value
        }
        return (number(index * slotBytes), number(index * slotBytes + 4))
    }

    private static func bytes(_ key: Key, _ height: Int) -> [UInt8] {
        UInt32(height + 1).littleEndianBytes + key.tag.littleEndianBytes
    }

    private func writeHead() throws(FileError) {
        var head = Self.magic
        for number in [bits, used, count, 0] { head.appendLittleEndian(UInt32(number)) }
        head += last.bytes
        try file.write(head[...], at: 0)
        try file.synchronize()
    }
}
