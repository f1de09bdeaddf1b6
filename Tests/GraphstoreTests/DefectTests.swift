import Bytes
import Documents
import Graphstore
import Testing

/// The defects of the original (reference §3.5) that clearing could have; each is shown to be absent. Those of documents
/// are in DocumentsTests/DefectTests.swift. Not of these layers:
///
/// - 7, 21, 26: HTTP answers, routes and limits of rate are the server's;
/// - 14, 30: sessions and constraints of Neo4j, which is not used;
/// - 11: nothing is awaited here: committing is one synchronous write before the answer (WalletKit);
/// - 28: the faults of the original's SDK;
/// - 6, 9, 17, 20, 23, 24: signatures, spelling and hashes are the documents'.
@Suite struct DefectTests {
    let ledger = Ledger()

    @Test func `defect 1: nobody but the issuer grants credit`() throws {
        let grant = iou(alice, bob, "0", credit: "-1000", id: 1)
        #expect(try ledger.code(grant) == .creditNotAllowed)
        #expect(try ledger.code(grant, iou(bob, carol, "1000", id: 2)) == .creditNotAllowed)
        #expect(try ledger.code(iou(alice, issuer, "0", credit: "-1")) == .creditNotAllowed)
    }

    @Test func `defect 2: a debtor keeps the part of its line that it has used`() throws {
        try ledger.clear(iou(issuer, alice, "0", credit: "-50", id: 1))
        try ledger.clear(iou(alice, bob, "30", id: 2))
        #expect(
            try ledger.code(iou(alice, issuer, "0", credit: "-50", id: 3)) == .lowerLimitReached)
    }

    @Test func `defect 3: the same instruction stands once in a request, whatever its meta`() throws
    {
        guard case .iou(let promise) = iou(issuer, alice, "100") else {
            Issue.record("another case than was made")
            return
        }
        let note = IOU(promise.terms, .init(), .init(preimage: "x"))
        let code = try ledger.code(.iou(promise), .iou(note))
        #expect(code == .duplicateInstruction)
    }

    @Test func `defect 4: an instruction clears once, without anybody's constraint in a database`()
        throws
    {
        let source = Lines()
        let graph = try ClearingGraph(path: "", access: .memory, source: source)
        let promise = iou(issuer, alice, "100", id: 1)
        let transaction = try #require(try ledger.clear(promise))
        graph.record(transaction)
        graph.locate(transaction.hash, transaction.inputs, at: 0)
        source.lines[0] = transaction.document(
            instructions: [promise.document[...]], receipt: nil)
        graph.cover(to: 1, lines: 1, lastPlace: 0, digest: transaction.hash)
        for round in 0..<2 {
            if round == 1 { try graph.apply() }
            let clock = Transaction.Clock(device: device, sequence: 2, tick: 0, time: now)
            let other = Request([promise, iou(issuer, bob, "1", id: 2)])
            let refusal = #expect(throws: Refusal.self) {
                try Clearing(domain: domain).clear(other, signatures: nil, at: clock, in: graph)
            }
            #expect(refusal?.code == .alreadyCleared)
        }
    }

    @Test
    func
        `defect 5: expiry, active and domain are enforced, and random makes a promise another one`()
        throws
    {
        #expect(
            try ledger.code(iou(issuer, alice, "1") { $0.expiry = time("2001-01-01") }) == .expired)
        #expect(try ledger.code(iou(issuer, alice, "1") { $0.active = expiry }) == .notYetActive)
        #expect(
            try ledger.code(iou(issuer, alice, "1") { $0.domain = "elsewhere" }) == .wrongDomain)
        #expect(iou(issuer, alice, "1", id: 1).hash != iou(issuer, alice, "1", id: 2).hash)
    }

    @Test func `defect 8: a request in several units clears in all of them or in none`() throws {
        let before = ledger.counters
        #expect(
            try ledger.code(iou(issuer, alice, "1"), iou(bob, alice, "1", carol))
                == .lowerLimitReached)
        #expect(ledger.counters == before)
        let transaction = try ledger.clear(iou(issuer, alice, "1"), iou(carol, alice, "1", carol))
        #expect(transaction?.outputs.count == 4)
        #expect(ledger.transactions.count == 1)
    }

    @Test func `defect 10: a refusal leaves nothing behind that could be taken for a transaction`()
        throws
    {
        #expect(try ledger.code(iou(alice, bob, "1")) == .lowerLimitReached)
        #expect(ledger.counters.isEmpty && ledger.cleared.isEmpty && ledger.transactions.isEmpty)
    }

    @Test func `defect 12: payments to one busy counter follow each other without conflict`() throws
    {
        for id in 0..<50 { try ledger.clear(iou(issuer, alice, "1", id: id)) }
        #expect(ledger.net(alice) == "50")
        ledger.checkInvariants("")
    }

    @Test func `defect 13: a counter has one unspent output, and limits are judged on it`() throws {
        try ledger.clear(limit(alice, .max, "10", id: 1))
        try ledger.clear(iou(issuer, alice, "6", id: 2))
        #expect(try ledger.code(iou(issuer, alice, "5", id: 3)) == .upperLimitReached)
        ledger.checkInvariants("")
        #expect(
            ledger.transactions.last?.outputs.contains { $0.address == alice && $0.source != nil }
                == true)
    }

    @Test
    func `defect 15: the first output of a counter spends none and the second spends the first`()
        throws
    {
        let first = try #require(try ledger.clear(iou(issuer, alice, "6", id: 1)))
        let second = try #require(try ledger.clear(iou(issuer, alice, "6", id: 2)))
        #expect(first.outputs.allSatisfy { $0.source == nil })
        #expect(second.outputs.allSatisfy { $0.source?.transaction == first.hash })
    }

    @Test func `defect 16: the order of instructions never decides`() throws {
        try ledger.clear(iou(issuer, carol, "10", id: 1))
        let relay = [iou(alice, bob, "10", id: 2), iou(carol, alice, "10", id: 3)]
        #expect(try ledger.refusal(relay) == nil)
        #expect(try ledger.refusal(relay.reversed()) == nil)
        let credit = [iou(bob, alice, "5", id: 4), iou(issuer, bob, "0", credit: "-5", id: 5)]
        #expect(try ledger.refusal(credit) == nil)
        #expect(try ledger.refusal(credit.reversed()) == nil)
    }

    @Test func `defect 18: limits are written without exponents`() throws {
        let line = "-99999999999999999999"
        let transaction = try #require(
            try ledger.clear(iou(issuer, alice, "0", credit: line, id: 1)))
        let text = String(decoding: transaction.data, as: UTF8.self)
        #expect(text.contains("\"min\":\"\(line)\""))
        #expect(!text.contains("e+"))
    }

    @Test func `defect 19: a holder's ceiling and an issuer's floor are set, and set again`() throws
    {
        for text in ["500", "300", "700"] {
            try ledger.clear(limit(alice, .max, text, id: 1))
            #expect(ledger.state(alice).max == .finite(amount(text)))
            try ledger.clear(limit(issuer, .min, "-" + text, id: 2))
            #expect(ledger.state(issuer).min == .finite(amount("-" + text)))
        }
        #expect(try ledger.code(iou(issuer, alice, "701")) == .lowerLimitReached)
    }

    @Test func `defect 22: counters are listed in one order`() throws {
        let graph = try ClearingGraph(path: "", access: .memory, source: Lines())
        for id in 0..<20 {
            let transaction = try #require(
                try ledger.clear(iou(issuer, person(50 - id), "1", id: id)))
            graph.record(transaction)
            graph.cover(to: Int64(id), lines: 1, lastPlace: 0, digest: transaction.hash)
            if id == 10 { try graph.apply() }
        }
        var keys: [CounterKey] = []
        try graph.forEachCounter(symbol: issuer) { key, _ in keys.append(key) }
        #expect(keys.count == 21)
        #expect(keys == keys.sorted())
    }

    @Test func `defect 25: a promise of nothing without credit is not made to be cleared`() throws {
        let empty = iou(issuer, alice, "0")
        #expect(throws: Refusal.self) { try Instruction(Envelope(line: empty.document)) }
    }

    @Test func `defect 27: the same request at the same time has the same transaction`() throws {
        let request = [iou(issuer, alice, "3", id: 1), iou(alice, bob, "2", id: 2)]
        guard case .cleared(let first, _) = try ledger.judge(request),
            case .cleared(let second, _) = try Ledger().judge(request.reversed())
        else {
            Issue.record("a fresh request is no replay")
            return
        }
        #expect(first.data == second.data)
        #expect(ledger.state(alice).net == .zero)
        try ledger.clear(all: request)
        #expect(ledger.net(alice) == "1")
    }

    @Test
    func
        `defect 29: a transaction states its time, its device and its place in the device's chain`()
        throws
    {
        let first = try #require(try ledger.clear(iou(issuer, alice, "3", id: 1)))
        let second = try #require(try ledger.clear(iou(issuer, alice, "3", id: 2)))
        #expect(first.clock < second.clock)
        #expect(second.clock.sequence == first.clock.sequence + 1)
        #expect(first.clock.device == device)
    }
}
