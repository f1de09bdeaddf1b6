import Bytes
import Documents
import Graphstore
import Testing

/// Promises that are taken back before they clear.
@Suite struct CancellationTests {
    private let ledger = Ledger()
    private let promise = iou(alice, bob, "4", id: 2)

    init() throws { try ledger.clear(iou(issuer, alice, "10", id: 1)) }

    @Test func `a cancelled promise never clears, and no counter has changed`() throws {
        let before = ledger.counters
        let transaction = try #require(try ledger.clear(cancel(promise)))
        #expect(transaction.outputs.map(\.address) == [alice])
        #expect(transaction.outputs.map(\.symbol) == [issuer])
        #expect(transaction.outputs.first?.state == before[CounterKey(alice, issuer)]?.state)
        #expect(transaction.outputs.first?.source == before[CounterKey(alice, issuer)]?.head)
        let refusal = try #require(try ledger.refusal([promise]))
        #expect(refusal.code == .cancelled)
        #expect(refusal.details["transaction"] == transaction.hash.hexadecimal)
        #expect(try ledger.code(iou(alice, bob, "4", id: 3)) == nil)
        #expect(ledger.net(alice) == "10")
        ledger.checkInvariants("cancelled")
    }

    @Test func `what has cleared is not taken back`() throws {
        let transaction = try #require(try ledger.clear(promise))
        let refusal = try #require(try ledger.refusal([cancel(promise)]))
        #expect(refusal.code == .alreadyCleared)
        #expect(refusal.details["transaction"] == transaction.hash.hexadecimal)
    }

    @Test func `nobody takes back what another has promised`() throws {
        try ledger.clear(cancel(promise, by: carol))
        #expect(try ledger.code(promise) == nil)
        // Nor does the signer in another unit than that of the promise.
        try ledger.clear(cancel(promise) { $0.symbol = carol })
        #expect(try ledger.code(promise) == nil)
        try ledger.clear(cancel(promise))
        #expect(try ledger.code(promise) == .cancelled)
    }

    @Test func `limits and cancellations are taken back like promises`() throws {
        let ceiling = limit(alice, .max, "50")
        try ledger.clear(cancel(ceiling))
        #expect(try ledger.code(ceiling) == .cancelled)
        let first = cancel(promise, id: 1)
        try ledger.clear(cancel(first, id: 2))
        #expect(try ledger.code(first) == .cancelled)
        #expect(try ledger.code(promise) == nil)
    }

    @Test func `cancelling again is replayed, cancelling anew takes nothing back twice`() throws {
        let first = cancel(promise, id: 1)
        let transaction = try #require(try ledger.clear(first))
        guard case .replayed(let hash) = try ledger.judge([first]) else {
            Issue.record("no replay")
            return
        }
        #expect(hash == transaction.hash)
        #expect(try ledger.clear(cancel(promise, id: 2)) != nil)
        #expect(try ledger.code(promise) == .cancelled)
    }

    @Test func `a promise and its cancellation do not clear together`() throws {
        #expect(try ledger.code(promise, cancel(promise)) == .cancelled)
        #expect(try ledger.code(promise, cancel(promise, by: carol)) == nil)
    }

    @Test func `a cancellation has its own time and signatures`() throws {
        #expect(try ledger.code(cancel(promise) { $0.expiry = now }) == .expired)
        #expect(
            try ledger.code(cancel(promise), signatures: Refusal(.signatureMissing, ""))
                == .signatureMissing)
        #expect(try ledger.code(cancel(promise) { $0.domain = "x" }) == .wrongDomain)
        #expect(cancel(promise).signer == alice)
    }

    @Test func `the index knows it before, after and again after it was applied`() throws {
        let source = Lines()
        let graph = try ClearingGraph(path: "", access: .memory, source: source)
        func take(_ instructions: [Instruction], at place: Int64, folding: Bool) throws {
            let transaction = try #require(try ledger.clear(all: instructions))
            let request = Request(instructions)
            source.lines[place] = transaction.document(
                instructions: request.documents, receipt: nil)
            if folding {
                let document = try TransactionDocument(
                    Envelope(line: try source.line(at: place)))
                try graph.fold(transaction, cancelling: try document.cancelled(), at: place)
            } else {
                graph.record(transaction, cancelling: request.cancelled)
                graph.locate(
                    transaction.hash, transaction.inputs, cancelling: request.cancelled,
                    at: place)
            }
            graph.cover(to: place + 1, lines: 1, lastPlace: place, digest: transaction.hash)
        }
        // The first promise is not in this index: its counters begin anew there.
        ledger.counters = [:]
        try take([cancel(promise), iou(issuer, carol, "1", id: 8)], at: 1, folding: false)
        let other = iou(alice, carol, "1", id: 9)
        try take([cancel(other)], at: 2, folding: true)
        let foreign = CancelledInstruction(
            hash: promise.hash, signer: CounterKey(carol, issuer))
        for round in 0..<3 {
            if round == 1 { try graph.apply() }
            if round == 2 { try graph.reload() }
            #expect(try graph.cancelledIn(promise.target) == ledger.cancelled[promise.target])
            #expect(try graph.cancelledIn(other.target) == ledger.cancelled[other.target])
            #expect(try graph.cancelledIn(foreign) == nil)
            #expect(try graph.cancelledIn(cancel(promise).target) == nil)
            #expect(try graph.clearedIn(promise.hash) == nil)
            #expect(try graph.clearedIn(cancel(promise).hash) != nil)
        }
    }
}
