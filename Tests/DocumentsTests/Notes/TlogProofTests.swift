import Bytes
import Documents
import Testing

@Suite struct TlogProofTests {
    @Test(arguments: NoteVectors.all.proofs)
    func `a proof is index, path and checkpoint, and is written as it was`(
        vector: NoteVectors.Proof
    ) throws {
        let proof = try TlogProof(Array(vector.proof.utf8))
        #expect(proof.index == vector.index)
        #expect(proof.path.map(\.hexadecimal) == vector.path)
        #expect(proof.extra == hex(vector.extra))
        #expect(proof.checkpoint.size == vector.size)
        #expect(proof.checkpoint.text == proof.note.text)
        #expect(proof.bytes == Array(vector.proof.utf8))
    }

    @Test(arguments: NoteVectors.refused("proof"))
    func `what is no proof is refused for its reason`(vector: NoteVectors.Refused) {
        expectRefusal(vector) { bytes throws(NoteError) in try TlogProof(bytes) }
    }

    @Test func `random proofs are read as they were written`() throws {
        var random = Generator()
        for _ in 0..<300 {
            let checkpoint = try random.checkpoint(atLeast: 1)
            let note = try SignedNote(text: checkpoint.text, signatures: random.signatures())
            let proof = try TlogProof(
                index: random.below(checkpoint.size),
                path: (0..<random.below(64)).map { _ in random.digest() }, note: note,
                extra: random.bytes(random.below(40)))
            #expect(try TlogProof(proof.bytes) == proof, random.comment)
        }
    }

    @Test func `what could not be read again is not written`() throws {
        var random = Generator()
        let signature = try Signer("a", 1).sign([])
        let checkpoint = try Checkpoint(origin: "a", size: 5, root: random.digest())
        let note = try SignedNote(text: checkpoint.text, signatures: [signature])
        let hashes = (0..<64).map { _ in random.digest() }
        for index in [-1, 5, .max] {
            let error = noteError { () throws(NoteError) in
                try TlogProof(index: index, path: [], note: note)
            }
            #expect(error == .outOfRange(what: "the index", got: index, lower: 0, upper: 4))
        }
        let many = noteError { () throws(NoteError) in
            try TlogProof(index: 0, path: hashes, note: note)
        }
        #expect(many == .tooMany(what: "hashes", limit: 63))
        let other = try SignedNote(text: [0x61, 0x0a], signatures: [signature])
        let text = noteError { () throws(NoteError) in
            try TlogProof(index: 0, path: [], note: other)
        }
        #expect(text?.code == "malformed-line")
    }

    @Test func `extra data has a limit, and the whole has one`() throws {
        var random = Generator()
        let signature = try Signer("a", 1).sign([])
        let checkpoint = try Checkpoint(origin: "a", size: 5, root: random.digest())
        let room = Limits.noteBytes - checkpoint.text.count - signature.line.count - 2
        let long = try Checkpoint(
            origin: "a", size: 5, root: checkpoint.root,
            extensions: [String(repeating: "e", count: room)])
        let note = try SignedNote(text: long.text, signatures: [signature])
        #expect(note.bytes.count == Limits.noteBytes)
        let most = [UInt8](repeating: 1, count: Limits.tlogExtraBytes)
        let hashes = (0..<Limits.treeLevels).map { _ in random.digest() }
        let proof = try TlogProof(index: 4, path: hashes, note: note, extra: most)
        #expect(proof.bytes.count <= Limits.tlogProofBytes)
        #expect(try TlogProof(proof.bytes) == proof)
        let more = noteError { () throws(NoteError) in
            try TlogProof(index: 4, path: hashes, note: note, extra: most + [1])
        }
        let expected = NoteError.tooLong(what: "the extra data", bytes: 65_537, limit: 65_536)
        #expect(more == expected)
        let line = "extra \(Base64.encode(most + [1]))\n"
        let read = noteError { () throws(NoteError) in
            try TlogProof(
                Array("c2sp.org/tlog-proof@v1\n\(line)index 4\n\n".utf8) + note.bytes)
        }
        #expect(read == expected)
        let whole = [UInt8](repeating: 0x0a, count: Limits.tlogProofBytes + 1)
        #expect(
            noteError { () throws(NoteError) in try TlogProof(whole) }
                == .tooLong(what: "the proof", bytes: 163_841, limit: 163_840))
    }
}
