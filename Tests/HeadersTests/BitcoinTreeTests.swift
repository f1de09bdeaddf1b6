import Bytes
import Headers
import Testing

@Suite struct BitcoinTreeTests {
    @Test func `the tree over a real block has the header's root`() throws {
        let regtest = try RegtestVectors()
        let root = try BitcoinTree.root(of: regtest.transactions)
        #expect(root.hash == regtest.header.merkleRoot)
        #expect(!root.isMutated)
        let chain = try ChainVectors()
        let other = try BitcoinTree.root(of: [chain.coinbase, chain.txid])
        #expect(other.hash == chain.header.merkleRoot)
    }

    @Test func `the root of one leaf is the leaf, and there is none of nothing`() throws {
        var random = Generator()
        let leaf = random.digest()
        let root = try BitcoinTree.root(of: [leaf])
        #expect(root.hash == leaf && !root.isMutated)
        #expect(throws: HeaderError.emptyTree) { try BitcoinTree.root(of: []) }
        #expect(throws: HeaderError.indexOutOfRange(index: 0, levels: 0)) {
            try BitcoinTree.branch(at: 0, of: [])
        }
    }

    @Test func `trees of every size are hashed as they are drawn`() throws {
        var random = Generator()
        for count in 1...70 {
            let leaves = random.leaves(count)
            let root = try BitcoinTree.root(of: leaves)
            #expect([root.hash] == levels(of: leaves).last, random.comment)
            #expect(!root.isMutated, random.comment)
        }
    }

    @Test func `repeated last leaves give the same root and are noticed (CVE-2012-2459)`() throws {
        var random = Generator()
        var seen = 0
        for count in 1...70 {
            let leaves = random.leaves(count)
            guard let more = mutated(leaves) else { continue }
            let root = try BitcoinTree.root(of: more)
            #expect(root.hash == (try BitcoinTree.root(of: leaves).hash), random.comment)
            #expect(root.isMutated, random.comment)
            seen += 1
        }
        #expect(seen == 63)
    }

    @Test func `equal leaves that are no pair are nobody's attack`() throws {
        var random = Generator()
        let leaves = random.leaves(3)
        let apart = [leaves[0], leaves[1], leaves[1], leaves[2]]
        #expect(try !BitcoinTree.root(of: apart).isMutated)
        let pair = [leaves[0], leaves[0], leaves[1], leaves[2]]
        #expect(try BitcoinTree.root(of: pair).isMutated)
    }

    @Test func `there is a branch for every leaf and for nothing else`() throws {
        var random = Generator()
        for count in 1...20 {
            let leaves = random.leaves(count)
            for index in [-1, count, count + 1, 1 << 40] {
                #expect(throws: HeaderError.self) {
                    try BitcoinTree.branch(at: index, of: leaves)
                }
            }
            #expect(try BitcoinTree.branch(at: count - 1, of: leaves).index == count - 1)
        }
    }
}
