// What may be wrong with the files, and which of several is read.

import Bytes
import Files
import Testing

@testable import Blockstack

@Suite struct TileDefectTests {
    @Test func `a smaller tree is read from whatever wider tiles are there`() throws {
        var random = TreeRandom()
        let sample = SampleLeaves(600)
        let naive = NaiveTree(sample.data)
        let folder = TileFolder()
        let store = folder.open(0)
        for end in [40, 300, 310, 320] {
            try store.append(Array(sample.hashes[store.size..<end]))
        }
        try folder.open(300).expectTree(of: sample, naive, &random)
        try folder.remove("tile/0/001.p/44")
        try folder.remove("tile/entries/001.p/44")
        try folder.open(300).expectTree(of: sample, naive, &random)
        try folder.remove("tile/0/001.p/54")
        try folder.remove("tile/entries/001.p/54")
        try folder.open(300).expectTree(of: sample, naive, &random)
        // What is not a width is not looked at.
        try folder.write("tile/0/001.p/+63", [1])
        try folder.write("tile/0/001.p/50.new", [1])
        try folder.open(300).expectTree(of: sample, naive, &random)
        try store.append(Array(sample.hashes[320..<600]))
        #expect(try !folder.exists("tile/0/001.p"))
        for size in [40, 256, 299, 300, 511, 512, 599] {
            try folder.open(size).expectTree(of: sample, naive, &random)
        }
        // A tile already read is not mistaken for the grown one.
        let early = folder.open(300)
        _ = try early.node(level: 0, index: 299)
        try early.append(Array(sample.hashes[300..<600]))
        try early.expectTree(of: sample, naive, &random)
    }

    @Test func `a missing tile is named`() throws {
        let folder = TileFolder()
        let sample = SampleLeaves(600)
        let store = try folder.store(sample)
        func missing(_ name: String) -> TileError {
            TileError(path: folder.file(name), reason: .missing)
        }
        try folder.remove("tile/0/001")
        #expect(throws: missing("tile/0/001")) { try store.node(level: 3, index: 40) }
        try folder.remove("tile/0/002.p/88")
        #expect(throws: missing("tile/0/002.p/88")) { try store.node(level: 0, index: 599) }
        #expect(throws: missing("tile/0/002.p/88")) { try store.append(sample.hashes) }
        try FileSystem.removeTree(folder.file("tile/0/002.p"))
        #expect(throws: missing("tile/0/002.p/88")) { try store.node(level: 0, index: 599) }
        try folder.remove("tile/1/000.p/2")
        #expect(throws: missing("tile/1/000.p/2")) { try LogTree(store).root(size: 600) }
        try folder.remove("tile/entries/000")
        #expect(throws: missing("tile/entries/000")) { try store.documentHash(at: 7) }
        // Partial tiles narrower than what is wanted are no help.
        try FileSystem.makeDirectory(folder.file("tile/0/002.p"))
        try folder.write("tile/0/002.p/87", [UInt8](repeating: 1, count: 87 * 32))
        #expect(throws: missing("tile/0/002.p/88")) { try store.node(level: 0, index: 520) }
        // A file where a directory should be.
        try FileSystem.removeTree(folder.file("tile/1"))
        try folder.write("tile/1", [])
        #expect(throws: missing("tile/1/000.p/2")) { try LogTree(store).root(size: 600) }
        #expect(throws: missing("tile/entries/000.p/1")) { try folder.open(1).documentHash(at: 0) }
    }

    @Test(arguments: [0, 1, 31, 32, 8_160, 8_191, 8_193, 8_224, 9_000])
    func `a tile of another length is refused`(length: Int) throws {
        let folder = TileFolder()
        let store = try folder.store(SampleLeaves(600))
        try folder.write("tile/0/000", [UInt8](repeating: 1, count: length))
        let error = TileError(
            path: folder.file("tile/0/000"), reason: .wrongLength(expected: 8_192, got: length))
        #expect(throws: error) { try store.node(level: 2, index: 0) }
        let path = TilePath(.hashes(level: 0), index: 0)
        #expect(throws: error) { try store.contents(of: path) }
        // A full tile that is torn is not passed over for a partial one.
        #expect(throws: error) { try folder.open(12).node(level: 0, index: 0) }
    }

    @Test(arguments: [0, 1, 2_815, 2_817, 5_000])
    func `a partial tile of another length is refused`(length: Int) throws {
        let folder = TileFolder()
        let sample = SampleLeaves(600)
        let store = try folder.store(sample)
        let name = "tile/0/002.p/88"
        try folder.write(name, [UInt8](repeating: 1, count: length))
        let error = TileError(
            path: folder.file(name), reason: .wrongLength(expected: 2_816, got: length))
        #expect(throws: error) { try store.node(level: 0, index: 512) }
        #expect(throws: error) { try store.append([sample.hashes[0]]) }
        #expect(store.size == 600)
    }

    @Test func `an entry of another length than a hash is refused`() throws {
        let folder = TileFolder()
        let sample = SampleLeaves(600)
        let store = try folder.store(sample)
        for (number, offset, byte) in [(0, 1, UInt8(31)), (3, 0, 1), (87, 1, 33)] {
            let name = "tile/entries/002.p/88"
            let good = try folder.bytes(name)
            var bytes = good
            bytes[number * 34 + offset] = byte
            try folder.write(name, bytes)
            let error = TileError(
                path: folder.file(name), reason: .malformedEntry(number: number))
            #expect(throws: error) { try store.documentHashes(inBundle: 2) }
            #expect(throws: error) { try store.append([sample.hashes[0]]) }
            try folder.write(name, good)
        }
        #expect(try store.documentHashes(inBundle: 2) == Array(sample.hashes[512...]))
    }

