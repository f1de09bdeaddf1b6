import Bytes
import Documents
import Testing

@Suite struct VerificationTests {
    @Test(arguments: NoteVectors.all.notes)
    func `known keys that signed are found, with their times`(vector: NoteVectors.Note) throws {
        let note = try SignedNote(Array(vector.note.utf8))
        let keys = try vector.keys.map { text throws(NoteError) in try VerifierKey(text) }
        if keys.isEmpty {
            #expect(noteError { () throws(NoteError) in try note.verified(by: []) } == .notSigned)
            return
        }
        let verified = try note.verified(by: keys)
        #expect(verified.map(\.key.name.description) == vector.verified)
        #expect(verified.map(\.time) == vector.times)
        for key in keys { #expect(note.check(key) == .verified) }
    }

    @Test(arguments: NoteVectors.all.unverified)
    func `a note that does not count is refused for its reason`(vector: NoteVectors.Unverified)
        throws
    {
        let note = try SignedNote(Array(vector.note.utf8))
        let keys = try (vector.keys ?? []).map { text throws(NoteError) in try VerifierKey(text) }
        #expect(
            noteError { () throws(NoteError) in try note.verified(by: keys) }?.code == vector.code)
        guard let key = keys.first, keys.count == 1 else { return }
        #expect(note.check(key) == (vector.code == "not-signed" ? .absent : .failed))
    }

    @Test func `errors name the key`() throws {
        let signer = try Signer("example.com/log", 1)
        let note = try SignedNote(
            text: [0x61, 0x0a], signatures: [signer.sign([0x62, 0x0a])])
        #expect(
            noteError { () throws(NoteError) in try note.verified(by: [signer.verifier]) }
                == .signatureFailed(name: "example.com/log", keyID: signer.verifier.keyID))
    }

    @Test func `a key may be listed twice`() throws {
        let signer = try Signer("a", 1)
        let note = try SignedNote(text: [0x0a], signatures: [signer.sign([0x0a])])
        #expect(try note.verified(by: [signer.verifier, signer.verifier]).count == 1)
    }

    /// Every byte replaced by every other, removed, and doubled: of a note with one signature no
    /// byte is free.
    @Test func `no byte of a note with one signature can be changed`() throws {
        let signer = try Signer("b", 3)
        let text = Array("a\n\nb\n".utf8)
        let bytes = try SignedNote(text: text, signatures: [signer.sign(text)]).bytes
        let keys = [signer.verifier]
        func counts(_ changed: [UInt8]) -> Bool {
            guard let note = try? SignedNote(changed) else { return false }
            return (try? note.verified(by: keys)) != nil
        }
        #expect(counts(bytes))
        for place in bytes.indices {
            var changed = bytes
            for byte in UInt8.min...UInt8.max where byte != bytes[place] {
                changed[place] = byte
                if counts(changed) { Issue.record("byte \(place) may be \(byte)") }
            }
            changed.remove(at: place)
            if counts(changed) { Issue.record("byte \(place) may be missing") }
            changed = bytes
            changed.insert(bytes[place], at: place)
            if counts(changed) { Issue.record("byte \(place) may stand twice") }
        }
    }

    /// Of several signatures, those of strangers are free by design, and a known key whose name or
    /// id is changed becomes a stranger. Nothing else can be changed, and never the text.
    @Test func `with strangers among the signatures, only they are free`() throws {
        let log = try Signer("log", 1), witness = try Signer("witness", 2, .cosignature)
        let text = Array("a\n\nb\n".utf8)
        let lines = try [
            log.sign(text), Signer("stranger", 3).sign(text), witness.sign(text, at: 9),
        ]
        let note = try SignedNote(text: text, signatures: lines)
        let keys = [log.verifier, witness.verifier]
        let all = try note.verified(by: keys)
        let bytes = note.bytes
        var lesser = 0
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                guard let read = try? SignedNote(changed), let found = try? read.verified(by: keys)
                else { continue }
                #expect(read.text == text, "byte \(place)")
                if found == all {
                    #expect(stranger(note).contains(place), "byte \(place)")
                } else {
                    #expect(found.count == 1 && all.contains(found[0]), "byte \(place)")
                    #expect(identities(note).contains(place), "byte \(place)")
                    lesser += 1
                }
            }
        }
        #expect(lesser > 0)
    }

    /// Where the line of the second signature stands.
    private func stranger(_ note: SignedNote) -> Range<Int> {
        let start = note.text.count + 1 + note.signatures[0].line.count
        return start..<start + note.signatures[1].line.count
    }

    /// Where name and key id stand in the first line and in the third; six characters of base64
    /// hold the id.
    private func identities(_ note: SignedNote) -> [Int] {
        var start = note.text.count + 1
        var places: [Int] = []
        for (index, signature) in note.signatures.enumerated() {
            if index != 1 { places += start + 4..<start + 4 + signature.name.bytes.count + 1 + 6 }
            start += signature.line.count
        }
        return places
    }
}
