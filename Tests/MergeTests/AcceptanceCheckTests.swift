import Documents
import Merge
import Testing

@Suite struct AcceptanceCheckTests {
    private let sealed = Sealed.holding([alice: "10", bob: "5"])

    /// What is said of a request is what the fold makes of its record, always.
    @Test func `it says what the fold with the record comes to`() throws {
        var random = Generator()
        for round in 0..<200 {
            var records: [ClearingRecord] = []
            for index in 0..<random.below(6) {
                records.append(
                    record(
                        clock(phone, index + 1, index), iou(alice, bob, "2", id: index)))
            }
            let allowances = [left(laptop, "3"), left(phone, "1")]
            let before = try merge(records, over: sealed, allowances: allowances)
            var check = AcceptanceCheck(before, device: laptop, clock: .start, now: at(50))
            for step in 0..<4 {
                let now = at(50 - random.below(100))
                let next = try #require(check.nextClock(now: now))
                let request = Request([
                    random.chance(4)
                        ? cancel(iou(alice, bob, "2", id: random.below(6)), id: step)
                        : iou(
                            alice, carol, String(1 + random.below(4)),
                            id: 1000 * round + 10 * step)
                ])
                let judged = try check.judge(request, signatures: nil, at: next, now: now)
                let outcome = try check.clear(request, signatures: nil, at: next, now: now)
                #expect(judged.resultClass == outcome.resultClass, random.comment)
                #expect(judged.transaction?.hash == outcome.transaction?.hash)
                let candidate = ClearingRecord(
                    transaction: outcome.transaction
                        ?? record(next, request.instructions[0]).transaction,
                    request: request, signatures: nil, document: [])
                let whole = try merge(
                    records + [candidate], over: sealed, allowances: allowances, now: at(1000))
                let last = try #require(whole.steps.last)
                #expect(last.record.hash == candidate.hash, random.comment)
                #expect(last.outcome.resultClass == outcome.resultClass, random.comment)
                #expect(last.outcome.transaction?.data == outcome.transaction?.data)
                if outcome.transaction != nil { records.append(candidate) }
            }
        }
    }

    @Test func `a clock that is ahead, a gap, or a reading from before: nothing is said`() throws {
        let records = [
            record(clock(laptop, 1, 1), iou(alice, bob, "1", id: 1)),
            record(clock(laptop, 3, 3), iou(alice, bob, "1", id: 3)),
        ]
        func outcome(
            _ records: [ClearingRecord], _ clock: Transaction.Clock, now: Timestamp
        ) throws -> QuarantineReason? {
            let fold = try merge(records, over: sealed, now: now)
            let check = AcceptanceCheck(fold, device: laptop, clock: .start, now: now)
            let outcome = try check.judge(
                Request([iou(alice, bob, "1")]), signatures: nil, at: clock, now: now)
            if case .quarantined(let reason) = outcome { return reason }
            return nil
        }
        let one = Array(records.prefix(1))
        #expect(try outcome(one, clock(laptop, 2, 2), now: at(2)) == nil)
        #expect(try outcome(one, clock(laptop, 2, 603), now: at(2)) == .future)
        #expect(try outcome(one, clock(laptop, 2, 1), now: at(2)) == .behind)
        #expect(try outcome(one, clock(laptop, 3, 2), now: at(2)) == .gap)
        #expect(try outcome(one, clock(phone, 2, 2), now: at(2)) == .gap)
        #expect(try outcome(records, clock(laptop, 4, 4), now: at(4)) == .gap)
    }

    @Test func `after its wall clock was ten years ahead a device knows that it must not go on`()
        throws
    {
        let years = 315_360_000
        let ahead = record(clock(laptop, 1, years), iou(alice, bob, "1"))
        let fold = try merge([ahead], over: sealed, now: at(0))
        #expect(fold.steps.isEmpty)
        let check = AcceptanceCheck(
            fold, device: laptop, clock: HybridClock(ahead.clock), now: at(0))
        let next = try #require(check.nextClock(now: at(0)))
        #expect(next.time == at(years) && next.sequence == 2)
        let outcome = try check.judge(
            Request([iou(alice, bob, "1", id: 2)]), signatures: nil, at: next, now: at(0))
        #expect(outcome.resultClass == .quarantined)
        // The other way round it goes on where it was.
        let back = try merge(
            [record(clock(laptop, 1, 0), iou(alice, bob, "1"))], over: sealed, now: at(-years))
        #expect(back.steps.isEmpty)
    }
}