    @Test func `what the system refuses comes out as it is`() throws {
        let folder = TileFolder()
        let store = try folder.store(SampleLeaves(300))
        try folder.remove("tile/0/000")
        try FileSystem.makeDirectory(folder.file("tile/0/000"))
        let error = #expect(throws: FileError.self) { try store.node(level: 0, index: 0) }
        #expect(error?.path == folder.file("tile/0/000"))
    }

    @Test func `a tree that was cut back grows on over what was there`() throws {
        var random = TreeRandom()
        let old = SampleLeaves(1_000)
        for (cut, end) in [(300, 310), (300, 520), (256, 257), (500, 700), (0, 5), (999, 1_000)] {
            let folder = TileFolder()
            let store = folder.open(0)
            for size in [270, 330, 1_000] { try store.append(Array(old.hashes[store.size..<size])) }
            let other = SampleLeaves(end - cut, from: 10_000)
            let mixed = Array(old.hashes[..<cut]) + other.hashes
            let naive = NaiveTree(mixed.map(\.bytes))
            let again = folder.open(cut)
            try again.append(other.hashes)
            for store in [again, folder.open(end)] {
                #expect(try LogTree(store).root(size: end) == naive.root(end))
                for _ in 0..<10 {
                    let index = random.below(end)
                    #expect(
                        try LogTree(store).inclusionPath(of: index, size: end)
                            == naive.path(of: index, size: end), random.comment)
                    #expect(try store.documentHash(at: index) == mixed[index], random.comment)
                }
            }
        }
    }

    @Test func `partial tiles of a tree that was cut back do not outlive the next append`() throws {
        let folder = TileFolder()
        let sample = SampleLeaves(330)
        let store = folder.open(0)
        for end in [270, 330] { try store.append(Array(sample.hashes[store.size..<end])) }
        try folder.open(300).append(SampleLeaves(10, from: 10_000).hashes)
        for kind in ["0", "entries"] {
            #expect(try FileSystem.list(folder.file("tile/\(kind)/001.p")) == ["14", "54"])
        }
    }

    @Test func `an append that failed is tried again`() throws {
        var random = TreeRandom()
        let sample = SampleLeaves(600)
        let folder = TileFolder()
        let store = folder.open(0)
        try store.append(Array(sample.hashes[..<250]))
        // A directory stands where the second tile is to go.
        try FileSystem.makeDirectory(folder.file("tile/0/001"))
        #expect(throws: FileError.self) { try store.append(Array(sample.hashes[250...])) }
        #expect(store.size == 250)
        #expect(try !folder.files().keys.contains { $0.hasSuffix(".new") })
        let naive = NaiveTree(sample.data)
        try store.expectTree(of: sample, naive, &random)
        try FileSystem.removeTree(folder.file("tile/0/001"))
        try store.append(Array(sample.hashes[250...]))
        try store.expectTree(of: sample, naive, &random)
    }

    @Test func `what a crash left beside a tile is no hindrance`() throws {
        let folder = TileFolder()
        let sample = SampleLeaves(300)
        let store = folder.open(0)
        try store.append(Array(sample.hashes[..<200]))
        try folder.write("tile/0/000.new", [1, 2, 3])
        try folder.write("tile/entries/000.new", [])
        try store.append(Array(sample.hashes[200...]))
        #expect(try LogTree(folder.open(300)).root(size: 300) == NaiveTree(sample.data).root(300))
        #expect(try !folder.exists("tile/0/000.new"))
    }

    @Test func `what is served are the bytes of the files, and the beginning of wider ones`() throws
    {
        let folder = TileFolder()
        let sample = SampleLeaves(600)
        let store = folder.open(0)
        for end in [530, 600] { try store.append(Array(sample.hashes[store.size..<end])) }
        for name in try folder.files().keys {
            let path = try #require(TilePath(name))
            #expect(try store.contents(of: path) == folder.bytes(name), "\(name)")
        }
        let level = TilePath.Kind.hashes(level: 0)
        let whole = try folder.bytes("tile/0/001")
        for (path, expected) in [
            (TilePath(level, index: 1, width: 5), Array(whole[..<160])),
            (TilePath(.entries, index: 0, width: 1), [0, 32] + sample.hashes[0].bytes),
            (TilePath(level, index: 2, width: 87), sample.leaves[512..<599].flatMap(\.bytes)),
            (TilePath(.hashes(level: 1), index: 0, width: 1), NaiveTree(sample.data).root(0..<256)),
        ] {
            #expect(try store.contents(of: path) == expected, "\(path)")
        }
        for path in [
            TilePath(level, index: 2), TilePath(level, index: 2, width: 89),
            TilePath(level, index: 3, width: 1), TilePath(.hashes(level: 1), index: 0, width: 3),
            TilePath(.hashes(level: 1), index: 1, width: 1), TilePath(.hashes(level: 2), index: 0),
            TilePath(.hashes(level: 63), index: 0, width: 1), TilePath(.entries, index: 3),
            TilePath(.entries, index: Limits.tileIndices - 1, width: 1),
        ] {
            let error = TileError(
                path: folder.file(path.description), reason: .beyond(size: 600))
            #expect(throws: error) { try store.contents(of: path) }
        }
        for index in [-1, 3, .max, .min] {
            #expect(throws: TileError.self) { try store.documentHashes(inBundle: index) }
        }
        for index in [-1, 600, .max] {
            #expect(throws: TileError.self) { try store.documentHash(at: index) }
        }
    }
}
