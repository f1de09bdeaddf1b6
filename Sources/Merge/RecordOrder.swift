// The one order in which all replicas clear what is not sealed.
import Bytes
import Documents

/// Time, tick, device, sequence, hash. No two records are equal in it.
public struct RecordOrder: Sendable, Hashable, Comparable {
    /// What the record's clock shows, its device and its place in that device's chain.
    public let clock: Transaction.Clock
    /// The record's hash.
    public let hash: Digest256

    /// The order of a record.
    public init(clock: Transaction.Clock, hash: Digest256) {
        self.clock = clock
        self.hash = hash
    }

    /// The earlier one clears first.
    public static func < (left: RecordOrder, right: RecordOrder) -> Bool {
        let (one, two) = (left.clock, right.clock)
        if one.time != two.time { return one.time < two.time }
        if one.tick != two.tick { return one.tick < two.tick }
        if one.device != two.device { return one.device < two.device }
        if one.sequence != two.sequence { return one.sequence < two.sequence }
        return left.hash < right.hash
    }
}
