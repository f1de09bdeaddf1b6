// One counter's way, compared with what clearing makes of the same instructions.
import Bytes
import Documents
import Graphstore
import Testing

@testable import WalletKit

@Suite struct CounterStepTests {
    /// Walks the log of random payments, credit lines and limits.
    @Test func `every output follows from the one before it as clearing says`() throws {
        var random = SplitMix()
        let fixture = try LedgerFixture(people: 5)
        for _ in 0..<30 {
            _ = try fixture.clear(try (0..<10).map { _ in try fixture.line(&random) })
        }
        let ledger = try fixture.wallet.ledger(.readOnly)
        var states: [Transaction.Pointer: CounterState] = [:]
        var steps = 0
        try ledger.store.scan(from: .start) { line, _ in
            let envelope = try Envelope(line: Array(line))
            guard DocumentKind(envelope) == .transaction else { return true }
            let receipt = try PeerReceipt(Array(line), domain: "test")
            for link in receipt.links {
                let before = try link.output.source.map {
                    try #require(states[$0], random.comment)
                }
                #expect(link.follows(before), random.comment)
                var other = link.output.state
                other.net = other.net.adding(Amount(quanta: 1) ?? .zero) ?? .zero
                let changed = Transaction.Output(
                    address: link.output.address, symbol: link.output.symbol, state: other,
                    source: link.output.source)
                let wrong = CounterLink(
                    pointer: link.pointer, output: changed, clock: link.clock,
                    instructions: link.instructions)
                #expect(!wrong.follows(before), random.comment)
                states[link.pointer] = link.output.state
                steps += 1
            }
            return true
        }
        #expect(steps > 20, random.comment)
    }

    @Test func `a head is read as it was written, and nothing else is`() throws {
        let head = CounterHead(
            key: CounterKey(Address(of: [1]), Address(of: [2])),
            pointer: Transaction.Pointer(
                transaction: try #require(Digest256([UInt8](repeating: 9, count: 32))), index: 3),
            state: CounterState(
                net: Amount(quanta: -15) ?? .zero, min: .minusInfinity, max: .finite(.zero)),
            clock: Transaction.Clock(
                device: Address(of: [3]), sequence: 7, tick: 1, time: .earliest))
        #expect(CounterHead(line: head.line) == head)
        for end in 0..<head.line.count {
            #expect(CounterHead(line: Array(head.line[..<end])) == nil)
        }
    }
}
