// Time that never goes back, whatever the wall clock does.
import Documents

/// A hybrid logical clock: milliseconds of the wall clock as long as that goes on, ticks where it
/// does not (Kulkarni and others, 2014).
public struct HybridClock: Sendable, Hashable, Comparable {
    /// Never behind what the wall clock has shown.
    public let time: Timestamp
    /// Orders what one millisecond holds.
    public let tick: Int

    /// A reading.
    public init(time: Timestamp, tick: Int) {
        self.time = time
        self.tick = tick
    }

    /// What a record's clock shows.
    public init(_ clock: Transaction.Clock) {
        self.init(time: clock.time, tick: clock.tick)
    }

    /// The first reading of a replica that has seen nothing.
    public static let start = HybridClock(time: .earliest, tick: 0)

    /// The next reading: after this one, and not before the wall clock. Where the ticks of a
    /// millisecond are used up, the next millisecond begins early. Nil where the calendar ends.
    /// - Parameter now: the wall clock, which may have gone back.
    public func next(now: Timestamp) -> HybridClock? {
        if now > time { return HybridClock(time: now, tick: 0) }
        if tick < Transaction.Clock.lastTick { return HybridClock(time: time, tick: tick + 1) }
        return time.adding(milliseconds: 1).map { HybridClock(time: $0, tick: 0) }
    }

    /// The later of this and another replica's reading; one that is too far ahead is not followed,
    /// or a single wrong clock would carry all others away.
    public func merged(with other: HybridClock, now: Timestamp) -> HybridClock {
        other.isAhead(of: now) ? self : max(self, other)
    }

    /// Whether it is more than ten minutes ahead of the wall clock.
    public func isAhead(of now: Timestamp) -> Bool {
        time.milliseconds - now.milliseconds > MergeLimits.leadMilliseconds
    }

    /// The reading as a record at `sequence` of the chain of `device` carries it.
    public func stamp(device: Address, sequence: Int) -> Transaction.Clock {
        Transaction.Clock(device: device, sequence: sequence, tick: tick, time: time)
    }

    /// Order of time, then of ticks.
    public static func < (left: HybridClock, right: HybridClock) -> Bool {
        (left.time, left.tick) < (right.time, right.tick)
    }
}
