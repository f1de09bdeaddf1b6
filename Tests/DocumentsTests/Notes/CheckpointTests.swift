import Bytes
import Documents
import Testing

@Suite struct CheckpointTests {
    @Test func `origin, size and root are a line each`() throws {
        let root = try #require(Digest256((0..<32).map { UInt8($0) }))
        let checkpoint = try Checkpoint(origin: "example.com/log", size: 20_852_163, root: root)
        let text = "example.com/log\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        #expect(String(decoding: checkpoint.text, as: UTF8.self) == text)
        #expect(try Checkpoint(text: Array(text.utf8)) == checkpoint)
        #expect(checkpoint.isOf("example.com/log".utf8))
        #expect(!checkpoint.isOf("example.com/Log".utf8))
    }

    @Test(arguments: NoteVectors.refused("checkpoint"))
    func `what is no checkpoint is refused for its reason`(vector: NoteVectors.Refused) {
        expectRefusal(vector) { bytes throws(NoteError) in try Checkpoint(text: bytes) }
    }

    @Test func `random checkpoints are read as they were written`() throws {
        var random = Generator()
        for _ in 0..<500 {
            let checkpoint = try random.checkpoint()
            #expect(try Checkpoint(text: checkpoint.text) == checkpoint, random.comment)
            let note = try SignedNote(text: checkpoint.text, signatures: random.signatures())
            let read = try Checkpoint(note: SignedNote(note.bytes))
            #expect(read == checkpoint && read.text == note.text, random.comment)
            #expect(read.extensions.count == checkpoint.extensions.count, random.comment)
        }
    }

    @Test func `sizes go up to 2^53`() throws {
        let root = try #require(Digest256([UInt8](repeating: 0, count: 32)))
        for size in [0, 1, 1 << 53] {
            let checkpoint = try Checkpoint(origin: "a", size: size, root: root)
            #expect(try Checkpoint(text: checkpoint.text).size == size)
        }
        for size in [-1, 1 << 53 + 1, .max, .min] {
            let error = noteError { () throws(NoteError) in
                try Checkpoint(origin: "a", size: size, root: root)
            }
            #expect(
                error
                    == .outOfRange(what: "the tree's size", got: size, lower: 0, upper: 1 << 53))
        }
    }

    @Test func `a line that could not be read again is not written`() throws {
        let root = try #require(Digest256([UInt8](repeating: 0, count: 32)))
        for line in ["", "a\nb", "a\r", "\t", "\0", "\n"] {
            let origin = noteError { () throws(NoteError) in
                try Checkpoint(origin: line, size: 1, root: root)
            }
            #expect(origin == .invalidCheckpointText(line))
            let other = noteError { () throws(NoteError) in
                try Checkpoint(origin: "a", size: 1, root: root, extensions: ["b", line])
            }
            #expect(other == .invalidCheckpointText(line))
        }
    }

    @Test func `equivalent spellings are different logs`() throws {
        let root = try #require(Digest256([UInt8](repeating: 0, count: 32)))
        let composed = try Checkpoint(origin: "é", size: 1, root: root)
        let decomposed = try Checkpoint(origin: "e\u{301}", size: 1, root: root)
        #expect(composed != decomposed)
        #expect(composed.isOf("é".utf8) && !composed.isOf("e\u{301}".utf8))
    }

    @Test func `a text longer than a note is refused`() {
        let text = [UInt8](repeating: 0x61, count: Limits.noteBytes) + [0x0a]
        #expect(
            noteError { () throws(NoteError) in try Checkpoint(text: text) }
                == .tooLong(what: "the checkpoint", bytes: 65_537, limit: 65_536))
    }
}
