import Bytes
import Cryptography
import Testing

@testable import Blockstack

/// An inclusion as it is handed to the verifier.
private struct Inclusion {
    var leaf: Digest256
    var index: Int
    var size: Int
    var path: [Digest256]
    var root: Digest256

    var isAccepted: Bool {
        MerkleTree.verifyInclusion(
            leafHash: leaf, index: index, size: size, path: path, root: root)
    }

    /// How the path would be hashed; unequal for claims of different meaning.
    var shape: [NaiveTree.Side] { NaiveTree.shape(of: index, in: 0..<max(0, size)) }
}

private struct Consistency {
    var first: Int
    var firstRoot: Digest256
    var second: Int
    var secondRoot: Digest256
    var path: [Digest256]

    var isAccepted: Bool {
        MerkleTree.verifyConsistency(
            firstSize: first, firstRoot: firstRoot, secondSize: second, secondRoot: secondRoot,
            path: path)
    }

    var shape: [NaiveTree.Side] { NaiveTree.shape(from: first, in: 0..<max(0, second)) }
}

extension TreeRandom {
    /// The digest with one bit changed.
    fileprivate mutating func flipped(_ digest: Digest256) throws -> Digest256 {
        var bytes = digest.bytes
        bytes[below(32)] ^= 1 << UInt8(below(8))
        return try treeDigest(bytes)
    }

    /// Paths that are not `path`: bits changed, hashes too many, too few, or in another order.
    fileprivate mutating func mutations(
        of path: [Digest256], extra: [Digest256]
    ) throws -> [(what: String, path: [Digest256])] {
        var result: [(what: String, path: [Digest256])] = []
        for place in path.indices {
            var changed = path
            changed[place] = try flipped(path[place])
            result.append(("bit of hash \(place)", changed))
            changed = path
            changed.remove(at: place)
            result.append(("without hash \(place)", changed))
            for other in path.indices.dropFirst(place + 1) {
                changed = path
                changed.swapAt(place, other)
                result.append(("hashes \(place) and \(other) swapped", changed))
            }
        }
        for hash in extra + [digest(), digest()] {
            for place in [0, path.count / 2, path.count] {
                var changed = path
                changed.insert(hash, at: place)
                result.append(("a hash more at \(place)", changed))
            }
        }
        if !path.isEmpty { result.append(("no hashes", [])) }
        if path.count > 1 { result.append(("doubled", path + path)) }
        return result
    }

    /// Numbers that are not `number`.
    fileprivate func mutations(of number: Int) -> Set<Int> {
        var result: Set = [
            number - 1, number + 1, number * 2, number / 2, number ^ 1, number ^ 2, -number, .max,
            .min, 0, ~number,
        ]
        result.remove(number)
        return result
    }
}

