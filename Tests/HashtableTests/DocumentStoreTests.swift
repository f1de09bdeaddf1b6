import Bytes
import Files
import Hashtable
import Testing

@Suite struct DocumentStoreTests {
    let folder = Folder()
    let one = Array("one".utf8)
    let two = Array("two".utf8)
    let three = Array("three".utf8)

    @Test func `a new store has its first lines and no segments`() throws {
        let store = try folder.store([one, two])
        #expect(try store.all().lines == [one, two])
        #expect(store.journalSegment == 0)
        #expect(try store.journalSize() == 8)
        #expect(try FileSystem.status(folder.documents)?.mode == 0o700)
        #expect(try FileSystem.status(folder.journal)?.mode == 0o600)
    }

    @Test func `a store is made once`() throws {
        _ = try folder.store([one])
        #expect(throws: FileError.self) {
            try DocumentStore.create(directory: folder.documents, lines: [two])
        }
        #expect(try folder.open().all().lines == [one])
    }

    @Test func `an appended line is read by every store on the directory`() throws {
        let store = try folder.store([one])
        let reader = try folder.open(forWriting: false)
        #expect(try store.append(joined([two]), at: 4) == 8)
        #expect(try reader.all().lines == [one, two])
        #expect(try reader.line(at: Place(segment: 0, offset: 4)) == two)
    }

    @Test func `a torn last line is invisible and cut by the next append`() throws {
        let store = try folder.store([one, two])
        let file = try File(folder.journal, .readWrite)
        try file.write(Array("torn by a cra".utf8)[...], at: 8)
        let seen = try store.all()
        #expect(seen.lines == [one, two])
        #expect(seen.end == Place(segment: 0, offset: 8))
        #expect(try store.append(joined([three]), at: seen.end.offset) == 14)
        #expect(try FileSystem.read(folder.journal, limit: 100) == joined([one, two, three]))
    }

    @Test func `lines that were to be appended as one are not seen before their mark is gone`()
        throws
    {
        let store = try folder.store([one, two])
        // What `append(asOne:)` leaves when it is cut short after any of its writes.
        try FileSystem.replace(folder.documents + "/uncommitted", with: Array("8".utf8))
        let file = try File(folder.journal, .readWrite)
        try file.write(joined([three, one])[...], at: 8)
        let reader = try folder.open()
        #expect(try reader.all().lines == [one, two])
        #expect(try reader.journalSize() == 8)
        try store.recover()
        #expect(try FileSystem.read(folder.journal, limit: 100) == joined([one, two]))
        #expect(try FileSystem.status(folder.documents + "/uncommitted") == nil)
    }

    @Test func `a line that begins with a zero is no end of the log`() throws {
        let store = try folder.store([one, two, three])
        try File(folder.journal, .readWrite).write([0], at: 4)
        #expect(try store.all().lines.count == 3)
    }

    @Test func `a hole of zeros without any newline hides what follows`() throws {
        let store = try folder.store([one])
        let file = try File(folder.journal, .readWrite)
        try file.write([UInt8](repeating: 0, count: 5_000)[...], at: 4)
        #expect(try store.all().lines == [one])
        #expect(try store.all().end == Place(segment: 0, offset: 4))
    }

    @Test func `lines appended as one are all there`() throws {
        let store = try folder.store([one])
        #expect(try store.append(joined([two, three]), at: 4, asOne: true) == 14)
        #expect(try store.all().lines == [one, two, three])
        #expect(try store.append([0x0a], at: 14, asOne: true) == 15)
    }

    @Test func `sealed segments come in their order and the journal last`() throws {
        _ = try folder.store([one])
        try folder.seal(0, next: [two])
        try folder.seal(1, next: [three])
        let store = try folder.open()
        #expect(store.journalSegment == 2)
        let seen = try store.all()
        #expect(seen.lines == [one, two, three])
        #expect(seen.places.map(\.segment) == [0, 1, 2])
        #expect(seen.end == Place(segment: 2, offset: 6))
        #expect(try store.allBackwards(from: seen.end).lines == [three, two, one])
        #expect(try store.line(at: Place(segment: 1, offset: 0)) == two)
        #expect(try store.all(from: Place(segment: 1, offset: 0)).lines == [two, three])
        #expect(store.path(of: 2) == folder.journal)
        #expect(store.path(of: 0).contains("/00000000-"))
    }

    @Test func `a missing segment is an error with its number`() throws {
        _ = try folder.store([one])
        try folder.seal(0, next: [two])
        try folder.seal(2, next: [three])
        #expect(throws: StoreError.missingSegment(number: 1, directory: folder.documents)) {
            try folder.open()
        }
    }

    @Test func `a segment that is not there yet is an error`() throws {
        let store = try folder.store([one])
        #expect(throws: StoreError.missingSegment(number: 1, directory: folder.documents)) {
            try store.line(at: Place(segment: 1, offset: 0))
        }
    }

    @Test func `files of other names are no segments`() throws {
        _ = try folder.store([one])
        let hash = String(repeating: "0123456789abcdef", count: 4)
        for name in [
            "README", "0-\(hash).ndjson", "00000000-\(hash.uppercased()).ndjson",
            "00000000-\(hash).ndjsom", "0000000x-\(hash).ndjson", "00000000_\(hash).ndjson",
        ] {
            _ = try FileSystem.create(folder.documents + "/" + name, with: [])
        }
        #expect(try folder.open().journalSegment == 0)
    }

    @Test func `a journal that was sealed elsewhere is noticed`() throws {
        let store = try folder.store([one])
        #expect(try !store.isReplaced())
        try folder.seal(0, next: [])
        #expect(try store.isReplaced())
        #expect(try !folder.open().isReplaced())
    }

    @Test func `a store that is opened for reading is not made and not written`() throws {
        try FileSystem.makeDirectory(folder.documents)
        #expect(throws: FileError.self) { try folder.open(forWriting: false) }
        #expect(try FileSystem.list(folder.documents) == [])
        _ = try folder.open()
        let reader = try folder.open(forWriting: false)
        #expect(throws: FileError.self) { try reader.append(joined([one]), at: 0) }
        #expect(try FileSystem.read(folder.journal, limit: 9) == [])
    }

    @Test func `no line stands where none ends`() throws {
        let store = try folder.store([one])
        let end = Place(segment: 0, offset: 4)
        #expect(throws: StoreError.noLine(place: end, path: folder.journal)) {
            try store.line(at: end)
        }
    }

    @Test func `a line of the limit is read and one past it is not`() throws {
        let store = try folder.store([[UInt8](repeating: 0x61, count: Limits.storedLineBytes)])
        #expect(try store.line(at: .start).count == Limits.storedLineBytes)
        let seen = try store.all()
        #expect(seen.lines.map(\.count) == [Limits.storedLineBytes])
        #expect(try store.allBackwards(from: seen.end).lines == seen.lines)
        let file = try File(folder.journal, .readWrite)
        try file.write([0x61, 0x0a], at: Limits.storedLineBytes)
        #expect(throws: StoreError.noLine(place: .start, path: folder.journal)) {
            try store.line(at: .start)
        }
    }
}
