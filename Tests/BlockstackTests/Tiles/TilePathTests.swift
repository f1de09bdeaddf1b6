import Bytes
import Testing

@testable import Blockstack

@Suite struct TilePathTests {
    @Test(arguments: [
        ("tile/0/000", TilePath(.hashes(level: 0), index: 0)),
        ("tile/0/x001/x234/067", TilePath(.hashes(level: 0), index: 1_234_067)),
        ("tile/63/999", TilePath(.hashes(level: 63), index: 999)),
        ("tile/10/x001/000", TilePath(.hashes(level: 10), index: 1_000)),
        ("tile/1/x123/456.p/1", TilePath(.hashes(level: 1), index: 123_456, width: 1)),
        ("tile/2/000.p/255", TilePath(.hashes(level: 2), index: 0, width: 255)),
        ("tile/entries/000", TilePath(.entries, index: 0)),
        ("tile/entries/x001/000.p/10", TilePath(.entries, index: 1_000, width: 10)),
        (
            "tile/entries/x999/x999/x999/x999/x999/999.p/255",
            TilePath(.entries, index: 999_999_999_999_999_999, width: 255)
        ),
    ])
    func `a path and its text are each other's`(text: String, path: TilePath) {
        #expect(path.description == text)
        #expect(TilePath(text) == path)
    }

    @Test func `the longest path is as long as the limit says`() {
        let path = TilePath(.entries, index: Limits.tileIndices - 1, width: 255)
        #expect(path.description.utf8.count == Limits.tilePathBytes)
    }

    @Test(arguments: [
        // Not a tile.
        "", "tile", "tile/", "tile/0", "tile/0/", "tiles/0/000", "Tile/0/000", "/tile/0/000",
        "tile/0/000/", "tile//000", "checkpoint", "tile/entries", "tile/entries/", " tile/0/000",
        "tile/0/000 ", "tile/0/000\n", "tile/0/000\0", "tile/0/000?x", "x/tile/0/000",
        // Levels.
        "tile/64/000", "tile/00/000", "tile/01/000", "tile/-1/000", "tile/+1/000", "tile/1a/000",
        "tile/100/000", "tile/ 1/000", "tile/x0/000", "tile/Entries/000", "tile/entriess/000",
        // Numbers.
        "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/000", "tile/0/x000/001",
        "tile/0/x001", "tile/0/001/000", "tile/0/x001/x000", "tile/0/x01/000", "tile/0/x0001/000",
        "tile/0/X001/000", "tile/0/xx01/000", "tile/0/x001//000", "tile/0/x001/00a",
        "tile/0/x000/x001/000", "tile/0/-01", "tile/0/+01", "tile/0/0 1", "tile/0/..",
        "tile/0/x001/x000/x000/x000/x000/x000/000", "tile/0/../0/000", "tile/0/./000",
        "tile/0/%30%30%30", "tile/0/٠٠٠", "tile/0/000\u{301}", "tile/0/x001\\000",
        // Widths.
        "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/00",
        "tile/0/000.p/01", "tile/0/000.p/010", "tile/0/000.p/-1", "tile/0/000.p/+1",
        "tile/0/000.p/1000", "tile/0/000.p/1/", "tile/0/000.p/1/1", "tile/0/000.p/1.p/1",
        "tile/0/000.P/1", "tile/0/000p/1", "tile/0/000./1", "tile/0/.p/1", "tile/0/x001.p/000",
        "tile/0/x001.p/1", "tile/0/x001.p/000.p/1", "tile/0.p/1", "tile/entries.p/1",
        "tile/0/000/1", "tile/0/000.p//1", "tile/0/000.p/x", "tile/0/000..p/1", "tile.p/1",
        "tile/0/000.p.p/1", "tile/0/000.p/1 ",
    ])
    func `any other spelling is refused`(text: String) {
        #expect(TilePath(text) == nil)
    }

    @Test func `bytes that are no text are refused`() {
        #expect(TilePath(Array("tile/0/00".utf8) + [0xff]) == nil)
        #expect(TilePath([0xff, 0xfe]) == nil)
        #expect(TilePath([UInt8](repeating: 0x2f, count: 1 << 20)) == nil)
        #expect(TilePath([]) == nil)
    }

    @Test func `every path that can be made can be read`() {
        var random = TreeRandom()
        for _ in 0..<2_000 {
            let kind =
                random.below(4) == 0 ? TilePath.Kind.entries : .hashes(level: random.below(64))
            var bound = 1
            for _ in 0..<1 + random.below(18) { bound *= 10 }
            let width = random.below(2) == 0 ? 256 : 1 + random.below(256)
            let path = TilePath(kind, index: random.below(bound), width: width)
            #expect(TilePath(path.description) == path, random.comment)
        }
    }

    @Test func `what is read is spelt as it was, and nothing of a mutated path slips through`() {
        var random = TreeRandom()
        let alphabet = Array("/x.p0129-e\0".utf8)
        var read = 0
        for _ in 0..<20_000 {
            let kind = random.below(2) == 0 ? TilePath.Kind.entries : .hashes(level: 3)
            var text = Array(
                TilePath(kind, index: random.below(2_000_000), width: 1 + random.below(256))
                    .description.utf8)
            for _ in 0..<1 + random.below(2) {
                let place = random.below(text.count)
                switch random.below(3) {
                case 0: text[place] = alphabet[random.below(alphabet.count)]
                case 1: text.insert(alphabet[random.below(alphabet.count)], at: place)
                default: text.remove(at: place)
                }
            }
            guard let path = TilePath(text) else { continue }
            read += 1
            #expect(Array(path.description.utf8) == text, random.comment)
        }
        #expect(read > 100, random.comment)
    }
}
