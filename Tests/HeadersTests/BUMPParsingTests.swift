import Bytes
import Cryptography
import Headers
import Testing

/// Paths that are none, and with which reason they are refused.
@Suite struct BUMPParsingTests {
    private typealias Leaf = BUMP.Leaf

    private let hashes = (0..<8).map { Hash.sha256([UInt8($0)]) }

    private func leaf(_ offset: Int) -> Leaf { Leaf(offset: offset, .hash(hashes[offset % 8])) }

    @Test func `a path without leaves is none`() {
        #expect(throws: HeaderError.emptyPath) { try BUMP(height: 0, levels: []) }
        #expect(throws: HeaderError.emptyPath) { try BUMP(height: 0, levels: [[], [leaf(0)]]) }
        #expect(throws: HeaderError.emptyPath) { try BUMP(binary: [0, 0]) }
    }

    @Test func `a place lies within its level, and stands once`() {
        for offset in [4, 5, -1] {
            #expect(throws: HeaderError.indexOutOfRange(index: offset, levels: 2)) {
                try BUMP(
                    height: 0, levels: [[Leaf(offset: offset, .hash(hashes[0]))], [leaf(0)]])
            }
        }
        #expect(throws: HeaderError.indexOutOfRange(index: 2, levels: 1)) {
            try BUMP(height: 0, levels: [[leaf(0), leaf(1)], [leaf(2)]])
        }
        #expect(throws: HeaderError.conflictingNodes(level: 0, offset: 1)) {
            try BUMP(height: 0, levels: [[leaf(0), leaf(1), leaf(1)]])
        }
        #expect(throws: HeaderError.transactionAboveLeaves(level: 1)) {
            try BUMP(
                height: 0,
                levels: [[leaf(0), leaf(1)], [Leaf(offset: 1, .transaction(hashes[1]))]])
        }
    }

    @Test func `a duplicate stands to the right of the last node, which is not alone`() throws {
        for offset in [0, 1, 2] {
            #expect(throws: HeaderError.misplacedDuplicate(level: 0)) {
                try BUMP(height: 0, levels: [[Leaf(offset: offset, .duplicate)], [leaf(0)]])
            }
        }
        let three = [leaf(0), leaf(1), leaf(2), Leaf(offset: 3, .duplicate)]
        #expect(
            try BUMP(height: 0, levels: [three, []]).root()
                == BitcoinTree.root(of: Array(hashes[..<3])).hash)
        // Nodes behind the last one, in its level and above.
        let behind = three + [leaf(4), leaf(5)]
        #expect(throws: HeaderError.nodeBeyondLast(level: 0)) {
            try BUMP(height: 0, levels: [behind, [leaf(3)], []]).root()
        }
        #expect(throws: HeaderError.nodeBeyondLast(level: 2)) {
            try BUMP(height: 0, levels: [three, [], [leaf(1)]]).root()
        }
        let five = [leaf(4), Leaf(offset: 5, .duplicate)]
        #expect(throws: HeaderError.nodeBeyondLast(level: 1)) {
            try BUMP(height: 0, levels: [five, [leaf(3)], [leaf(0)]]).root()
        }
        // Two last nodes of one tree.
        #expect(throws: HeaderError.nodeBeyondLast(level: 0)) {
            try BUMP(
                height: 0,
                levels: [[leaf(2), Leaf(offset: 3, .duplicate)] + five, [leaf(0), leaf(3)], []]
            ).root()
        }
        let third = [leaf(2), Leaf(offset: 3, .duplicate)]
        #expect(throws: HeaderError.nodeBeyondLast(level: 1)) {
            try BUMP(height: 0, levels: [third, [leaf(0)] + third, []]).root()
        }
    }

    @Test func `every node needs its partner`() {
        #expect(throws: HeaderError.missingSibling(level: 0, offset: 2)) {
            try BUMP(height: 0, levels: [[leaf(0), leaf(1), leaf(2)], []]).root()
        }
        #expect(throws: HeaderError.missingSibling(level: 0, offset: 1)) {
            try BUMP(height: 0, levels: [[leaf(1), leaf(2)], []]).root()
        }
        #expect(throws: HeaderError.missingSibling(level: 0, offset: 3)) {
            try BUMP(height: 0, levels: [[Leaf(offset: 3, .duplicate)], []]).root()
        }
        #expect(throws: HeaderError.missingSibling(level: 1, offset: 0)) {
            try BUMP(height: 0, levels: [[leaf(0), leaf(1)], []]).root()
        }
        #expect(throws: HeaderError.missingSibling(level: 0, offset: 1)) {
            try BUMP(height: 0, levels: [[leaf(1)]]).root()
        }
    }

    @Test func `a node that follows from those below must agree with them`() throws {
        let four = (0..<4).map(leaf)
        let levels = levels(of: Array(hashes[..<4]))
        let right = Leaf(offset: 1, .hash(levels[1][1]))
        #expect(try BUMP(height: 0, levels: [four, [right]]).root() == levels[2][0])
        for wrong in [Leaf.Content.hash(hashes[7])] {
            #expect(throws: HeaderError.conflictingNodes(level: 1, offset: 1)) {
                try BUMP(height: 0, levels: [four, [Leaf(offset: 1, wrong)]]).root()
            }
        }
        let six = (0..<8).map(leaf)
        #expect(throws: HeaderError.conflictingNodes(level: 1, offset: 3)) {
            try BUMP(height: 0, levels: [six, [Leaf(offset: 3, .duplicate)], []]).root()
        }
    }

    @Test func `a block of one transaction has that leaf for its root`() throws {
        let only = Leaf(offset: 0, .transaction(hashes[0]))
        let path = try BUMP(height: 5, levels: [[only]])
        #expect(try path.root(of: hashes[0]) == hashes[0])
        let branch = try MerkleBranch(index: 0, nodes: [])
        #expect(try BUMP(height: 5, leaf: hashes[0], branch: branch) == path)
        #expect(path.binary == [5, 1, 1, 0, 2] + hashes[0].bytes)
        #expect(try BUMP(binary: path.binary) == path)
    }

    @Test func `a path has at most 64 levels, 65,536 leaves and a height of 32 bits`() throws {
        let tower = [[leaf(0), leaf(1)]] + [[Leaf]](repeating: [leaf(1)], count: 63)
        _ = try BUMP(height: Limits.blockHeight, levels: tower).root()
        let tooHigh = HeaderError.tooLarge(what: "levels", limit: 64, got: 65)
        #expect(throws: tooHigh) { try BUMP(height: 0, levels: tower + [[leaf(1)]]) }
        #expect(throws: tooHigh) { try BUMP(binary: [0, 65]) }
        let late = HeaderError.tooLarge(
            what: "height", limit: Limits.blockHeight, got: 4_294_967_296)
        #expect(throws: late) { try BUMP(height: 4_294_967_296, levels: tower) }
        #expect(throws: late) { try BUMP(binary: [0xff, 0, 0, 0, 0, 1, 0, 0, 0, 0]) }
        let most = Limits.bumpLeaves
        let wide = (0...most).map { Leaf(offset: $0, .hash(hashes[0])) }
        let room = [[Leaf]](repeating: [], count: 16)
        #expect(try BUMP(height: 0, levels: [Array(wide[..<most])] + room).levels.count == 17)
        let many = HeaderError.tooLarge(what: "leaves", limit: most, got: UInt64(most + 1))
        #expect(throws: many) { try BUMP(height: 0, levels: [wide] + room) }
        #expect(throws: many) { try BUMP(binary: [0, 1, 0xfe, 1, 0, 1, 0]) }
        // The levels share the room.
        let shared = HeaderError.tooLarge(what: "leaves", limit: most - 1, got: UInt64(most))
        #expect(throws: shared) {
            try BUMP(binary: [0, 2, 1, 0, 2] + hashes[0].bytes + [0xfe, 0, 0, 1, 0])
        }
    }

    @Test func `bytes that are cut off, or that go on, are refused`() throws {
        let object = try vectorObject("beef_bump.json")
        let bytes = hex(try #require(object["bump74"] as? String))
        for count in 0..<bytes.count {
            #expect(throws: HeaderError.truncated(offset: count)) {
                try BUMP(binary: Array(bytes[..<count]))
            }
        }
        #expect(throws: HeaderError.trailingBytes(offset: bytes.count)) {
            try BUMP(binary: bytes + [0])
        }
    }

    @Test func `flags and varints have one spelling`() throws {
        let binary = try ChainVectors().bump
        for flag: UInt8 in [3, 4, 0x80, 0xff] {
            var wrong = binary
            wrong[4] = flag
            #expect(throws: HeaderError.invalidFlags(flag, offset: 4)) { try BUMP(binary: wrong) }
        }
        #expect(throws: HeaderError.varintNotMinimal(offset: 0)) {
            try BUMP(binary: [0xfd, 0xaa, 0] + binary[1...])
        }
        #expect(throws: HeaderError.varintNotMinimal(offset: 2)) {
            try BUMP(binary: binary[..<2] + [0xfe, 2, 0, 0, 0] + binary[3...])
        }
        #expect(throws: HeaderError.varintNotMinimal(offset: 3)) {
            try BUMP(binary: binary[..<3] + [0xff, 0, 0, 0, 0, 0, 0, 0, 0] + binary[4...])
        }
    }
}
