// Between BEEF and the ancestors that payments carry: nothing is lost, and nothing is made up.
import Bitcoin
import Bytes
import Coins
import DirectPayment
import Headers
import Testing

@testable import WalletKit

@Suite struct AncestryTests {
    let scene: CoinScene

    init() throws { scene = try CoinScene() }

    /// A payment of a payment of mined coins.
    private func handed() throws -> HandedCoins {
        try scene.fund(scene.alice, 50_000)
        let wallet = scene.alice.wallet
        func pay(_ satoshis: UInt64) throws -> HandedCoins {
            let row = try wallet.draftCoins(
                paying: [TransactionOutput(satoshis: satoshis, script: CoinScene.foreign)],
                label: "")
            return try wallet.handOutCoins(row.stored.transaction.id)
        }
        _ = try pay(10_000)
        return try pay(20_000)
    }

    @Test func `there and back`() throws {
        let handed = try handed()
        let chain = try scene.alice.wallet.requiredCoinChain()
        #expect(handed.evidence.entries.count == 3 && handed.fee > 0 && handed.fee < 20)
        let ancestry = try TransactionAncestry(handed.evidence, chain)
        #expect(ancestry.ancestors.count == 2)
        #expect(ancestry.ancestors.count { $0.proof != nil } == 1)
        let read = try TransactionAncestry(hexadecimal: ancestry.hexadecimal)
        #expect(read == ancestry)
        let beef = try read.beef(of: handed.transaction, chain)
        #expect(Set(beef.entries.map(\.id)) == Set(handed.evidence.entries.map(\.id)))
        #expect(beef.subject == handed.transaction.id)
        _ = try chain.verify(.beef(beef))
        // The order in which they stand does not matter.
        let reversed = TransactionAncestry(ancestry.ancestors.reversed())
        _ = try chain.verify(.beef(try reversed.beef(of: handed.transaction, chain)))
    }

    @Test func `what is missing or false supports nothing`() throws {
        let handed = try handed()
        let chain = try scene.alice.wallet.requiredCoinChain()
        let ancestors = try TransactionAncestry(handed.evidence, chain).ancestors
        for left in ancestors.indices {
            var part = ancestors
            part.remove(at: left)
            #expect(throws: (any Error).self) {
                _ = try chain.verify(
                    .beef(try TransactionAncestry(part).beef(of: handed.transaction, chain)))
            }
        }
        // A proof of another transaction, and one of a block that nobody knows.
        let mined = try #require(ancestors.first { $0.proof != nil })
        let other = try #require(ancestors.first { $0.proof == nil })
        let swapped = TransactionAncestry([
            .init(other.transaction, proof: mined.proof), .init(mined.transaction, proof: nil),
        ])
        #expect(throws: HeaderError.self) { try swapped.beef(of: handed.transaction, chain) }
        let proof = try #require(mined.proof)
        let elsewhere = try TSCProof(
            subject: proof.subject, branch: proof.branch, target: .hash(.zero))
        #expect(throws: ChainRefusal.self) {
            try TransactionAncestry([
                .init(mined.transaction, proof: elsewhere), .init(other.transaction, proof: nil),
            ]).beef(of: handed.transaction, chain)
        }
    }
}
