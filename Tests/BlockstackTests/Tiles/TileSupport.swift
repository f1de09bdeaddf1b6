// A tile store in a fresh directory, and what the tests do to its files.

import Bytes
import Files
import Glibc
import Testing

@testable import Blockstack

/// A directory, gone with its owner.
final class TileFolder {
    let path: String

    init() {
        do { path = try FileSystem.makeTemporaryDirectory("wallet-tiles") } catch {
            fatalError("\(error)")
        }
    }

    deinit { try? FileSystem.removeTree(path) }

    /// The directory of the tiles, which is not there before the first append.
    var stacks: String { path + "/home/stacks" }

    /// The store of a tree of `size` leaves, nothing read yet.
    func open(_ size: Int) -> TileStore { TileStore(directory: stacks, size: size) }

    /// A store with the leaves of `sample`.
    func store(_ sample: SampleLeaves) throws -> TileStore {
        let store = open(0)
        try store.append(sample.hashes)
        return store
    }

    func file(_ name: String) -> String { stacks + "/" + name }

    func exists(_ name: String) throws -> Bool { try FileSystem.status(file(name)) != nil }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = try File(file(name), .readWrite)
        try file.truncate(to: 0)
        try file.write(bytes[...], at: 0)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        try FileSystem.read(file(name), limit: 10_000)
    }

    func remove(_ name: String) throws { try FileSystem.remove(file(name)) }

    /// The files below the directory, by their paths within it, and their sizes.
    func files(_ folder: String = "tile") throws -> [String: Int] {
        var found: [String: Int] = [:]
        for name in try FileSystem.list(file(folder)) {
            let child = folder + "/" + name
            let status = try #require(try FileSystem.status(file(child)))
            if status.isDirectory {
                found.merge(try files(child)) { old, _ in old }
            } else {
                found[child] = status.size
            }
        }
        return found
    }
}

extension TileStore {
    /// Whether roots and paths are those of the naive tree, for this size and some smaller ones.
    func expectTree(
        of sample: SampleLeaves, _ naive: NaiveTree, _ random: inout TreeRandom
    ) throws {
        let tree = LogTree(self)
        #expect(try tree.root(size: size) == naive.root(size), random.comment)
        for _ in 0..<4 where size > 0 {
            let part = 1 + random.below(size)
            let index = random.below(part)
            #expect(
                try tree.inclusionPath(of: index, size: part) == naive.path(of: index, size: part),
                "index \(index), size \(part), \(random.seed)")
            #expect(
                try tree.consistencyPath(from: index, to: part)
                    == naive.path(from: index, to: part),
                "from \(index) to \(part), \(random.seed)")
            #expect(try node(level: 0, index: index) == sample.leaves[index], random.comment)
            #expect(try documentHash(at: index) == sample.hashes[index], random.comment)
        }
    }
}
