import Bytes
import Documents
import Testing

@Suite struct WitnessRequestTests {
    @Test(arguments: NoteVectors.all.requests)
    func `a request is an old size, a proof and a checkpoint, and is written as it was`(
        vector: NoteVectors.Request
    ) throws {
        let request = try WitnessRequest(Array(vector.request.utf8))
        #expect(request.old == vector.old)
        #expect(request.proof.map(\.hexadecimal) == vector.proof)
        #expect(request.checkpoint.size == vector.size)
        #expect(request.checkpoint.text == request.note.text)
        #expect(request.bytes == Array(vector.request.utf8))
    }

    @Test(arguments: NoteVectors.refused("request"))
    func `what is no request is refused for its reason`(vector: NoteVectors.Refused) {
        expectRefusal(vector) { bytes throws(NoteError) in try WitnessRequest(bytes) }
    }

    @Test func `random requests are read as they were written`() throws {
        var random = Generator()
        for _ in 0..<300 {
            let checkpoint = try random.checkpoint()
            let note = try SignedNote(text: checkpoint.text, signatures: random.signatures())
            let request = try WitnessRequest(
                old: random.below(checkpoint.size + 1),
                proof: (0..<random.below(64)).map { _ in random.digest() }, note: note)
            #expect(try WitnessRequest(request.bytes) == request, random.comment)
        }
    }

    @Test func `what could not be read again is not written`() throws {
        var random = Generator()
        let signature = try Signer("a", 1).sign([])
        let checkpoint = try Checkpoint(origin: "a", size: 5, root: random.digest())
        let note = try SignedNote(text: checkpoint.text, signatures: [signature])
        for old in [-1, 6, .max] {
            let error = noteError { () throws(NoteError) in
                try WitnessRequest(old: old, proof: [], note: note)
            }
            #expect(error == .outOfRange(what: "the old size", got: old, lower: 0, upper: 5))
        }
        let hashes = (0..<64).map { _ in random.digest() }
        let many = noteError { () throws(NoteError) in
            try WitnessRequest(old: 0, proof: hashes, note: note)
        }
        #expect(many == .tooMany(what: "hashes", limit: 63))
    }

    @Test func `the whole has a limit that its parts keep`() throws {
        var random = Generator()
        let signature = try Signer("a", 1).sign([])
        let size = Limits.treeSize
        let short = try Checkpoint(origin: "a", size: size, root: random.digest())
        let room = Limits.noteBytes - short.text.count - signature.line.count - 2
        let long = try Checkpoint(
            origin: "a", size: size, root: short.root,
            extensions: [String(repeating: "e", count: room)])
        let request = try WitnessRequest(
            old: size, proof: (0..<63).map { _ in random.digest() },
            note: SignedNote(text: long.text, signatures: [signature]))
        #expect(request.bytes.count <= Limits.witnessRequestBytes)
        #expect(try WitnessRequest(request.bytes) == request)
        let whole = [UInt8](repeating: 0x0a, count: Limits.witnessRequestBytes + 1)
        #expect(
            noteError { () throws(NoteError) in try WitnessRequest(whole) }
                == .tooLong(what: "the request", bytes: 69_633, limit: 69_632))
    }
}
