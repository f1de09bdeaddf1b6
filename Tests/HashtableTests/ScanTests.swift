import Bytes
import Files
import Hashtable
import Testing

@Suite struct ScanTests {
    /// A random log: mostly short lines, some around the size of a read, some longer than one.
    private func lines(_ random: inout Generator) -> [[UInt8]] {
        (0..<1 + random.below(8)).map { _ in
            switch random.below(8) {
            case 0: random.line(Limits.readBytes - 3 + random.below(6))
            case 1: random.line(1 + random.below(Limits.storedLineBytes))
            default: random.line(1 + random.below(300))
            }
        }
    }

    @Test func `scanning in both directions and reading one line agree with a list of lines`()
        throws
    {
        var random = Generator()
        for _ in 0..<4 {
            let folder = Folder()
            var segments = [lines(&random)]
            _ = try folder.store(segments[0])
            for number in 0..<random.below(3) {
                segments.append(lines(&random))
                try folder.seal(number, next: segments[number + 1])
            }
            let store = try folder.open()
            if random.below(2) == 0 {
                let file = try File(folder.journal, .readWrite)
                try file.write(random.line(1 + random.below(3_000))[...], at: store.journalSize())
            }
            try agree(store, segments, &random)
        }
    }

    private func agree(
        _ store: DocumentStore, _ segments: [[[UInt8]]], _ random: inout Generator
    ) throws {
        var expected: [(line: [UInt8], place: Place)] = []
        var end = Place.start
        for (number, lines) in segments.enumerated() {
            end = Place(segment: number, offset: 0)
            for line in lines {
                expected.append((line, end))
                end = end.advanced(by: line.count + 1)
            }
        }
        let seen = try store.all()
        #expect(seen.lines == expected.map(\.line), random.comment)
        #expect(seen.places == expected.map(\.place), random.comment)
        #expect(seen.end == end, random.comment)
        let back = try store.allBackwards(from: end)
        #expect(back.lines == seen.lines.reversed(), random.comment)
        #expect(back.places == seen.places.reversed(), random.comment)
        let middle = random.below(expected.count)
        let place = expected[middle].place
        #expect(try store.line(at: place) == expected[middle].line, random.comment)
        #expect(try store.all(from: place).lines == expected[middle...].map(\.line), random.comment)
        #expect(
            try store.allBackwards(from: place).lines == expected[..<middle].reversed().map(\.line),
            random.comment)
    }

    @Test func `a scan stops where it is told to, after that line`() throws {
        let folder = Folder()
        let store = try folder.store([[1, 1], [2, 2], [3, 3]])
        var seen: [UInt8] = []
        let place = try store.scan(from: .start) { line, _ in
            seen.append(line[line.startIndex])
            return seen.count < 2
        }
        #expect(seen == [1, 2])
        #expect(place == Place(segment: 0, offset: 6))
        seen = []
        try store.scanBackwards(from: Place(segment: 0, offset: 9)) { line, _ in
            seen.append(line[line.startIndex])
            return seen.count < 2
        }
        #expect(seen == [3, 2])
    }

    private struct Stop: Error {}

    @Test func `an error of the body ends a scan`() throws {
        let folder = Folder()
        let store = try folder.store([[1], [2]])
        #expect(throws: Stop.self) { try store.scan(from: .start) { _, _ in throw Stop() } }
        #expect(throws: Stop.self) {
            try store.scanBackwards(from: Place(segment: 0, offset: 4)) { _, _ in throw Stop() }
        }
    }

    @Test func `a line without end in a log is an error and not a memory without bound`() throws {
        let folder = Folder()
        let store = try folder.store([[1]])
        let file = try File(folder.journal, .readWrite)
        let endless = [UInt8](repeating: 0x61, count: Limits.storedLineBytes + Limits.readBytes + 1)
        try file.write(endless[...], at: 2)
        let place = Place(segment: 0, offset: 2)
        #expect(throws: StoreError.noLine(place: place, path: folder.journal)) {
            try store.all()
        }
        try file.write([0x0a], at: 2 + endless.count)
        #expect(throws: StoreError.self) {
            try store.allBackwards(from: place.advanced(by: endless.count + 1))
        }
    }

    @Test func `appends one after the other give the log of all of them`() throws {
        var random = Generator()
        let folder = Folder()
        var expected = [random.line(10)]
        let store = try folder.store(expected)
        var offset = 11
        for _ in 0..<60 {
            let more = (0..<1 + random.below(5)).map { _ in random.line(1 + random.below(2_000)) }
            // What a crash may have left behind the last whole line.
            if random.below(3) == 0 {
                let file = try File(folder.journal, .readWrite)
                try file.write(random.line(1 + random.below(50))[...], at: offset)
            }
            offset = try store.append(joined(more), at: offset, asOne: random.below(2) == 0)
            expected += more
            #expect(try store.journalSize() == offset, random.comment)
        }
        #expect(try store.all().lines == expected, random.comment)
    }
}
