import Bytes
import Merge
import Testing

@Suite struct WinningChainTests {
    private func digest(_ byte: UInt8) -> Digest256 {
        Digest256([UInt8](repeating: byte, count: 32)) ?? .zero
    }

    private func block(
        _ hash: UInt8, _ previous: UInt8, _ term: Int, isWhole: Bool = true
    ) -> SealedBlock {
        SealedBlock(hash: digest(hash), previous: digest(previous), term: term, isWhole: isWhole)
    }

    /// The chain's hashes, the same for every order of arrival.
    private func choice(_ blocks: SealedBlock...) -> [UInt8] {
        var random = Generator()
        let chain = WinningChain.choose(among: blocks)
        for _ in 0..<20 {
            let other = (blocks + blocks).shuffled(using: &random)
            #expect(WinningChain.choose(among: other) == chain, random.comment)
        }
        return chain.compactMap(\.hash.bytes.first)
    }

    @Test func `highest term, then length, then lowest hash`() {
        #expect(choice() == [])
        #expect(choice(block(5, 0, 1), block(6, 5, 1)) == [5, 6])
        #expect(choice(block(5, 0, 1), block(6, 5, 1), block(9, 0, 2)) == [9])
        #expect(choice(block(5, 0, 1), block(6, 5, 1), block(1, 0, 1)) == [5, 6])
        #expect(choice(block(5, 0, 1), block(4, 0, 1)) == [4])
        // A block of an older term after one of a newer does not count.
        #expect(choice(block(5, 0, 3), block(6, 5, 1)) == [5])
        #expect(choice(block(5, 0, 0), block(6, 5, 0)) == [5, 6])
    }

    @Test func `only what is here whole from the first block on`() {
        #expect(choice(block(5, 0, 1), block(6, 5, 2, isWhole: false), block(7, 6, 3)) == [5])
        #expect(choice(block(6, 5, 2), block(7, 6, 3)) == [])
        #expect(choice(block(5, 0, 1, isWhole: false)) == [])
    }

    /// Against trying every block as the last.
    @Test func `it is the best of all chains`() {
        var random = Generator()
        for _ in 0..<2_000 {
            let blocks = (1...8).map { number in
                block(
                    UInt8(number), UInt8(random.below(number)), random.below(3),
                    isWhole: !random.chance(5))
            }.shuffled(using: &random)
            var best: [SealedBlock] = []
            for tip in blocks {
                var chain = [tip]
                while let next = blocks.first(where: { $0.hash == chain[0].previous }) {
                    chain.insert(next, at: 0)
                }
                guard chain.allSatisfy(\.isWhole), chain[0].previous == .zero else { continue }
                guard let last = best.last else {
                    best = chain
                    continue
                }
                if tip.term != last.term
                    ? tip.term > last.term
                    : chain.count != best.count ? chain.count > best.count : tip.hash < last.hash
                {
                    best = chain
                }
            }
            #expect(WinningChain.choose(among: blocks) == best, random.comment)
        }
    }
}
