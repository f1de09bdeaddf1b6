import Bytes
import Documents
import Foundation
import Testing

@Suite struct ProofRoundTripTests {
    @Test func `blocks and stacks come back from their bytes`() throws {
        var random = Generator()
        for _ in 0..<500 {
            let block = try random.block()
            let sameBlock = try BlockDocument(Envelope(line: block.document))
            #expect(sameBlock.statement == block.statement, random.comment)
            #expect(sameBlock.hash == block.hash, random.comment)
            #expect(sameBlock.document == block.document, random.comment)
            #expect(BlockDocument.isBegun(by: block.document))
            let stack = try random.stack()
            let sameStack = try StackDocument(Envelope(line: stack.document))
            #expect(sameStack.header == stack.header, random.comment)
            #expect(sameStack.document == stack.document, random.comment)
            #expect(!BlockDocument.isBegun(by: stack.document))
        }
    }

    @Test func `proofs come back from their bytes`() throws {
        var random = Generator()
        for _ in 0..<500 {
            let proof = try random.proof()
            let again = try ProofDocument(Envelope(line: proof.document))
            #expect(again.document == proof.document, random.comment)
            #expect(again.hash == proof.hash, random.comment)
            #expect(again.domain == proof.domain, random.comment)
        }
    }

    @Test func `an accusation comes back from its bytes`() throws {
        var random = Generator()
        for _ in 0..<300 {
            let accusation = Accusation(
                domain: random.text(100), key: random.text(200), first: random.text(500),
                second: random.text(500))
            let again = try Accusation(Envelope(line: accusation.document))
            #expect(again.document == accusation.document, random.comment)
        }
    }

    @Test func `a member too many, too few or of another kind is refused`() throws {
        var random = Generator()
        for _ in 0..<400 {
            let lines = [try random.block().document, try random.stack().document]
            for line in lines {
                let text = String(decoding: line, as: UTF8.self)
                for (good, bad) in [
                    (#""height":"#, #""hight":"#), (#""count":"#, #""count":-"#),
                    (#""kind":""#, #""kind":"x"#), (#"{"data":{"#, #"{"data":{"aaa":1,"#),
                    (#""signatures":["#, #""signatures":[1,"#),
                ] {
                    guard let range = text.range(of: good) else { continue }
                    let forged = text.replacingCharacters(in: range, with: bad)
                    #expect(throws: Refusal.self, "\(bad)") {
                        try rewritten(Array(forged.utf8))
                    }
                }
            }
        }
    }

    @Test func `a block sealed before it was opened is refused`() throws {
        var random = Generator()
        var statement = try random.block().statement
        statement.opened = Timestamp(typed: "2030-01-02") ?? .latest
        statement.sealed = Timestamp(typed: "2030-01-01") ?? .earliest
        let block = BlockDocument(
            statement, Endorsements(signatures: [random.signature()]),
            checkpointSignature: Base64.encode(random.bytes(68)))
        #expect(throws: Refusal.self) { try BlockDocument(Envelope(line: block.document)) }
    }

    @Test func `leaves of balances are ordered by unit, the total first`() throws {
        var random = Generator()
        for _ in 0..<200 {
            let (a, b) = (random.address(), random.address())
            let state = CounterState.initial(a, b)
            let total = BalanceLeaf.total(symbol: a, counters: 1, sum: .zero)
            let counter = BalanceLeaf.counter(address: b, symbol: a, state: state)
            #expect(BalanceLeaf.precedes(total, counter))
            #expect(!BalanceLeaf.precedes(counter, total))
            #expect(!BalanceLeaf.precedes(counter, counter))
            let other = BalanceLeaf.counter(address: a, symbol: b, state: state)
            #expect(BalanceLeaf.precedes(counter, other) == (a < b))
        }
    }
}
