import Bytes
import Documents
import Graphstore
import Testing

@Suite struct ClearingTests {
    let ledger = Ledger()

    @Test func `an issuer's promise becomes a transaction with both counters`() throws {
        let promise = iou(issuer, alice, "100")
        let transaction = try #require(try ledger.clear(promise))
        #expect(transaction.domain == domain)
        #expect(transaction.inputs == [promise.hash])
        #expect(transaction.outputs.map(\.address) == [issuer, alice].sorted())
        #expect(transaction.outputs.allSatisfy { $0.symbol == issuer && $0.source == nil })
        #expect(
            ledger.state(issuer)
                == CounterState(
                    net: amount("-100"), min: .minusInfinity, max: .finite(.zero)))
        #expect(
            ledger.state(alice)
                == CounterState(
                    net: amount("100"), min: .finite(.zero), max: .plusInfinity))
        ledger.checkInvariants("")
    }

    @Test func `an output spends the counter's output before it`() throws {
        let first = try #require(try ledger.clear(iou(issuer, alice, "100")))
        let second = try #require(try ledger.clear(iou(alice, bob, "30")))
        let index = try #require(first.outputs.firstIndex { $0.address == alice })
        let spent = second.outputs.first { $0.address == alice }?.source
        #expect(spent == Transaction.Pointer(transaction: first.hash, index: index))
        #expect(second.outputs.first { $0.address == bob }?.source == nil)
        #expect(ledger.net(alice) == "70")
    }

    @Test func `the same request again gives the same transaction and changes nothing`() throws {
        let request = [iou(issuer, alice, "100"), iou(alice, bob, "30")]
        let transaction = try #require(try ledger.clear(all: request))
        let before = ledger.counters
        for order in [request, request.reversed()] {
            for moment in [now, expiry, time("2999-01-01")] {
                guard case .replayed(let hash) = try ledger.judge(order, at: moment) else {
                    Issue.record("not a replay")
                    return
                }
                #expect(hash == transaction.hash)
            }
        }
        #expect(try ledger.clear(all: request) == nil)
        #expect(ledger.counters == before)
        #expect(ledger.transactions.count == 1)
    }

    @Test func `a replay is answered though its signatures are no longer there`() throws {
        let promise = iou(issuer, alice, "100")
        try ledger.clear(promise)
        let verdict = Refusal(.signatureMissing, "nobody has signed")
        #expect(try ledger.code(promise, signatures: verdict) == nil)
    }

    @Test
    func `a request that shares instructions with a cleared one is refused with its transaction`()
        throws
    {
        let first = iou(issuer, alice, "100", id: 1)
        let second = iou(issuer, bob, "100", id: 2)
        let third = iou(issuer, carol, "100", id: 3)
        let pair = try #require(try ledger.clear(first, second))
        try ledger.clear(third)
        for request in [
            [first], [second], [first, third], [first, second, third],
            [first, second, iou(issuer, alice, "1", id: 4)],
        ] {
            let refusal = try #require(try ledger.refusal(request))
            #expect(refusal.code == .alreadyCleared)
            #expect(
                ledger.transactions.map(\.hash.hexadecimal).contains(
                    refusal.details["transaction"] ?? ""))
        }
        #expect(try ledger.refusal([first])?.details["transaction"] == pair.hash.hexadecimal)
    }

    @Test func `active is the first moment and expiry the first one after the last`() throws {
        let promise = iou(issuer, alice, "1") { $0.active = time("2027-01-01") }
        let active = time("2027-01-01")
        func at(_ time: Timestamp, _ delta: Int64) throws -> Timestamp {
            try #require(time.adding(milliseconds: delta))
        }
        #expect(try ledger.code(promise, at: at(active, -1)) == .notYetActive)
        #expect(try ledger.code(promise, at: active) == nil)
        #expect(try ledger.code(promise, at: at(expiry, -1)) == nil)
        #expect(try ledger.code(promise, at: expiry) == .expired)
        #expect(try ledger.code(limit(alice, .max, "1"), at: at(expiry, -1)) == nil)
        #expect(try ledger.code(limit(alice, .max, "1"), at: expiry) == .expired)
    }

    @Test func `a promise for another domain is refused, also one that only looks the same`() throws
    {
        #expect(try ledger.code(iou(issuer, alice, "1") { $0.domain = "other" }) == .wrongDomain)
        #expect(try ledger.code(limit(alice, .max, "1") { $0.domain = "other" }) == .wrongDomain)
        // Unicode calls these two equivalent; their bytes differ, and bytes are what was signed.
        let clearing = Clearing(domain: "caf\u{e9}")
        let promise = iou(issuer, alice, "1") { $0.domain = "cafe\u{301}" }
        let clock = Transaction.Clock(device: device, sequence: 1, tick: 0, time: now)
        let refusal = #expect(throws: Refusal.self) {
            try clearing.clear(Request([promise]), signatures: nil, at: clock, in: ledger)
        }
        #expect(refusal?.code == .wrongDomain)
    }

    @Test func `a hash lock needs its preimage, in data or in meta`() throws {
        let locked = iou(issuer, alice, "1") { $0.hashlock = hashOfABC() }
        #expect(try ledger.code(locked) == .locked)
        #expect(
            try ledger.code(
                iou(issuer, alice, "1") {
                    $0.hashlock = hashOfABC()
                    $0.preimage = "abd"
                }) == .locked)
        #expect(
            try ledger.code(
                iou(issuer, alice, "1") {
                    $0.hashlock = hashOfABC()
                    $0.preimage = "abc"
                }) == nil)
        guard case .iou(let promise) = locked else {
            Issue.record("another case than was made")
            return
        }
        #expect(try ledger.code(.iou(promise.replacing(nil, .init(preimage: "abc")))) == nil)
        #expect(try ledger.code(.iou(promise.replacing(nil, .init(preimage: "ABC")))) == .locked)
    }

    @Test func `a unit's scale bounds the decimals of amounts, credit and limits`() throws {
        ledger.scales[issuer] = 2
        #expect(try ledger.code(iou(issuer, alice, "1.25")) == nil)
        #expect(try ledger.code(iou(issuer, alice, "1.255")) == .scaleExceeded)
        #expect(try ledger.code(iou(issuer, alice, "0", credit: "-1.255")) == .scaleExceeded)
        #expect(try ledger.code(limit(alice, .max, "1.255")) == .scaleExceeded)
        #expect(try ledger.code(iou(alice, bob, "1.255", alice)) == nil)
    }

    @Test func `a closed unit is refused by policy, after every other rule`() throws {
        ledger.policy = ClearingPolicy(closedUnits: [issuer])
        #expect(try ledger.code(iou(issuer, alice, "1")) == .refusedByPolicy)
        #expect(try ledger.code(iou(alice, bob, "1")) == .lowerLimitReached)
        #expect(try ledger.code(iou(alice, bob, "1", alice)) == nil)
    }

    @Test func `a transaction that no reader would take is refused before it is written`() throws {
        // 100 instructions touch 200 counters whose limits and balances have 38 digits.
        let digits = "12345678901234567890.123456789012345678"
        for number in 0..<100 {
            try ledger.clear(
                limit(person(1_000 + number), .max, digits, person(2_000 + number), id: number))
            try ledger.clear(
                limit(
                    person(2_000 + number), .min, "-" + digits, person(2_000 + number), id: number))
        }
        let request = (0..<100).map {
            iou(
                person(2_000 + $0), person(1_000 + $0), "1234567890123456789.123456789012345678",
                person(2_000 + $0), id: $0)
        }
        let refusal = try #require(try ledger.refusal(request))
        #expect(refusal.code == .malformedDocument)
        #expect(refusal.details["limit"] == String(Limits.documentDataMaximumBytes))
        let half = Array(request[..<50])
        let transaction = try #require(try ledger.clear(all: half))
        let document = transaction.document(
            instructions: Request(half).documents, receipt: nil)
        let read = try TransactionDocument(Envelope(line: document))
        #expect(read.transaction.hash == transaction.hash)
    }
}
