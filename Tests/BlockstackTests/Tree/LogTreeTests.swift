import Bytes
import Testing

@testable import Blockstack

/// Nodes of a list of leaves, made beforehand; counts what is read.
private final class CountedNodes: NodeSource {
    struct Missing: Error {}

    private var rows: [[Digest256]]
    private(set) var reads = 0

    init(_ leaves: [Digest256]) {
        rows = [leaves]
        while let below = rows.last, below.count > 1 {
            rows.append(
                (0..<below.count / 2).map {
                    MerkleTree.nodeHash(below[2 * $0], below[2 * $0 + 1])
                })
        }
    }

    func node(level: Int, index: Int) throws(Missing) -> Digest256 {
        reads += 1
        guard rows.indices.contains(level), rows[level].indices.contains(index) else {
            throw Missing()
        }
        return rows[level][index]
    }
}

@Suite struct LogTreeTests {
    @Test func `every inclusion path of the sizes to 130 is that of the definition, and accepted`()
        throws
    {
        let sample = SampleLeaves(130)
        let naive = NaiveTree(sample.data)
        let tree = LogTree(CountedNodes(sample.leaves))
        for size in 1...130 {
            let root = try naive.root(size)
            #expect(try tree.root(size: size) == root, "size \(size)")
            for index in 0..<size {
                let path = try tree.inclusionPath(of: index, size: size)
                let expected = try naive.path(of: index, size: size)
                #expect(path == expected, "index \(index), size \(size)")
                let isAccepted = MerkleTree.verifyInclusion(
                    leafHash: sample.leaves[index], index: index, size: size, path: path,
                    root: root)
                #expect(isAccepted, "index \(index), size \(size)")
            }
        }
    }

    @Test func `paths over leaves in memory are those of the log`() throws {
        let sample = SampleLeaves(40)
        let naive = NaiveTree(sample.data)
        for size in 1...40 {
            let leaves = Array(sample.leaves[..<size])
            for index in 0..<size {
                let expected = try naive.path(of: index, size: size)
                #expect(MerkleTree.inclusionPath(of: index, inLeaves: leaves) == expected)
            }
            for first in 0...size {
                let expected = try naive.path(from: first, to: size)
                #expect(MerkleTree.consistencyPath(from: first, toLeaves: leaves) == expected)
            }
        }
    }

    @Test func `every consistency path of the sizes to 70 is that of the definition, and accepted`()
        throws
    {
        let sample = SampleLeaves(70)
        let naive = NaiveTree(sample.data)
        let tree = LogTree(CountedNodes(sample.leaves))
        for second in 0...70 {
            for first in 0...second {
                let path = try tree.consistencyPath(from: first, to: second)
                let expected = try naive.path(from: first, to: second)
                #expect(path == expected, "from \(first) to \(second)")
                let isAccepted = MerkleTree.verifyConsistency(
                    firstSize: first, firstRoot: try naive.root(first), secondSize: second,
                    secondRoot: try naive.root(second), path: path)
                #expect(isAccepted, "from \(first) to \(second)")
            }
        }
    }

    @Test func `a path reads at most two nodes a level`() throws {
        let source = CountedNodes(SampleLeaves(1_000).leaves)
        let tree = LogTree(source)
        for size in 1...1_000 {
            let levels = Int.bitWidth - size.leadingZeroBitCount
            let bound = 2 * levels
            var before = source.reads
            _ = try tree.inclusionPath(of: size * 7 / 10, size: size)
            #expect(source.reads - before <= bound, "size \(size)")
            before = source.reads
            _ = try tree.consistencyPath(from: (size + 1) / 2, to: size)
            #expect(source.reads - before <= bound, "size \(size)")
            before = source.reads
            _ = try tree.root(size: size)
            #expect(source.reads - before == size.nonzeroBitCount, "size \(size)")
        }
    }

    @Test func `what the source throws comes out`() {
        let tree = LogTree(CountedNodes(SampleLeaves(5).leaves))
        #expect(throws: CountedNodes.Missing.self) { try tree.root(size: 6) }
        #expect(throws: CountedNodes.Missing.self) { try tree.inclusionPath(of: 0, size: 6) }
        #expect(throws: CountedNodes.Missing.self) { try tree.consistencyPath(from: 3, to: 6) }
    }
}
