import Bytes
import Cryptography
import Files
import Testing

@testable import Blockstack

@Suite struct TileStoreTests {
    @Test func `random appends give the tree of the definition`() throws {
        var random = TreeRandom()
        let sample = SampleLeaves(5_000)
        let naive = NaiveTree(sample.data)
        for most in [3, 40, 300, 2_000] {
            let folder = TileFolder()
            var store = folder.open(0)
            while store.size < min(5_000, most * 40) {
                let end = min(5_000, store.size + 1 + random.below(most))
                try store.append(Array(sample.hashes[store.size..<end]))
                #expect(store.size == end)
                if random.below(3) == 0 { store = folder.open(end) }
                try store.expectTree(of: sample, naive, &random)
            }
            let reopened = folder.open(store.size)
            try reopened.expectTree(of: sample, naive, &random)
        }
    }

    @Test func `one leaf after the other gives the same files as all at once`() throws {
        let slow = TileFolder()
        let store = slow.open(0)
        for size in [255, 256, 257, 511, 512, 513] {
            let sample = SampleLeaves(size)
            for hash in sample.hashes[store.size...] { try store.append([hash]) }
            let fast = TileFolder()
            _ = try fast.store(sample)
            for name in try fast.files().keys {
                #expect(try slow.bytes(name) == fast.bytes(name), "\(name), size \(size)")
            }
            // Partial tiles stay, for those who know an earlier size, until the tile is full.
            #expect(try slow.exists("tile/0/000.p/17") == (size < 256))
            #expect(try slow.exists("tile/0/000.p") == (size < 256))
            #expect(try slow.exists("tile/entries/000.p") == (size < 256))
            #expect(try slow.exists("tile/0/001.p") == (257..<512).contains(size))
        }
    }

    @Test func `the boundaries of tiles and of levels are crossed either way`() throws {
        var random = TreeRandom()
        let sample = SampleLeaves(65_800)
        let naive = NaiveTree(sample.data)
        let folder = TileFolder()
        let store = folder.open(0)
        for end in [
            255, 256, 257, 1_000, 65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_791, 65_792,
            65_793, 65_800,
        ] {
            try store.append(Array(sample.hashes[store.size..<end]))
            try store.expectTree(of: sample, naive, &random)
            try folder.open(end).expectTree(of: sample, naive, &random)
        }
        #expect(try !folder.exists("tile/1/000.p"))
        #expect(try folder.exists("tile/1/000"))
        #expect(try folder.bytes("tile/2/000.p/1") == naive.root(0..<65_536))
    }

    @Test func `a tree of 70,000 leaves has the tiles that the specification counts`() throws {
        let vectors = try TreeVectors.read().tiles
        let sample = SampleLeaves(vectors.size)
        let folder = TileFolder()
        _ = try folder.store(sample)
        let files = try folder.files()
        for (level, expected) in vectors.levels.enumerated() {
            let names = files.keys.filter { $0.hasPrefix("tile/\(level)/") }
            let full = names.filter { !$0.contains(".p/") }
            #expect(full.count == expected.full)
            #expect(full.allSatisfy { files[$0] == 8_192 })
            let partial = names.filter { $0.hasSuffix(".p/\(expected.partial)") }
            #expect(partial.count == 1 && names.count == full.count + 1)
            #expect(files[partial.first ?? ""] == expected.partial * 32)
        }
        let bundles = files.filter { $0.key.hasPrefix("tile/entries/") }
        #expect(bundles.count == 274)
        #expect(bundles["tile/entries/272"] == 256 * 34)
        #expect(bundles["tile/entries/273.p/112"] == 112 * 34)
        #expect(files.count == 273 + 1 + 2 + 1 + 274)
        #expect(files.keys.allSatisfy { TilePath($0)?.description == $0 })
    }

    @Test func `tiles hold the hashes and bundles the entries that the specification says`() throws
    {
        let sample = SampleLeaves(600)
        let naive = NaiveTree(sample.data)
        let folder = TileFolder()
        _ = try folder.store(sample)
        #expect(try folder.bytes("tile/0/001") == sample.leaves[256..<512].flatMap(\.bytes))
        #expect(try folder.bytes("tile/0/002.p/88") == sample.leaves[512...].flatMap(\.bytes))
        let roots = naive.root(0..<256) + naive.root(256..<512)
        #expect(try folder.bytes("tile/1/000.p/2") == roots)
        let entries: [UInt8] = sample.hashes[512...].flatMap { [0, 32] + $0.bytes }
        #expect(try folder.bytes("tile/entries/002.p/88") == entries)
    }

    @Test func `an empty tree needs no directory`() throws {
        let folder = TileFolder()
        let store = folder.open(0)
        try store.append([])
        #expect(try LogTree(store).root(size: 0) == MerkleTree.emptyRoot)
        #expect(try FileSystem.status(folder.stacks) == nil)
    }

    @Test func `files are the owner's and no draft is left`() throws {
        let folder = TileFolder()
        _ = try folder.store(SampleLeaves(300))
        for name in try folder.files().keys {
            #expect(try FileSystem.status(folder.file(name))?.mode == 0o600)
            #expect(!name.hasSuffix(".new"))
        }
        #expect(try FileSystem.status(folder.file("tile/0"))?.mode == 0o700)
    }

    @Test func `every node of a tree comes out as the definition has it, and none beyond it`()
        throws
    {
        let sample = SampleLeaves(1_100)
        let naive = NaiveTree(sample.data)
        let folder = TileFolder()
        let store = try folder.store(sample)
        for level in 0...11 {
            for index in 0..<1_100 >> level {
                let node = try store.node(level: level, index: index)
                let expected = naive.root(index << level..<(index + 1) << level)
                #expect(node.bytes == expected, "level \(level), index \(index)")
            }
            let error = #expect(throws: TileError.self) {
                try store.node(level: level, index: 1_100 >> level)
            }
            #expect(error?.reason == .beyond(size: 1_100))
        }
        for (level, index) in [(0, Int.max), (62, 0), (63, 0), (64, 0), (500, 0), (600, 1)] {
            #expect(throws: TileError.self) { try store.node(level: level, index: index) }
        }
    }

    @Test func `more tiles are read than are kept in memory`() throws {
        let sample = SampleLeaves(256 * 70)
        let folder = TileFolder()
        let store = try folder.store(sample)
        for index in Array(stride(from: 0, to: sample.hashes.count, by: 256)) + [0] {
            #expect(try store.node(level: 0, index: index) == sample.leaves[index])
        }
    }
}
