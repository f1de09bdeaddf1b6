import Bytes
import Cryptography
import Headers
import Testing

@Suite struct BUMPTests {
    private func sample(_ name: String) throws -> [UInt8] {
        hex(try #require(try vectorObject("beef_bump.json")[name] as? String))
    }

    @Test func `block 170's path is read, verified, made and written as it came`() throws {
        let vectors = try ChainVectors()
        let path = try BUMP(binary: vectors.bump)
        #expect(path.height == 170)
        #expect(path.transactions == [vectors.txid])
        try path.verify(vectors.txid, against: vectors.header, at: 170)
        #expect(path.binary == vectors.bump)
        let branch = try TSCProof(binary: vectors.tsc).branch
        #expect(try BUMP(height: 170, leaf: vectors.txid, branch: branch) == path)
    }

    @Test func `no bit of block 170's path can be turned but the two marks of transactions`()
        throws
    {
        let vectors = try ChainVectors()
        // The flags of the two leaves: whether the path is meant to be about them.
        let marks = [4 * 8 + 1, 38 * 8 + 1]
        for (bit, bytes) in flips(of: vectors.bump) {
            let verify = {
                try BUMP(binary: bytes).verify(vectors.txid, against: vectors.header, at: 170)
            }
            if marks.contains(bit) {
                try verify()
            } else {
                #expect(throws: HeaderError.self, "bit \(bit)", performing: verify)
            }
        }
        for (bit, bytes) in flips(of: vectors.header.bytes) {
            let header = try BlockHeader(bytes)
            #expect(throws: HeaderError.self, "header, bit \(bit)") {
                try BUMP(binary: vectors.bump).verify(vectors.txid, against: header, at: 170)
            }
        }
    }

    @Test func `BRC-74's sample has its root from every transaction`() throws {
        let bytes = try sample("bump74")
        let path = try BUMP(binary: bytes)
        #expect(path.height == 813_706)
        #expect(path.levels.count == 12)
        let root = shown("57aab6e6fb1b697174ffb64e062c4728f2ffd33ddcfa02a43b64d8cd29b483b4")
        let transactions = path.levels[0].compactMap(\.hash)
        #expect(transactions.count == 3)
        #expect(Set(path.transactions).isSubset(of: transactions) && !path.transactions.isEmpty)
        for transaction in transactions { #expect(try path.root(of: transaction) == root) }
        #expect(path.binary == bytes)
        let stranger = Hash.sha256([])
        #expect(throws: HeaderError.notInPath(stranger)) { try path.root(of: stranger) }
    }

    @Test func `a path is read where it stands in a BEEF`() throws {
        let beef = try sample("beef62")
        var rest = beef[5...]
        let path = try BUMP(prefixOf: &rest)
        #expect(path.height == 814_435)
        #expect(
            try path.root(
                of: shown("3ecead27a44d013ad1aae40038acbb1883ac9242406808bb4667c15b4f164eac"))
                == shown("bb6f640cc4ee56bf38eb5a1969ac0c16caa2d3d202b22bf3735d10eec0ca6e00"))
        #expect(Array(beef[5..<rest.startIndex]) == path.binary)
        // The count of transactions and the first one's version.
        #expect(rest.starts(with: [2, 1, 0, 0, 0]))
    }

