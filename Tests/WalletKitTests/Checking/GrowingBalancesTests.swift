// The tree that grows from block to block, against the one that is made from nothing.
import Bytes
import Cryptography
import Documents
import Graphstore
import Testing

@testable import WalletKit

@Suite struct GrowingBalancesTests {
    private static func address(_ number: Int) -> Address {
        Address(of: Hash.sha256(Array("\(number)".utf8)).bytes)
    }

    private static func whole(_ counters: [CounterKey: CounterState]) throws -> BlockDocument.Tree {
        var tree = BalanceTree()
        let sorted = counters.sorted {
            ($0.key.symbol, $0.key.address) < ($1.key.symbol, $1.key.address)
        }
        for (key, state) in sorted { try tree.add(key, state) }
        try tree.close()
        return tree.tree
    }

    @Test func `after any changes and new counters it is the tree of all counters`() throws {
        var random = SplitMix()
        for _ in 0..<60 {
            var growing = GrowingBalances()
            var counters: [CounterKey: CounterState] = [:]
            let (people, units) = (1 + random.below(40), 1 + random.below(5))
            for _ in 0..<12 {
                for _ in 0..<random.below(8) {
                    let symbol = Self.address(random.below(units))
                    let amount = Amount(quanta: Int128(random.below(1000))) ?? .zero
                    for (person, change) in [
                        (random.below(people), amount), (random.below(people), amount.negated),
                    ] {
                        let key = CounterKey(Self.address(person), symbol)
                        var state = counters[key] ?? .initial(key.address, key.symbol)
                        state.net = try #require(state.net.adding(change))
                        counters[key] = state
                        growing.set(key.address, key.symbol, state)
                    }
                }
                let tree = try growing.tree()
                #expect(try tree == Self.whole(counters), random.comment)
            }
        }
    }

    @Test func `without counters it is the empty tree; balances that do not add up have none`()
        throws
    {
        var growing = GrowingBalances()
        #expect(try growing.tree() == Self.whole([:]))
        var state = CounterState.initial(Self.address(1), Self.address(2))
        state.net = try #require(Amount(quanta: 1))
        growing.set(Self.address(1), Self.address(2), state)
        #expect(throws: GraphError.self) { try growing.tree() }
    }
}
