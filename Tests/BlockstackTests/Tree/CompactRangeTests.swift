import Bytes
import Testing

@testable import Blockstack

@Suite struct CompactRangeTests {
    @Test func `the range of every size to 300 has the root of the definition`() throws {
        let sample = SampleLeaves(300)
        let naive = NaiveTree(sample.data)
        var range = CompactRange()
        #expect(range.root == MerkleTree.emptyRoot)
        for size in 1...300 {
            range.append(sample.leaves[size - 1])
            #expect(range.size == size)
            #expect(range.nodes.count == size.nonzeroBitCount)
            #expect(try range.root == naive.root(size), "size \(size)")
            #expect(range == CompactRange(sample.leaves[..<size]))
        }
    }

    @Test func `a range taken up again at any size goes on as if it had never stopped`() throws {
        var random = TreeRandom()
        let sample = SampleLeaves(5_000)
        let naive = NaiveTree(sample.data)
        for _ in 0..<20 {
            let size = 1 + random.below(5_000)
            let stop = random.below(size + 1)
            let before = CompactRange(sample.leaves[..<stop])
            var range = try #require(CompactRange(size: stop, nodes: before.nodes))
            for leaf in sample.leaves[stop..<size] { range.append(leaf) }
            #expect(try range.root == naive.root(size), random.comment)
        }
    }

    @Test func `the nodes are the complete subtrees, the largest first`() throws {
        let sample = SampleLeaves(13)
        let naive = NaiveTree(sample.data)
        let range = CompactRange(sample.leaves)
        let expected = [0..<8, 8..<12, 12..<13].map { naive.root($0) }
        #expect(range.nodes.map(\.bytes) == expected)
    }

    @Test func `a range needs one node for each bit of its size`() {
        let nodes = SampleLeaves(4).leaves
        #expect(CompactRange(size: 0, nodes: []) == CompactRange())
        #expect(CompactRange(size: 7, nodes: Array(nodes[..<3])) != nil)
        #expect(CompactRange(size: 7, nodes: Array(nodes[..<2])) == nil)
        #expect(CompactRange(size: 7, nodes: nodes) == nil)
        #expect(CompactRange(size: 0, nodes: [nodes[0]]) == nil)
        #expect(CompactRange(size: -1, nodes: []) == nil)
        #expect(CompactRange(size: .min, nodes: [nodes[0]]) == nil)
    }
}
