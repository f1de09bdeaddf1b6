import Bytes
import Cryptography
import Testing

@testable import Headers

@Suite struct BUMPMergingTests {
    private func path(_ index: Int, _ leaves: [Digest256], height: Int = 4) throws -> BUMP {
        try BUMP(
            height: height, leaf: leaves[index],
            branch: try BitcoinTree.branch(at: index, of: leaves))
    }

    /// All trees of up to nine leaves, all choices of them.
    @Test func `paths of one block become one`() throws {
        var random = Generator()
        for count in 1...9 {
            let leaves = random.leaves(count)
            let root = try BitcoinTree.root(of: leaves).hash
            for choice in 1..<1 << count {
                let places = (0..<count).filter { choice >> $0 & 1 == 1 }
                let merged = try BUMP.merging(places.map { try path($0, leaves) })
                #expect(try merged.root() == root, random.comment)
                #expect(merged.transactions == places.map { leaves[$0] }, random.comment)
                #expect(try BUMP(binary: merged.binary) == merged, random.comment)
                for place in places { #expect(try merged.root(of: leaves[place]) == root) }
            }
        }
    }

    @Test func `paths of two blocks stay two`() throws {
        var random = Generator()
        let (first, second) = (random.leaves(5), random.leaves(5))
        #expect(throws: HeaderError.emptyPath) { try BUMP.merging([]) }
        #expect(throws: HeaderError.wrongHeight(expected: 4, got: 5)) {
            try BUMP.merging([try path(0, first), try path(1, first, height: 5)])
        }
        let roots = try [first, second].map { try BitcoinTree.root(of: $0).hash }
        #expect(throws: HeaderError.wrongRoot(expected: roots[0], got: roots[1])) {
            try BUMP.merging([try path(0, first), try path(0, second)])
        }
    }

    @Test func `a BEEF names each block once`() throws {
        let known = try ChainVectors()
        let path = try BUMP(binary: known.bump)
        let sample = try BEEF(
            hex(try #require(try vectorObject("beef_bump.json")["beef62"] as? String)))
        let entry = sample.entries[0]
        let doubled = try BEEF(
            paths: [path, sample.paths[0], sample.paths[0]],
            entries: [
                BEEF.Entry(id: entry.id, transaction: entry.transaction, path: 2),
                sample.entries[1],
            ])
        let merged = try doubled.merged()
        #expect(merged.paths == sample.paths && merged.entries == sample.entries)
        #expect(merged.subject == sample.subject)
        #expect(try merged.roots().map(\.height) == [814_435])
    }
}
