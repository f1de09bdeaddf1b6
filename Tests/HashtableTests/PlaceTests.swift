import Hashtable
import Testing

@Suite struct PlaceTests {
    @Test func `a place comes back from its number and keeps its order`() {
        var random = Generator()
        for _ in 0..<10_000 {
            let first = Place(segment: random.below(1 << 20), offset: random.below(1 << 40))
            let second = Place(
                segment: first.segment + random.below(2), offset: random.below(1 << 40))
            #expect(Place(packed: first.packed) == first, random.comment)
            let isBefore =
                first.segment == second.segment
                ? first.offset < second.offset : first.segment < second.segment
            #expect((first < second) == isBefore, random.comment)
            #expect((first.packed < second.packed) == isBefore, random.comment)
        }
    }

    @Test func `the beginning of the log is number 0`() {
        #expect(Place.start.packed == 0)
        #expect(Place.start.advanced(by: 7) == Place(segment: 0, offset: 7))
    }
}
