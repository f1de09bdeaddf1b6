// What comes from outside counts for what it proves.
import Bitcoin
import Bytes
import Coins
import Headers
import Testing

@Suite struct TakingTests {
    let chain: TestChain
    let payer: Payer
    let owner: Owner
    /// Mined, pays the payer.
    let source: BitcoinTransaction

    init() throws {
        chain = try TestChain()
        payer = try Payer(7)
        owner = try Owner()
        source = try chain.gift(to: payer.script)
    }

    private func payment(_ satoshis: UInt64 = 40_000) throws -> BitcoinTransaction {
        try payer.pay(
            [
                TransactionOutput(satoshis: satoshis, script: try owner.fresh("from payer")),
                TransactionOutput(satoshis: 1_000_000, script: payer.script),
            ], from: [(source, 0)])
    }

    private func beef(_ transaction: BitcoinTransaction) throws -> BEEF {
        try BEEF(
            paths: [try chain.path(source)], entries: [.init(source, path: 0), .init(transaction)])
    }

    @Test func `a bare transaction counts for nothing until its proof is there`() throws {
        let payment = try payment()
        let stored = try owner.store.take(payment, label: "x", now: 1)
        #expect(stored.state == .unverified)
        #expect(stored.delta == 40_000)
        var balance = try owner.store.balance(now: 1)
        #expect((balance.total, balance.unverified) == (0, 40_000))
        #expect(throws: CoinError.nothingProved) {
            try owner.store.take(try chain.path(source), chain, now: 1)
        }
        let height = try chain.mine([payment])
        let proved = try owner.store.take(try chain.path(payment), chain, now: 2)
        #expect(proved.map(\.state) == [.mined])
        #expect(proved[0].height == height)
        balance = try owner.store.balance(now: 2)
        #expect((balance.mined, balance.supported, balance.unverified) == (40_000, 0, 0))
        #expect(try owner.store.problems(chain).isEmpty)
    }

    @Test func `a proof of the standard committee counts as much`() throws {
        let payment = try payment()
        _ = try owner.store.take(payment, label: "x", now: 1)
        try chain.mine([payment])
        let path = try chain.path(payment)
        let proof = try TSCProof(
            subject: .hash(payment.id), branch: try path.branch(of: payment.id),
            target: .hash(chain.tip.hash))
        #expect(try owner.store.take(proof, chain, now: 2).state == .mined)
    }

    @Test func `ancestors that are mined make a payment count at once`() throws {
        let payment = try payment()
        let stored = try owner.store.take(try beef(payment), chain, label: "x", now: 1)
        #expect(stored.state == .supported)
        #expect(try owner.store.balance(now: 1).supported == 40_000)
        // The same again changes nothing.
        #expect(try owner.store.take(try beef(payment), chain, label: "x", now: 2) == stored)
        #expect(try owner.store.coins(now: 2).count == 1)
    }

    @Test func `every byte of a BEEF that is changed makes it count for nothing`() throws {
        let bytes = try beef(try payment()).binary(.v1)
        let owner = try Owner()
        _ = try owner.fresh("from payer")
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            if let beef = try? BEEF(changed),
                (try? owner.store.take(beef, chain, label: "", now: 1)) != nil
            {
                Issue.record("byte \(place)")
            }
            #expect(try owner.store.balance(now: 1) == CoinBalance())
            #expect(try owner.store.transactions().isEmpty)
        }
    }

    @Test func `what is not ours is refused, and nothing of it is kept`() throws {
        let other = try payer.pay(
            [TransactionOutput(satoshis: 5, script: payer.script)], from: [(source, 0)])
        #expect(throws: CoinError.notOurs(other.id)) {
            try owner.store.take(try beef(other), chain, label: "", now: 1)
        }
        #expect(throws: CoinError.notOurs(other.id)) {
            try owner.store.take(other, label: "", now: 1)
        }
        #expect(throws: CoinError.unknownTransaction(source.id)) {
            try owner.store.stored(source.id)
        }
    }

    @Test func `of two that spend the same the first counts, until the other is mined`() throws {
        let first = try payment(40_000)
        let second = try payment(50_000)
        _ = try owner.store.take(try beef(first), chain, label: "", now: 1)
        #expect(throws: CoinError.doubleSpent(transaction: second.id, by: first.id)) {
            try owner.store.take(try beef(second), chain, label: "", now: 2)
        }
        #expect(try owner.store.balance(now: 2).total == 40_000)
        try chain.mine([second])
        let taken = try owner.store.take(
            second, minedBy: try chain.path(second), chain, label: "", now: 3)
        #expect(taken.state == .mined)
        #expect(try owner.store.stored(first.id).state == .conflicted)
        #expect(try owner.store.balance(now: 3).total == 50_000)
        #expect(try owner.store.problems(chain).isEmpty)
    }

    @Test func `a stranger's payment in a block takes away what a waiting one spends`() throws {
        let payment = try payment()
        _ = try owner.store.take(try beef(payment), chain, label: "", now: 1)
        let rival = try payer.pay(
            [TransactionOutput(satoshis: 1_000, script: payer.script)], from: [(source, 0)])
        var watch = try CoinWatch(owner.store, gap: 2)
        #expect(try watch.wants(rival))
        try chain.mine([rival])
        let path = try chain.path(rival)
        _ = try owner.store.take(rival, minedBy: path, chain, label: "", now: 2)
        #expect(try owner.store.stored(payment.id).state == .conflicted)
        #expect(try owner.store.balance(now: 2) == CoinBalance())
        _ = chain.leave(1)
        _ = try owner.store.follow(chain, now: 3)
        #expect(try owner.store.stored(payment.id).state == .supported)
        #expect(try owner.store.problems(chain).isEmpty)
    }

    @Test func `nobody spends a young reward`() throws {
        let height = try chain.mine([], reward: payer.script)
        let reward = chain.blocks[height].transactions[0]
        let payment = try payer.pay(
            [TransactionOutput(satoshis: 40_000, script: try owner.fresh())], from: [(reward, 0)])
        let beef = try BEEF(
            paths: [try chain.path(reward)], entries: [.init(reward, path: 0), .init(payment)])
        for _ in 0..<98 { try chain.mine([]) }
        #expect(throws: HeaderError.immature(transaction: payment.id, parent: reward.id)) {
            try owner.store.take(beef, chain, label: "", now: 1)
        }
        try chain.mine([])
        let taken = try owner.store.take(beef, chain, label: "", now: 2)
        #expect(taken.state == .supported)
    }

    @Test func `nobody hands over so much that the sum cannot be told`() throws {
        for number in 0..<4 {
            let rich = try BitcoinTransaction(
                inputs: [
                    TransactionInput(outpoint: Outpoint(transaction: .zero, index: UInt32(number)))
                ],
                outputs: [
                    TransactionOutput(
                        satoshis: UInt64(Limits.satoshis), script: try owner.fresh())
                ])
            _ = try owner.store.take(rich, label: "", now: 1)
        }
        #expect(try owner.store.balance(now: 1).unverified == UInt64(Limits.satoshis))
        #expect(try owner.store.balance(now: 1).total == 0)
    }

    @Test func `when a block leaves the chain its transactions fall back, and come back`() throws {
        let payment = try payment()
        try chain.mine([payment])
        _ = try owner.store.take(
            payment, minedBy: try chain.path(payment), chain, label: "", now: 1)
        // Of its ancestors nothing is known.
        let left = chain.leave(1)
        try chain.mine([])
        #expect(try owner.store.follow(chain, now: 2).demoted == [payment.id])
        #expect(try owner.store.stored(payment.id).state == .unverified)
        #expect(try owner.store.balance(now: 2).total == 0)
        #expect(try owner.store.follow(chain, now: 2) == ChainEffect())
        _ = chain.leave(1)
        chain.restore(left)
        #expect(try owner.store.follow(chain, now: 3).restored == [payment.id])
        #expect(try owner.store.balance(now: 3).mined == 40_000)
        // With ancestors that are still mined it stays supported.
        _ = try owner.store.take(try beef(payment), chain, label: "", now: 4)
        _ = chain.leave(1)
        try chain.mine([])
        #expect(try owner.store.follow(chain, now: 5).demoted == [payment.id])
        #expect(try owner.store.stored(payment.id).state == .supported)
        // And it can be mined again elsewhere.
        try chain.mine([payment])
        _ = try owner.store.take(try chain.path(payment), chain, now: 6)
        #expect(try owner.store.balance(now: 6).mined == 40_000)
        #expect(try owner.store.problems(chain).isEmpty)
    }

    @Test func `a bare payment out of a reward counts when it is mined`() throws {
        let height = try chain.mine([], reward: try owner.fresh())
        let reward = chain.blocks[height].transactions[0]
        _ = try owner.store.take(reward, minedBy: try chain.path(reward), chain, label: "", now: 1)
        let coin = try #require(try owner.store.coins(now: 1).first)
        // Another device of the same seed has made it.
        let payment = try TransactionPlan(
            inputs: [coin.coin],
            outputs: [TransactionOutput(satoshis: 40_000, script: try owner.fresh())],
            changeIndex: nil
        ).signed { _ in [try owner.key(coin.key)] }
        #expect(try owner.store.take(payment, label: "", now: 2).state == .unverified)
        try chain.mine([payment])
        #expect(try owner.store.take(try chain.path(payment), chain, now: 3)[0].state == .mined)
    }

    @Test func `a reward is immature for a hundred blocks`() throws {
        let script = try owner.fresh()
        let height = try chain.mine([], reward: script)
        let reward = chain.blocks[height].transactions[0]
        _ = try owner.store.take(
            reward, minedBy: try chain.path(reward), chain, label: "", now: 1)
        let early = try owner.store.coins(tip: height + 98, now: 1)
        #expect(early.map(\.isFree) == [false])
        #expect(try owner.store.balance(tip: height + 98, now: 1).held == 5_000_000_000)
        #expect(try owner.store.coins(tip: height + 99, now: 1).map(\.isFree) == [true])
    }

    @Test func `ancestors that the receiver knows may be named by their hashes`() throws {
        let first = try payment()
        try chain.mine([first])
        _ = try owner.store.take(first, minedBy: try chain.path(first), chain, label: "", now: 1)
        let second = try payer.pay(
            [TransactionOutput(satoshis: 900_000, script: try owner.fresh())], from: [(first, 1)])
        let short = try BEEF(
            paths: [], entries: [.init(id: first.id, transaction: nil, path: nil), .init(second)])
        #expect(try owner.store.take(short, chain, label: "", now: 2).state == .supported)
        let stranger = try Owner(2)
        #expect(throws: CoinError.unsupported(first.id)) {
            try stranger.store.take(short, chain, label: "", now: 2)
        }
    }
}
