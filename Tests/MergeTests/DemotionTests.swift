import Bytes
import Documents
import Merge
import Testing

@Suite struct DemotionTests {
    private let sealed = Sealed.holding([alice: "10"])
    private let own = record(clock(laptop, 1, 5), iou(alice, bob, "7", id: 1))
    private let other = record(clock(phone, 1, 4), iou(alice, carol, "7", id: 2))

    private func demotions(
        _ before: [ClearingRecord], _ after: [ClearingRecord], now: Timestamp = at(1000),
        isSealed: (Digest256) -> Bool = { _ in false }
    ) throws -> [Demotion] {
        Demotions(
            before: try merge(before, over: sealed).merged.applied,
            after: try merge(after, over: sealed, now: now).merged, isSealed: isSealed
        ).list
    }

    @Test func `what an earlier record displaces is named with it and the reason`() throws {
        let list = try demotions([own], [own, other])
        #expect(list.count == 1)
        let demotion = try #require(list.first)
        #expect(demotion.record == own.hash)
        #expect(demotion.instructions == own.request.instructions.map(\.hash))
        #expect(demotion.before == .applied && demotion.after == .bounced)
        #expect(demotion.refusal?.code == .lowerLimitReached)
        #expect(demotion.winners == [other.hash])
        #expect(try demotions([own, other], [own, other]).isEmpty)
        #expect(try demotions([other], [own, other]).isEmpty)
    }

    @Test func `who has taken it back is a winner too`() throws {
        let cancellation = record(clock(phone, 1, 1), cancel(iou(alice, bob, "7", id: 1)))
        let list = try demotions([own], [own, cancellation])
        #expect(list.map(\.after) == [.cancelled])
        #expect(list.first?.winners == [cancellation.hash])
    }

    @Test func `what is applied through another record, or sealed, is not demoted`() throws {
        let twin = record(clock(phone, 1, 1), iou(alice, bob, "7", id: 1))
        #expect(try demotions([own], [own, twin]).isEmpty)
        #expect(try demotions([own], [], isSealed: { _ in true }).isEmpty)
    }

    @Test func `what waits, or what a block has settled without it, is demoted`() throws {
        #expect(try demotions([own], [own], now: at(-10_000)).map(\.after) == [.quarantined])
        let settled = try demotions([own], [])
        #expect(settled.map(\.after) == [.bounced])
        #expect(settled.first?.refusal == nil)
    }

    @Test func `winners are the nearest ones, not more than the limit`() throws {
        let many = (1...40).map {
            record(clock(phone, $0, 0, tick: $0), iou(alice, carol, "0.25", id: 100 + $0))
        }
        let big = record(clock(laptop, 1, 5), iou(alice, bob, "10", id: 1))
        let winners = try #require(try demotions([big], [big] + many).first?.winners)
        #expect(winners == many.suffix(MergeLimits.namedWinners).map(\.hash))
    }
}