    @Test func `a real node's block is proved by paths, one or all transactions at once`() throws {
        let vectors = try RegtestVectors()
        for (index, txid) in vectors.transactions.enumerated() {
            let branch = try BitcoinTree.branch(at: index, of: vectors.transactions)
            let path = try BUMP(height: 111, leaf: txid, branch: branch)
            try path.verify(txid, against: vectors.header, at: 111)
            #expect(try BUMP(binary: path.binary) == path)
        }
        let all = try merged(vectors.transactions, Array(0..<5), height: 111, isTrimmed: true)
        #expect(all.transactions == vectors.transactions)
        for txid in vectors.transactions { try all.verify(txid, against: vectors.header, at: 111) }
        #expect(throws: HeaderError.wrongHeight(expected: 112, got: 111)) {
            try all.verify(vectors.transactions[0], against: vectors.header, at: 112)
        }
    }

    /// The path of several leaves: those of each alone in one, without what follows from below
    /// where it is trimmed.
    private func merged(
        _ leaves: [Digest256], _ chosen: [Int], height: Int, isTrimmed: Bool
    ) throws -> BUMP {
        let tree = levels(of: leaves)
        var result: [[BUMP.Leaf]] = []
        for level in 0..<max(1, tree.count - 1) {
            let known = Set(chosen.map { $0 >> level })
            var offsets = Set(known.map { $0 ^ 1 })
            if level == 0 {
                offsets.formUnion(known)
            } else if isTrimmed {
                offsets.subtract(known)
            }
            if tree.count == 1 { offsets = [0] }
            result.append(
                offsets.sorted().map { offset in
                    guard offset < tree[level].count else {
                        return BUMP.Leaf(offset: offset, .duplicate)
                    }
                    let hash = tree[level][offset]
                    let isChosen = level == 0 && chosen.contains(offset)
                    return BUMP.Leaf(offset: offset, isChosen ? .transaction(hash) : .hash(hash))
                })
        }
        return try BUMP(height: height, levels: result)
    }

    @Test func `every leaf of every tree has its path`() throws {
        var random = Generator()
        for count in 1...70 {
            let leaves = random.leaves(count)
            let root = levels(of: leaves).last
            for index in 0..<count {
                let branch = try BitcoinTree.branch(at: index, of: leaves)
                let height = random.below(1_000_000)
                let path = try BUMP(height: height, leaf: leaves[index], branch: branch)
                #expect(try [path.root(of: leaves[index])] == root, random.comment)
                #expect(path.transactions == [leaves[index]], random.comment)
                let again = try BUMP(binary: path.binary)
                #expect(again == path && again.binary == path.binary, random.comment)
            }
        }
    }

    @Test func `several leaves in one path lead to one root, merged or trimmed`() throws {
        var random = Generator()
        for _ in 0..<150 {
            let leaves = random.leaves(1 + random.below(70))
            let root = levels(of: leaves).last
            let chosen = Set((0...random.below(8)).map { _ in random.below(leaves.count) }).sorted()
            for isTrimmed in [true, false] {
                let path = try merged(leaves, chosen, height: 1, isTrimmed: isTrimmed)
                #expect(try [path.root()] == root, random.comment)
                #expect(path.transactions == chosen.map { leaves[$0] }, random.comment)
                let backwards = path.levels.map { Array($0.reversed()) }
                #expect(try BUMP(height: 1, levels: backwards) == path, random.comment)
                #expect(try BUMP(binary: path.binary) == path, random.comment)
            }
        }
    }

    @Test func `every hash that is written down is bound, and none can be left out`() throws {
        var random = Generator()
        for _ in 0..<60 {
            let leaves = random.leaves(2 + random.below(40))
            let root = try BitcoinTree.root(of: leaves).hash
            let chosen = Set((0...random.below(4)).map { _ in random.below(leaves.count) }).sorted()
            let isTrimmed = random.below(2) == 0
            let path = try merged(leaves, chosen, height: 1, isTrimmed: isTrimmed)
            for (level, written) in path.levels.enumerated() {
                for index in written.indices {
                    var other = path.levels
                    other[level][index] = BUMP.Leaf(
                        offset: written[index].offset, .hash(random.digest()))
                    let changed = try? BUMP(height: 1, levels: other).root()
                    #expect(changed != root, random.comment)
                    other[level].remove(at: index)
                    let isDerived =
                        level > 0 && chosen.contains { $0 >> level == written[index].offset }
                    let fewer = try? BUMP(height: 1, levels: other).root()
                    #expect((fewer == root) == isDerived, random.comment)
                }
            }
        }
    }

    @Test func `repeated last leaves are refused (CVE-2012-2459)`() throws {
        var random = Generator()
        for count in [3, 5, 6, 7, 12, 35] {
            let leaves = random.leaves(count)
            let more = try #require(mutated(leaves))
            for isTrimmed in [true, false] {
                let path = try merged(
                    more, [more.count - 1], height: 1, isTrimmed: isTrimmed)
                #expect(throws: HeaderError.self, random.comment) { try path.root() }
            }
        }
    }

    @Test func `half of a transaction of 64 bytes is no leaf (CVE-2017-12842)`() throws {
        var random = Generator()
        let transaction = smallTransaction(&random)
        let halves = try [transaction[..<32], transaction[32...]].map {
            try #require(Digest256($0))
        }
        let path = try BUMP(
            height: 1,
            levels: [
                [
                    BUMP.Leaf(offset: 2, .hash(halves[0])),
                    BUMP.Leaf(offset: 3, .transaction(halves[1])),
                ], [BUMP.Leaf(offset: 0, .hash(random.digest()))],
            ])
        #expect(throws: HeaderError.transactionAsNode(level: 0), random.comment) {
            try path.root()
        }
    }
}
