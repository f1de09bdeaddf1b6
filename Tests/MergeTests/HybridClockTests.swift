import Documents
import Merge
import Testing

@Suite struct HybridClockTests {
    @Test func `it follows the wall clock, and ticks where that stands or goes back`() throws {
        let first = try #require(HybridClock.start.next(now: at(5)))
        #expect(first == HybridClock(time: at(5), tick: 0))
        let second = try #require(first.next(now: at(5)))
        #expect(second == HybridClock(time: at(5), tick: 1))
        let back = try #require(second.next(now: at(-315_360_000)))
        #expect(back == HybridClock(time: at(5), tick: 2))
        #expect(back.next(now: at(6)) == HybridClock(time: at(6), tick: 0))
    }

    @Test func `where the ticks are used up the next millisecond begins early`() {
        let last = HybridClock(time: at(5), tick: Transaction.Clock.lastTick)
        #expect(last.next(now: at(5)) == HybridClock(time: at(5, milliseconds: 1), tick: 0))
        let end = HybridClock(time: .latest, tick: Transaction.Clock.lastTick)
        #expect(end.next(now: at(5)) == nil)
        #expect(HybridClock(time: .latest, tick: 0).next(now: .latest)?.tick == 1)
    }

    @Test func `it follows other replicas up to ten minutes ahead of the wall clock`() {
        let own = HybridClock(time: at(0), tick: 3)
        let limit = HybridClock(time: at(600), tick: 9)
        let beyond = HybridClock(time: at(600, milliseconds: 1), tick: 0)
        #expect(own.merged(with: limit, now: at(0)) == limit)
        #expect(own.merged(with: beyond, now: at(0)) == own)
        #expect(own.merged(with: HybridClock(time: at(-1), tick: 9), now: at(0)) == own)
        #expect(!limit.isAhead(of: at(0)) && beyond.isAhead(of: at(0)))
        #expect(HybridClock(time: .latest, tick: 0).isAhead(of: .earliest))
        #expect(!HybridClock(time: .earliest, tick: 0).isAhead(of: .latest))
    }

    @Test func `it grows whatever the wall clock does`() throws {
        var random = Generator()
        var clock = HybridClock.start
        for _ in 0..<10_000 {
            let now = at(random.below(315_360_000) - 157_680_000)
            let next = try #require(clock.next(now: now))
            #expect(next > clock && next.time >= min(now, clock.time), random.comment)
            clock = next
        }
    }
}
