import Bytes
import Documents
import Files
import Hashtable
import Testing

@Suite struct SealTests {
    let folder = Folder()

    /// A block's line for `height`; unsigned, which the store does not judge.
    private func block(_ height: Int) -> (line: [UInt8], hash: Digest256) {
        let tree = BlockDocument.Tree(root: .zero, size: 0)
        let time = Timestamp(typed: "2030-01-01") ?? .earliest
        let block = BlockDocument(
            .init(
                balances: tree, contents: tree, count: 0, domain: "test", height: height,
                journal: .zero, opened: time, previous: .zero, sealed: time, log: tree),
            checkpointSignature: String(repeating: "A", count: 92))
        return (block.document, block.hash)
    }

    private func name(_ height: Int) -> String {
        SegmentName(height: height, block: block(height).hash).text
    }

    @Test func `a sealed journal keeps its number under its block's name`() throws {
        let store = try folder.store([Array("one".utf8)])
        let reader = try folder.open(forWriting: false)
        let (line, hash) = block(0)
        try store.seal(joined([line]), block: hash, at: 4)
        #expect(store.journalSegment == 1)
        #expect(store.segments == [SegmentName(height: 0, block: hash)])
        #expect(try store.journalSize() == 0)
        #expect(try store.blockLine(of: 0).line == line)
        #expect(try store.blockLine(of: 0).place == Place(segment: 0, offset: 4))
        // Who had the journal open reads on in it, and learns that another one has begun.
        #expect(try reader.all().lines == [Array("one".utf8), line])
        #expect(try reader.isReplaced())
        #expect(try !store.isReplaced())
        _ = try store.append(joined([Array("two".utf8)]), at: 0)
        #expect(try folder.open().all().lines == [Array("one".utf8), line, Array("two".utf8)])
    }

    @Test func `a seal that was interrupted anywhere is completed by the next writer`() throws {
        let (line, hash) = block(0)
        let sealed = folder.documents + "/" + SegmentName(height: 0, block: hash).text
        for step in 0..<4 {
            let store = try folder.store([Array("one".utf8)])
            _ = try store.append(joined([line]), at: 4)
            if step >= 1 { try FileSystem.link(folder.journal, to: sealed) }
            if step >= 2 { _ = try File(folder.journal + ".new", .new) }
            if step >= 3 { try FileSystem.rename(folder.journal + ".new", to: folder.journal) }
            let before = try folder.open(forWriting: false)
            #expect(try before.all().lines == [Array("one".utf8), line], "step \(step)")
            #expect(before.journalSegment == (step < 3 ? 0 : 1), "step \(step)")
            let writer = try folder.open()
            try writer.recover()
            #expect(writer.journalSegment == 1, "step \(step)")
            #expect(try writer.journalSize() == 0, "step \(step)")
            #expect(
                try FileSystem.list(folder.documents) == [name(0), "journal.ndjson"], "step \(step)"
            )
            try writer.recover()
            #expect(try folder.open().all().lines == [Array("one".utf8), line], "step \(step)")
            try FileSystem.removeTree(folder.documents)
        }
    }

    @Test func `a torn block is no block`() throws {
        let (line, _) = block(0)
        for length in stride(from: 1, to: line.count, by: 37) {
            let store = try folder.store([Array("one".utf8)])
            let file = try File(folder.journal, .readWrite)
            try file.write(line[..<length], at: 4)
            try store.recover()
            #expect(store.journalSegment == 0)
            #expect(try store.all().lines == [Array("one".utf8)])
            try FileSystem.removeTree(folder.documents)
        }
    }

    @Test func `a block of another height in the journal is damage`() throws {
        let store = try folder.store([Array("one".utf8)])
        _ = try store.append(joined([block(1).line]), at: 4)
        #expect(throws: StoreError.self) { try store.recover() }
    }

    @Test func `a long last line is not taken for a block`() throws {
        let long = Array("{\"data\":{\"other\":\"".utf8) + [UInt8](repeating: 0x78, count: 40_000)
        let store = try folder.store([Array("one".utf8), long])
        try store.recover()
        #expect(store.journalSegment == 0)
    }

    @Test func `segments' names are read strictly`() {
        let hash = String(repeating: "0123456789abcdef", count: 4)
        #expect(SegmentName("00000012-\(hash).ndjson")?.height == 12)
        for bad in [
            "", "0000012-\(hash).ndjson", "000000012-\(hash).ndjson", "00000012_\(hash).ndjson",
            "00000012-\(hash).ndjso", "00000012-\(hash.uppercased()).ndjson",
            "0000001x-\(hash).ndjson", "+0000012-\(hash).ndjson", "00000012-\(hash)",
            "journal.ndjson",
        ] { #expect(SegmentName(bad) == nil, "\(bad)") }
    }
}
