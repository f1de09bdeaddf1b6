// Whatever happens, in whatever order: what counts is what has been shown.
import Bitcoin
import Bytes
import Coins
import Glibc
import Headers
import Testing

@Suite struct HistoryTests {
    /// WALLET_TEST_SEED fixes it; every expectation prints it.
    private static func seed() -> UInt64 {
        getenv("WALLET_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
            ?? UInt64.random(in: .min ... .max)
    }

    @Test func `random histories leave what a naive model says`() throws {
        let first = Self.seed()
        var counted: [TransactionState: Int] = [:]
        for run in 0..<12 {
            let world = try HistoryWorld(seed: first &+ UInt64(run))
            for step in 0..<60 {
                switch world.below(16) {
                case 0...2: try world.pay()
                case 3...6: try world.deliver()
                case 7...8: try world.draft()
                case 9...10: try world.handOut()
                case 11: try world.drop()
                case 12: try world.restore()
                case 13: try world.mine()
                case 14: try world.reorganise()
                default: world.wait()
                }
                try world.check("WALLET_TEST_SEED=\(first), history \(run), step \(step)")
            }
            for state in world.model.states(world.chain, world.now).values {
                counted[state, default: 0] += 1
            }
        }
        // The histories were about something.
        #expect(counted[.mined, default: 0] > 0 && counted[.supported, default: 0] > 0)
        #expect(counted[.unverified, default: 0] > 0 && counted[.dropped, default: 0] > 0)
    }

    @Test func `what counts does not depend on the order in which things came`() throws {
        let first = Self.seed()
        for run in 0..<6 {
            var random = Generator(seed: first &+ UInt64(run))
            let items = try Items(&random)
            var seen: [[Digest256: TransactionState]] = []
            for _ in 0..<4 {
                seen.append(try items.delivered(items.all.shuffled(using: &random)))
            }
            #expect(Set(seen).count == 1, "WALLET_TEST_SEED=\(first), run \(run)")
            #expect(seen[0].values.contains(.supported) || seen[0].values.contains(.mined))
        }
    }
}

/// Transactions and proofs, each to be handed over at any time.
private struct Items {
    enum Item {
        case bare(BitcoinTransaction)
        case proof(BitcoinTransaction)
        case beef(BEEF)
    }

    private(set) var all: [Item] = []
    private let chain: TestChain

    /// Payments of payments, some of which are mined: no two spend the same.
    init(_ random: inout Generator) throws {
        chain = try TestChain()
        let payer = try Payer(3)
        let owner = try Owner()
        var last = try chain.gift(to: payer.script)
        for _ in 0..<12 {
            let payment = try payer.pay(
                [
                    TransactionOutput(
                        satoshis: last.outputs[0].satoshis - 1_000, script: payer.script),
                    TransactionOutput(satoshis: 900, script: try owner.fresh()),
                ], from: [(last, 0)])
            all.append(.bare(payment))
            let before = last
            last = payment
            switch random.next() % 3 {
            case 0:
                // Whether its parent was mined does not matter here.
                try chain.mine([payment])
                all.append(.proof(payment))
            case 1 where chain.isMined(before.id):
                all.append(
                    .beef(
                        try BEEF(
                            paths: [try chain.path(before)],
                            entries: [.init(before, path: 0), .init(payment)])))
            default: break
            }
        }
    }

    /// What comes too early comes again.
    func delivered(_ items: [Item]) throws -> [Digest256: TransactionState] {
        let owner = try Owner()
        _ = try owner.store.layAhead(account: Owner.name, gap: 20)
        var left = items
        var now: Int64 = 0
        while !left.isEmpty {
            let before = left.count
            left = try left.filter { item in
                now += 1
                do {
                    switch item {
                    case .bare(let transaction):
                        _ = try owner.store.take(transaction, label: "", now: now)
                    case .proof(let transaction):
                        _ = try owner.store.take(try chain.path(transaction), chain, now: now)
                    case .beef(let beef):
                        _ = try owner.store.take(beef, chain, label: "", now: now)
                    }
                    return false
                } catch CoinError.nothingProved { return true }
            }
            try #require(left.count < before)
        }
        #expect(try owner.store.problems(chain) == [])
        return Dictionary(
            try owner.store.transactions().map { ($0.transaction.id, $0.state) },
            uniquingKeysWith: { first, _ in first })
    }
}
