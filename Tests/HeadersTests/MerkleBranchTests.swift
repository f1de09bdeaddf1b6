import Bytes
import Cryptography
import Headers
import Foundation
import Testing

@Suite struct MerkleBranchTests {
    @Test func `every leaf of every tree leads to the root`() throws {
        var random = Generator()
        for count in 1...70 {
            let leaves = random.leaves(count)
            let root = levels(of: leaves).last
            for index in 0..<count {
                let branch = try BitcoinTree.branch(at: index, of: leaves)
                #expect(try [branch.root(of: leaves[index])] == root, random.comment)
                #expect(
                    try [branch.root(of: random.digest())] != root, random.comment)
            }
        }
    }

    @Test func `exactly the shapes of trees are accepted`() throws {
        var random = Generator()
        let node = random.digest()
        /// The places of duplicates as bits, below a bit that marks the number of levels.
        func pattern(_ nodes: [MerkleBranch.Node]) -> Int {
            nodes.reversed().reduce(1) { $0 << 1 | ($1 == .duplicate ? 1 : 0) }
        }
        var shapes: Set<[Int]> = []
        for count in 1...64 {
            let leaves = [Digest256](repeating: node, count: count)
            for index in 0..<count {
                let branch = try BitcoinTree.branch(at: index, of: leaves)
                shapes.insert([index, pattern(branch.nodes)])
            }
        }
        var accepted = 0
        for levels in 0...6 {
            for places in 0..<1 << levels {
                let nodes = (0..<levels).map {
                    places >> $0 & 1 == 1 ? MerkleBranch.Node.duplicate : .hash(node)
                }
                for index in 0...(1 << levels) {
                    let isAccepted =
                        (try? MerkleBranch(index: index, nodes: nodes).marked(
                            from: Hash.sha256([1]))) != nil
                    #expect(isAccepted == shapes.contains([index, pattern(nodes)]))
                    accepted += isAccepted ? 1 : 0
                }
            }
        }
        #expect(accepted == shapes.count)
    }

    @Test func `shapes that no tree has are refused with the reason`() throws {
        let hash = MerkleBranch.Node.hash(Hash.sha256([]))
        #expect(throws: HeaderError.indexOutOfRange(index: 4, levels: 2)) {
            try MerkleBranch(index: 4, nodes: [hash, hash])
        }
        #expect(throws: HeaderError.indexOutOfRange(index: -1, levels: 1)) {
            try MerkleBranch(index: -1, nodes: [hash])
        }
        #expect(throws: HeaderError.misplacedDuplicate(level: 0)) {
            try MerkleBranch(index: 1, nodes: [.duplicate])
        }
        #expect(throws: HeaderError.misplacedDuplicate(level: 0)) {
            try MerkleBranch(index: 0, nodes: [.duplicate])
        }
        #expect(throws: HeaderError.nodeBeyondLast(level: 1)) {
            try MerkleBranch(index: 4, nodes: [.duplicate, hash, hash]).root(of: Hash.sha256([1]))
        }
    }

    @Test func `a branch has at most 64 levels, and an index at most 15 digits`() throws {
        let node = MerkleBranch.Node.hash(Hash.sha256([]))
        let nodes = [MerkleBranch.Node](repeating: node, count: Limits.branchLevels)
        let most = Limits.branchIndex
        #expect(try MerkleBranch(index: most, nodes: nodes).index == most)
        #expect(throws: HeaderError.indexOutOfRange(index: most + 1, levels: 64)) {
            try MerkleBranch(index: most + 1, nodes: nodes)
        }
        #expect(throws: HeaderError.tooLarge(what: "nodes", limit: 64, got: 65)) {
            try MerkleBranch(index: 0, nodes: nodes + [node])
        }
    }

    @Test func `a leaf that is there only because the last ones are repeated is refused`() throws {
        var random = Generator()
        for count in 1...40 {
            let leaves = random.leaves(count)
            guard let more = mutated(leaves) else { continue }
            let level = (more.count - count).trailingZeroBitCount
            for index in count..<more.count {
                let branch = try BitcoinTree.branch(at: index, of: more)
                #expect(throws: HeaderError.mutatedTree(level: level), random.comment) {
                    try branch.root(of: more[index])
                }
            }
            // Those that they repeat: the node writes such branches, above the leaves alone.
            for index in (2 * count - more.count)..<count {
                let branch = try BitcoinTree.branch(at: index, of: more)
                guard level > 0 else {
                    #expect(throws: HeaderError.mutatedTree(level: 0), random.comment) {
                        try branch.root(of: more[index])
                    }
                    continue
                }
                let root = try BitcoinTree.root(of: leaves).hash
                #expect(try branch.root(of: more[index]) == root, random.comment)
                let honest = try BitcoinTree.branch(at: index, of: leaves)
                #expect(try branch.marked(from: more[index]) == honest, random.comment)
            }
        }
    }

    @Test func `a proof of a node that writes duplicates as hashes leads to its root`() throws {
        let object = try vectorObject("regtest_explicit_duplicates.json")
        let node = try #require(object["proof"] as? [String: Any])
        let proof = try TSCProof(json: Array(JSONSerialization.data(withJSONObject: node)))
        let header = try BlockHeader(hex(try #require(node["target"] as? String))[...])
        try proof.verify(against: header)
        let path = try BUMP(height: 7, leaf: proof.leaf, branch: proof.branch)
        #expect(try path.root() == header.merkleRoot)
        #expect(path.levels.contains { $0.contains { $0.content == .duplicate } })
    }

    @Test func `half of a transaction of 64 bytes is no leaf (CVE-2017-12842)`() throws {
        var random = Generator()
        for _ in 0..<50 {
            // A miner's transaction of 64 bytes is a leaf; its second half is passed off as one.
            let transaction = smallTransaction(&random)
            #expect(transaction.count == 64)
            let left = try #require(Digest256(transaction[..<32]))
            let right = try #require(Digest256(transaction[32...]))
            let other = random.digest()
            let root = try BitcoinTree.root(of: [other, Hash.sha256d(transaction)]).hash
            #expect(levels(of: [other, Hash.sha256d(transaction)]).last == [root])
            let branch = try MerkleBranch(index: 3, nodes: [.hash(left), .hash(other)])
            #expect(throws: HeaderError.transactionAsNode(level: 0), random.comment) {
                try branch.root(of: right)
            }
        }
    }
}
