import Bytes
import Cryptography
import Files
import Testing

@testable import Headers

/// A store with a chain of 34 that has left a branch of four at height 20.
private func withBranches(
    _ body: (HeaderStore, [BlockHeader], [BlockHeader], String) throws -> Void
) throws {
    try inDirectory { path in
        let store = try HeaderStore(path, .regtest, .writing)
        let shared = try MinedChain.mine(20, after: ChainNetwork.regtest.genesis, mark: 1)
        let left = try MinedChain.mine(4, after: shared[19], mark: 2)
        let taken = try MinedChain.mine(14, after: shared[19], mark: 3)
        _ = try store.take(bytes(shared + left), now: 2_000_000_000)
        _ = try store.take(bytes(taken), now: 2_000_000_000)
        try body(store, shared + taken, left, path)
    }
}

@Suite struct ChainQuestionsTests {
    @Test func `a root stands at its height alone`() throws {
        try withBranches { store, chain, left, _ throws in
            let header = try #require(try store.header(at: 7))
            #expect(
                try store.standing(ofRoot: chain[6].merkleRoot, at: 7) == .confirmed(header))
            #expect(try store.standing(ofRoot: chain[6].merkleRoot, at: 8) == .notInChain)
            #expect(try store.standing(ofRoot: chain[6].merkleRoot, at: -1) == .notInChain)
            #expect(try store.standing(ofRoot: left[0].merkleRoot, at: 21) == .notInChain)
            #expect(try store.standing(ofRoot: .zero, at: 35) == .notYet(tip: 34))
            #expect(try store.standing(ofRoot: .zero, at: 40) == .notYet(tip: 34))
            #expect(try store.standing(ofRoot: .zero, at: 41) == .notInChain)
        }
    }

    @Test func `whoever remembers a header learns where the chain has parted from it`() throws {
        try withBranches { store, chain, left, _ throws in
            #expect(try store.standing(of: chain[29].hash) == .longest(height: 30))
            #expect(try store.standing(of: left[3].hash) == .parted(fork: 20))
            #expect(try store.standing(of: left[0].hash) == .parted(fork: 20))
            #expect(try store.standing(of: .zero) == .unknown)
        }
    }

    @Test func `ancestors are of one branch, and in order`() throws {
        try withBranches { store, chain, left, _ throws in
            func place(_ header: BlockHeader) throws -> PlacedHeader {
                try #require(try store.find(header.hash))
            }
            func path(_ header: BlockHeader, _ ancestor: BlockHeader, limit: Int = 99) throws
                -> [Digest256]?
            {
                try store.ancestors(
                    of: try place(header), downTo: try place(ancestor), limit: limit)?
                    .map(\.hash)
            }
            #expect(try path(chain[9], chain[5]) == chain[6...9].map(\.hash))
            #expect(try path(chain[9], chain[9]) == [])
            #expect(try path(chain[5], chain[9]) == nil)
            #expect(try path(left[2], chain[18]) == [chain[19].hash] + left[0...2].map(\.hash))
            #expect(try path(left[2], chain[21]) == nil)
            #expect(try path(chain[30], left[0]) == nil)
            #expect(try path(chain[30], chain[1], limit: 3) == chain[28...30].map(\.hash))
            func common(_ headers: [BlockHeader]) throws -> Digest256? {
                try store.commonAncestor(of: try headers.map(place))?.hash
            }
            #expect(try common([chain[30], left[3]]) == chain[19].hash)
            #expect(try common([left[3], left[1]]) == left[1].hash)
            #expect(try common([chain[3], chain[9], chain[7]]) == chain[3].hash)
            #expect(try common([left[0], chain[20], chain[2]]) == chain[2].hash)
            #expect(try common([]) == nil)
        }
    }

    @Test func `an end of another branch can be forgotten, and nothing else`() throws {
        try withBranches { store, chain, left, path throws in
            #expect(try store.prune(left[1].hash) == nil)
            #expect(try store.prune(chain[33].hash) == nil)
            #expect(try store.prune(left[3].hash) == 4)
            #expect(store.tips.count == 1)
            #expect(try store.find(left[0].hash) == nil)
            let reader = try HeaderStore(path, .regtest, .reading)
            #expect(reader.tips.count == 1)
            #expect(try reader.prune(left[3].hash) == nil)
        }
    }

    @Test func `one process writes, others see what it has written`() throws {
        try inDirectory { path in
            #expect(throws: HeaderError.noStore(path: path)) {
                try HeaderStore(path, .regtest, .reading)
            }
            let store = try HeaderStore(path, .regtest, .writing)
            #expect(throws: HeaderError.busy(path: path)) {
                try HeaderStore(path, .regtest, .writing)
            }
            let reader = try HeaderStore(path, .regtest, .reading)
            #expect(try !reader.isOutdated())
            let chain = try MinedChain.mine(3, after: ChainNetwork.regtest.genesis, mark: 1)
            _ = try store.take(bytes(chain), now: 2_000_000_000)
            #expect(try reader.isOutdated() && !store.isOutdated())
            #expect(try HeaderStore(path, .regtest, .reading).tip.height == 3)
        }
    }

    @Test func `a reader reads through a reorganisation that nobody has completed`() throws {
        try inDirectory { path in
            let shared = try MinedChain.mine(5, after: ChainNetwork.regtest.genesis, mark: 1)
            let first = try MinedChain.mine(4, after: shared[4], mark: 2)
            let second = try MinedChain.mine(6, after: shared[4], mark: 3)
            _ = try HeaderStore(path, .regtest, .writing)
                .take(bytes(shared + first), now: 2_000_000_000)
            try FileSystem.replace(
                path + "/reorganisation", with: UInt32(6).littleEndianBytes + bytes(second))
            let reader = try HeaderStore(path, .regtest, .reading)
            #expect(reader.tip.hash == second[5].hash && reader.tip.height == 11)
            #expect(try reader.find(second[1].hash)?.height == 7)
            #expect(reader.work == UInt256(2 * 12))
            #expect(try FileSystem.status(path + "/reorganisation") != nil)
        }
    }

    @Test func `a branch with more work that was kept is come to by whoever opens next`() throws {
        try inDirectory { path in
            let shared = try MinedChain.mine(5, after: ChainNetwork.regtest.genesis, mark: 1)
            let first = try MinedChain.mine(2, after: shared[4], mark: 2)
            let second = try MinedChain.mine(4, after: shared[4], mark: 3)
            do {
                let store = try HeaderStore(path, .regtest, .writing)
                _ = try store.take(bytes(shared + first), now: 2_000_000_000)
                // As a crash leaves it between the two steps.
                try store.files.append(
                    others: second.enumerated().map { (6 + $0.offset, $0.element) })
            }
            let store = try HeaderStore(path, .regtest, .writing)
            #expect(store.tip.hash == second[3].hash)
            #expect(try store.find(first[1].hash)?.state == .stale)
        }
    }

    @Test func `the proofs of a real node hold under its chain`() throws {
        let vectors = try RegtestVectors()
        try inDirectory { path in
            let store = try HeaderStore(path, .regtest, .writing)
            _ = try store.take(try vectorFile("regtest_headers.bin"), now: 2_000_000_000)
            for (transaction, json) in vectors.proofs {
                let shown = try store.verify(try PresentedProof(json))
                #expect(shown.transactions == [transaction])
                #expect(shown.headers.map(\.height) == [111])
            }
            #expect(
                throws: ChainRefusal.notInChain(root: vectors.transactions[0], height: 3)
            ) { try store.confirmed(vectors.transactions[0], at: 3) }
        }
    }

    @Test func `a text that is no spelling of a proof is told so`() {
        for text in ["zz", "hello", "0x00", "abc", "<html></html>", "nodes: []"] {
            #expect(throws: HeaderError.unreadableText) {
                try PresentedProof(Array("\(text)\n".utf8))
            }
        }
        for text in ["", "00"] {
            #expect(throws: HeaderError.truncated(offset: text.isEmpty ? 0 : 1)) {
                try PresentedProof(Array("\(text)\n".utf8))
            }
        }
    }

    @Test func `our own stacks are a chain too`() throws {
        let known = try ChainVectors()
        let stacks = try StackHeaders(known.headers.concatenated())
        #expect(stacks.tip.height == 10)
        let header = try #require(stacks.header(at: 4))
        #expect(stacks.find(header.hash) == header && stacks.header(at: 11) == nil)
        #expect(stacks.find(root: header.header.merkleRoot) == header)
        #expect(stacks.work(of: header) == number("0500050005"))
        #expect(throws: HeaderError.self) { try StackHeaders([]) }
        // Block 170 is not among them.
        #expect(throws: ChainRefusal.self) {
            try stacks.verify(try PresentedProof(known.bump))
        }
        #expect(throws: ChainRefusal.self) {
            try stacks.verify(try PresentedProof(known.tsc))
        }
    }
}
