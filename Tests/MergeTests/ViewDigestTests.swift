import Bytes
import Documents
import Merge
import Testing

@Suite struct ViewDigestTests {
    /// Two programs that do not agree: they start from states of which one has lost a unit.
    @Test func `equal records and unequal results have unequal digests`() throws {
        let records = (1...4).map { record(clock(laptop, $0, $0), iou(alice, bob, "2", id: $0)) }
        let right = try merge(records, over: .holding([alice: "10"])).merged
        let same = try merge(records.reversed(), over: .holding([alice: "10"])).merged
        let poorer = try merge(records, over: .holding([alice: "7"])).merged
        let other = try merge(records, over: .holding([alice: "11"])).merged
        #expect(right.digest == same.digest)
        #expect(right.heads == poorer.heads && right.digest.statuses != poorer.digest.statuses)
        #expect(right.digest.statuses == other.digest.statuses)
        #expect(right.digest.transactions != other.digest.transactions)
        let combined = [right, poorer, other].map { $0.digest.combined(over: .zero) }
        #expect(Set(combined).count == 3)
        #expect(right.digest.combined(over: records[0].hash) != combined[0])
    }

    @Test func `what waits is not in it`() throws {
        let first = record(clock(laptop, 1, 1), iou(alice, bob, "2", id: 1))
        let third = record(clock(laptop, 3, 3), iou(alice, bob, "2", id: 3))
        let sealed = Sealed.holding([alice: "10"])
        #expect(
            try merge([first, third], over: sealed).merged.digest
                == merge([first], over: sealed).merged.digest)
    }
}