@Suite struct VerificationTests {
    private static let sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100]

    @Test func `a changed inclusion is refused`() throws {
        var random = TreeRandom()
        let sample = SampleLeaves(100)
        let naive = NaiveTree(sample.data)
        var cases = 0
        func refuse(_ mutant: Inclusion, _ what: String) {
            cases += 1
            #expect(!mutant.isAccepted, "\(what): \(mutant), \(random.seed)")
        }
        for size in Self.sizes {
            for index in Set([0, 1, size / 2, size - 2, size - 1, random.below(size)])
            where (0..<size).contains(index) {
                let good = Inclusion(
                    leaf: sample.leaves[index], index: index, size: size,
                    path: try naive.path(of: index, size: size), root: try naive.root(size))
                #expect(good.isAccepted, "\(good)")
                var mutant = good
                mutant.leaf = try random.flipped(good.leaf)
                refuse(mutant, "leaf")
                mutant = good
                mutant.root = try random.flipped(good.root)
                refuse(mutant, "root")
                mutant.root = MerkleTree.emptyRoot
                refuse(mutant, "the empty root")
                for other in random.mutations(of: index) {
                    mutant = good
                    mutant.index = other
                    if mutant.shape != good.shape { refuse(mutant, "index") }
                }
                for other in random.mutations(of: size) where other < 1 << 40 {
                    mutant = good
                    mutant.size = other
                    if mutant.shape != good.shape { refuse(mutant, "size") }
                }
                for (what, path) in try random.mutations(
                    of: good.path, extra: [good.leaf, good.root])
                {
                    mutant = good
                    mutant.path = path
                    refuse(mutant, what)
                }
            }
        }
        #expect(cases > 2_000)
    }

    @Test func `a changed consistency is refused`() throws {
        var random = TreeRandom()
        let sample = SampleLeaves(100)
        let naive = NaiveTree(sample.data)
        var cases = 0
        func refuse(_ mutant: Consistency, _ what: String) {
            cases += 1
            #expect(!mutant.isAccepted, "\(what): \(mutant), \(random.seed)")
        }
        for second in Self.sizes {
            for first in Set([1, 2, second / 2, second - 1, 1 + random.below(second)])
            where (1..<second).contains(first) {
                let good = Consistency(
                    first: first, firstRoot: try naive.root(first), second: second,
                    secondRoot: try naive.root(second),
                    path: try naive.path(from: first, to: second))
                #expect(good.isAccepted, "\(good)")
                var mutant = good
                mutant.firstRoot = try random.flipped(good.firstRoot)
                refuse(mutant, "first root")
                mutant = good
                mutant.secondRoot = try random.flipped(good.secondRoot)
                refuse(mutant, "second root")
                mutant = good
                swap(&mutant.firstRoot, &mutant.secondRoot)
                refuse(mutant, "roots swapped")
                swap(&mutant.first, &mutant.second)
                refuse(mutant, "trees swapped")
                for other in random.mutations(of: first) {
                    mutant = good
                    mutant.first = other
                    if mutant.shape != good.shape { refuse(mutant, "first size") }
                }
                for other in random.mutations(of: second) where other < 1 << 40 {
                    mutant = good
                    mutant.second = other
                    if mutant.shape != good.shape { refuse(mutant, "second size") }
                }
                for (what, path) in try random.mutations(
                    of: good.path, extra: [good.firstRoot, good.secondRoot])
                {
                    mutant = good
                    mutant.path = path
                    refuse(mutant, what)
                }
            }
        }
        #expect(cases > 2_000)
    }

    @Test func `sizes of 0 and equal sizes take an empty path and nothing else`() throws {
        let sample = SampleLeaves(5)
        let naive = NaiveTree(sample.data)
        let root = try naive.root(5)
        let empty = MerkleTree.emptyRoot
        func check(_ first: Int, _ firstRoot: Digest256, _ second: Int, _ secondRoot: Digest256)
            -> Consistency
        {
            Consistency(
                first: first, firstRoot: firstRoot, second: second, secondRoot: secondRoot,
                path: [])
        }
        for good in [check(0, empty, 0, empty), check(0, empty, 5, root), check(5, root, 5, root)] {
            #expect(good.isAccepted, "\(good)")
            for hash in [root, empty, sample.leaves[0]] {
                var mutant = good
                mutant.path = [hash]
                #expect(!mutant.isAccepted, "\(mutant)")
            }
        }
        for bad in [
            check(0, root, 5, root), check(0, root, 0, root), check(0, empty, 0, root),
            check(5, root, 5, empty), check(5, root, 0, empty), check(1, sample.leaves[0], 5, root),
            check(4, try naive.root(4), 5, root), check(-1, empty, 5, root),
            check(-1, root, -1, root), check(5, root, -5, root),
        ] {
            #expect(!bad.isAccepted, "\(bad)")
        }
    }

    @Test func `a leaf of no tree has no root`() {
        let leaf = SampleLeaves(1).leaves[0]
        for (index, size) in [(0, 0), (1, 1), (-1, 1), (0, -1), (.max, .max), (.min, .max)] {
            #expect(
                MerkleTree.rootOfInclusion(leafHash: leaf, index: index, size: size, path: [])
                    == nil)
        }
        #expect(
            MerkleTree.rootOfInclusion(leafHash: leaf, index: 0, size: 1, path: []) == leaf)
    }

    @Test func `the largest sizes need as many hashes as their leaves are deep`() {
        let hashes = SampleLeaves(64).leaves
        func isPath(_ index: Int, _ count: Int) -> Bool {
            MerkleTree.rootOfInclusion(
                leafHash: hashes[0], index: index, size: .max, path: Array(hashes[..<count])) != nil
        }
        #expect(isPath(0, 63) && !isPath(0, 62) && !isPath(0, 64))
        #expect(isPath(.max - 1, 62) && !isPath(.max - 1, 63))
    }

    /// The preimage of a node is no leaf: its bytes given as a leaf's data have another hash, and
    /// the node itself does not stand where a leaf of the tree does.
    @Test func `no inner node passes for a leaf`() throws {
        let sample = SampleLeaves(33)
        let naive = NaiveTree(sample.data)
        var nodes = 0
        for size in 2...33 {
            let root = try naive.root(size)
            /// All inner nodes below `part`, with their paths from below.
            func visit(_ part: Range<Int>, _ above: [Digest256]) throws {
                guard part.count > 1 else { return }
                nodes += 1
                let (left, right) = NaiveTree.halves(part)
                let pair = [naive.root(left), naive.root(right)]
                let asData = MerkleTree.leafHash(pair[0] + pair[1])
                let node = try treeDigest(naive.root(part))
                #expect(asData != node)
                for index in 0..<size {
                    for leaf in [node, asData] {
                        let claim = Inclusion(
                            leaf: leaf, index: index, size: size, path: above, root: root)
                        #expect(!claim.isAccepted, "\(part), \(claim)")
                    }
                    let smaller = Inclusion(
                        leaf: asData, index: index, size: 1 << above.count, path: above, root: root)
                    #expect(!smaller.isAccepted, "\(part), \(smaller)")
                }
                try visit(left, [treeDigest(pair[1])] + above)
                try visit(right, [treeDigest(pair[0])] + above)
            }
            try visit(0..<size, [])
        }
        #expect(nodes == (2...33).reduce(0) { $0 + $1 - 1 })
    }
}
