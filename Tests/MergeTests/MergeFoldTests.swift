import Bytes
import Documents
import Graphstore
import Merge
import Testing

@Suite struct MergeFoldTests {
    @Test func `of two payments that do not both fit the earlier one wins`() throws {
        let sealed = Sealed.holding([alice: "10"])
        let first = record(clock(phone, 1, 1), iou(alice, bob, "7", id: 1))
        let second = record(clock(laptop, 1, 2), iou(alice, carol, "7", id: 2))
        for records in [[first, second], [second, first]] {
            let fold = try merge(records, over: sealed)
            #expect(fold.classes == [.applied, .bounced])
            #expect(fold.codes == [nil, .lowerLimitReached])
            #expect(fold.net(bob) == "7" && fold.net(alice) == "3" && fold.net(carol) == nil)
        }
    }

    @Test func `what no other record has changed is derived to the byte`() throws {
        let sealed = Sealed.holding([alice: "10"])
        var check = AcceptanceCheck(
            try merge([], over: sealed), device: laptop, clock: .start, now: at(5))
        let next = try #require(check.nextClock(now: at(5)))
        let request = Request([iou(alice, bob, "4")])
        let outcome = try check.clear(request, signatures: nil, at: next, now: at(5))
        let transaction = try #require(outcome.transaction)
        let own = ClearingRecord(
            transaction: transaction, request: request, signatures: nil,
            document: transaction.document(instructions: request.documents, receipt: nil))
        let again = try merge([own], over: sealed)
        #expect(again.steps.first?.outcome.transaction?.data == transaction.data)
        // With an earlier record of another device the clock stays, and the outputs change.
        let other = record(clock(phone, 1, 1), iou(alice, carol, "1"))
        let moved = try #require(
            try merge([own, other], over: sealed).steps.last?.outcome.transaction)
        #expect(moved.clock == transaction.clock && moved.hash != transaction.hash)
    }

    @Test func `the same promise through two devices moves money once`() throws {
        let promise = iou(alice, bob, "4")
        let fold = try merge(
            [record(clock(phone, 1, 1), promise), record(clock(laptop, 1, 2), promise)],
            over: .holding([alice: "10"]))
        #expect(fold.classes == [.applied, .duplicate])
        #expect(fold.net(bob) == "4")
        guard case .duplicate(let hash) = fold.steps[1].outcome else { return }
        #expect(hash == fold.steps[0].outcome.transaction?.hash)
    }

    @Test func `a record of which a part has cleared is bounced and names what is left`() throws {
        let (one, two) = (iou(alice, bob, "1", id: 1), iou(alice, carol, "1", id: 2))
        let fold = try merge(
            [record(clock(phone, 1, 1), one), record(clock(laptop, 1, 2), one, two)],
            over: .holding([alice: "10"]))
        #expect(fold.codes == [nil, .alreadyCleared])
        #expect(fold.steps[1].outcome.refusal?.details["left"] == two.hash.hexadecimal)
        #expect(fold.net(carol) == nil)
        // Where each has cleared, if in records of their own, nothing is left.
        let both = try fold3(one, two)
        #expect(both.classes == [.applied, .applied, .duplicate])
    }

    private func fold3(_ one: Instruction, _ two: Instruction) throws -> MergeFold<Sealed> {
        try merge(
            [
                record(clock(phone, 1, 1), one), record(clock(phone, 2, 2), two),
                record(clock(laptop, 1, 3), one, two),
            ], over: .holding([alice: "10"]))
    }

    @Test func `expiry and cancellation are judged by the record's clock`() throws {
        let late = iou(alice, bob, "1", id: 1, expiry: at(5))
        let promise = iou(alice, bob, "2", id: 2)
        let fold = try merge(
            [
                record(clock(phone, 1, 4, tick: 1), cancel(promise)),
                record(clock(laptop, 1, 4), late), record(clock(laptop, 2, 5), promise),
                record(clock(laptop, 3, 6), iou(alice, bob, "1", id: 3, expiry: at(6))),
            ], over: .holding([alice: "10"]), now: at(100_000))
        #expect(fold.classes == [.applied, .applied, .cancelled, .expired])
    }

    @Test func `a revoked device's records do not count from then on`() throws {
        let records = (1...3).map { record(clock(phone, $0, $0), iou(alice, bob, "1", id: $0)) }
        let fold = try merge(records, over: .holding([alice: "10"]), revoked: [phone: at(2)])
        #expect(fold.codes == [nil, nil, .revoked])
    }

    @Test func `what is set aside for one device is not spent by another`() throws {
        let records = [
            record(clock(laptop, 1, 1), iou(alice, bob, "7", id: 1)),
            record(clock(laptop, 2, 2), iou(alice, bob, "6", id: 2)),
            record(clock(phone, 1, 3), iou(alice, carol, "4", id: 3)),
            record(clock(phone, 2, 4), iou(alice, carol, "1", id: 4)),
        ]
        let fold = try merge(
            records, over: .holding([alice: "10"]), allowances: [left(phone, "4")])
        #expect(fold.classes == [.bounced, .applied, .appliedAllowance, .bounced])
        #expect(fold.steps[0].outcome.refusal?.details["reserved"] == "4")
        #expect(fold.merged.allowances.isEmpty)
    }

    @Test func `a device's own debits take its own allowance first`() throws {
        let fold = try merge(
            [
                record(clock(phone, 1, 1), iou(alice, bob, "6", id: 1)),
                record(clock(phone, 2, 2), iou(alice, bob, "2", id: 2)),
            ], over: .holding([alice: "10"]),
            allowances: [left(phone, "4"), left(laptop, "2")])
        #expect(fold.classes == [.applied, .applied])
        #expect(fold.merged.allowances == [left(laptop, "2")])
        #expect(
            fold.allowance(of: CounterKey(alice, issuer), for: laptop, at: at(9)) == amount("2"))
        #expect(try fold.headroom(CounterKey(alice, issuer), at: at(9)) == .zero)
    }

    @Test func `an allowance counts until it ends, by the record's clock`() throws {
        let records = [
            record(clock(laptop, 1, 9), iou(alice, bob, "7", id: 1)),
            record(clock(laptop, 2, 10), iou(alice, bob, "7", id: 2)),
        ]
        let fold = try merge(
            records, over: .holding([alice: "10"]), allowances: [left(phone, "4", until: at(10))])
        #expect(fold.classes == [.bounced, .applied])
    }

    @Test func `a duplicate, and whatever bounces, takes its allowance too`() throws {
        let promise = iou(alice, bob, "3", id: 1)
        let key = CounterKey(alice, issuer)
        let duplicate = try merge(
            [record(clock(laptop, 1, 1), promise), record(clock(phone, 1, 2), promise)],
            over: .holding([alice: "10"]), allowances: [left(phone, "4")])
        #expect(duplicate.classes == [.applied, .duplicate])
        #expect(duplicate.merged.allowances == [left(phone, "1")])
        #expect(try duplicate.headroom(key, at: at(9)) == amount("6"))
        let late = try merge(
            [record(clock(phone, 1, 2), iou(alice, bob, "3", expiry: at(1)))],
            over: .holding([alice: "10"]), allowances: [left(phone, "4")])
        #expect(late.classes == [.expired])
        #expect(late.merged.allowances == [left(phone, "1")])
    }

    @Test func `limits and credit handed back leave what is set aside`() throws {
        let sealed = Sealed.holding([alice: "0"], min: "-10")
        for (text, isApplied) in [("-4", true), ("-3", false)] {
            let fold = try merge(
                [record(clock(laptop, 1, 1), limit(alice, .min, text))], over: sealed,
                allowances: [left(phone, "4")])
            #expect(fold.classes == [isApplied ? .applied : .bounced], "\(text)")
        }
        for (text, isApplied) in [("-6", true), ("-7", false)] {
            let fold = try merge(
                [record(clock(laptop, 1, 1), iou(alice, issuer, "0", credit: text))],
                over: sealed, allowances: [left(phone, "4")])
            #expect(fold.classes == [isApplied ? .applied : .bounced], "\(text)")
        }
        // A ceiling of supply leaves what is set aside of the issuer's.
        for (text, isApplied) in [("-4", true), ("-3", false)] {
            let fold = try merge(
                [record(clock(laptop, 1, 1), limit(issuer, .min, text))], over: sealed,
                allowances: [left(phone, "4", of: issuer)])
            #expect(fold.classes == [isApplied ? .applied : .bounced], "\(text)")
        }
    }

    @Test func `only one IOU to somebody without an upper limit is final`() throws {
        var sealed = Sealed.holding([alice: "10", carol: "0"])
        sealed.counters[CounterKey(carol, issuer)]?.state.max = .finite(amount("50"))
        let allowances = [left(phone, "9")]
        func classes(_ instructions: Instruction...) throws -> [ResultClass] {
            let request = Request(instructions)
            let fold = try merge([], over: sealed, allowances: allowances)
            let check = AcceptanceCheck(fold, device: phone, clock: .start, now: at(1))
            return [
                try check.judge(
                    request, signatures: nil, at: clock(phone, 1, 1), now: at(1)
                ).resultClass
            ]
        }
        #expect(try classes(iou(alice, bob, "9")) == [.appliedAllowance])
        #expect(try classes(iou(alice, bob, "10")) == [.applied])
        #expect(try classes(iou(alice, carol, "1")) == [.applied])
        #expect(try classes(iou(alice, bob, "1", id: 1), iou(alice, bob, "1", id: 2)) == [.applied])
        #expect(try classes(limit(alice, .max, "99")) == [.applied])
    }

    @Test func `a cut carries on what is left and grants what is free`() throws {
        func grant(_ device: Address, _ text: String, id: Int, until: Timestamp = expiry)
            -> Allowance
        {
            Allowance(
                .init(
                    address: alice, amount: amount(text), device: device, domain: domain,
                    expiry: until, issued: at(0), random: String(id), symbol: issuer))
        }
        let fold = try merge(
            [record(clock(phone, 1, 1), iou(alice, bob, "1", id: 1))],
            over: .holding([alice: "10"]), allowances: [left(phone, "4")], settled: [laptop: 7])
        let cut = try fold.cut(
            granting: [grant(laptop, "4", id: 1), grant(laptop, "9", id: 2, until: at(5))],
            at: at(5), height: 3, holder: laptop, term: 2)
        #expect(cut.allowances == [left(phone, "3"), left(laptop, "4")].sorted())
        #expect(cut.settled == [laptop: 7, phone: 1])
        #expect(cut.height == 3 && cut.term == 2 && cut.holder == laptop)
        let more = try fold.cut(
            granting: [grant(laptop, "99", id: 1)], at: at(5), height: 3, holder: laptop, term: 2)
        #expect(more.allowances.map(\.remaining).contains(amount("6")))
        let over = try fold.cut(
            granting: [], at: expiry, height: 3, holder: laptop, term: 2)
        #expect(over.allowances.isEmpty)
    }
}
