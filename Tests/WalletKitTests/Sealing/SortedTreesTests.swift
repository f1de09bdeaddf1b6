// The sums and positions of the tree of balances.
import Blockstack
import Bytes
import Documents
import Graphstore
import Testing

@testable import WalletKit

@Suite struct SortedTreesTests {
    @Test func `a sum may pass all bounds on its way to nothing`() throws {
        var random = SplitMix()
        let largest = try #require(Amount(quanta: Amount.largestQuanta))
        for _ in 0..<500 {
            var amounts: [Amount] = []
            for _ in 0...random.below(20) {
                let quanta = Int128(random.next()) << 62 | Int128(random.next())
                let amount =
                    random.below(3) == 0
                    ? largest : Amount(quanta: quanta % Amount.largestQuanta) ?? .zero
                amounts += [amount, amount.negated]
            }
            amounts.shuffle(using: &random)
            var sum = ExactSum()
            for amount in amounts { sum.add(amount) }
            #expect(sum.isZero, random.comment)
            let quantum = try #require(Amount(quanta: random.below(2) == 0 ? 1 : -1))
            sum.add(quantum)
            #expect(!sum.isZero, random.comment)
        }
    }

    @Test func `a unit that does not add up to nothing is never sealed`() throws {
        let symbol = Address(of: [1])
        let holder = Address(of: [2])
        var tree = BalanceTree()
        try tree.add(
            CounterKey(holder, symbol),
            CounterState(net: Amount(quanta: 1) ?? .zero, min: .finite(.zero), max: .plusInfinity))
        #expect(throws: GraphError.self) { try tree.close() }
    }

    @Test func `a counter's position is the number of leaves before it, there or not`() throws {
        var random = SplitMix()
        for _ in 0..<100 {
            let symbols = (0..<4).map { Address(of: [UInt8($0)]) }.sorted()
            let addresses = (0..<8).map { Address(of: [100 + UInt8($0)]) }.sorted()
            var keys: [CounterKey] = []
            for symbol in symbols[1...2] {
                for address in addresses where random.below(2) == 0 {
                    keys.append(CounterKey(address, symbol))
                }
            }
            for symbol in symbols {
                for address in addresses {
                    let wanted = CounterKey(address, symbol)
                    var tree = BalanceTree(lookingFor: wanted)
                    let leaves = keys.map {
                        BalanceLeaf.counter(
                            address: $0.address, symbol: $0.symbol,
                            state: .initial($0.address, $0.symbol))
                    }
                    for key in keys { try tree.add(key, .initial(key.address, key.symbol)) }
                    try tree.close()
                    let target = BalanceLeaf.counter(
                        address: address, symbol: symbol, state: .initial(address, symbol))
                    let totals = Set(keys.map(\.symbol)).filter { $0 <= symbol }.count
                    let before = leaves.filter { BalanceLeaf.precedes($0, target) }.count + totals
                    #expect(tree.position.index == before, random.comment)
                    #expect(tree.position.isThere == keys.contains(wanted), random.comment)
                }
            }
        }
    }
}
