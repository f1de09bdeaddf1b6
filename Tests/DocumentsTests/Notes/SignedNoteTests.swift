import Bytes
import Documents
import Testing

@Suite struct SignedNoteTests {
    @Test(arguments: NoteVectors.all.notes)
    func `a note is its text and its signatures, and is written as it was`(
        vector: NoteVectors.Note
    ) throws {
        let note = try SignedNote(Array(vector.note.utf8))
        #expect(note.text == Array(vector.text.utf8))
        #expect(note.bytes == Array(vector.note.utf8))
        #expect(try SignedNote(text: note.text, signatures: note.signatures) == note)
    }

    @Test(arguments: NoteVectors.refused("note"))
    func `what is no note is refused for its reason`(vector: NoteVectors.Refused) {
        expectRefusal(vector) { bytes throws(NoteError) in try SignedNote(bytes) }
    }

    @Test func `lines are counted from the first of the note`() {
        let error = noteError { () throws(NoteError) in
            try SignedNote(Array("a\n\nb\n\n— a AAAAAAA=\n- b AAAAAAA=\n".utf8))
        }
        #expect(error == .malformedSignature(line: 6, .shape))
    }

    @Test func `offsets are those of the first bad byte`() {
        let control = noteError { () throws(NoteError) in try SignedNote(Array("ab\u{1}\n".utf8)) }
        #expect(control == .controlCharacter(1, offset: 2))
        let broken = noteError { () throws(NoteError) in
            try SignedNote(Array("é\n".utf8) + [0xff, 0x0a])
        }
        #expect(broken == .notUTF8(offset: 3))
    }

    @Test func `random notes are read as they were written`() throws {
        var random = Generator()
        for _ in 0..<500 {
            let note = try SignedNote(text: random.noteText(), signatures: random.signatures())
            #expect(try SignedNote(note.bytes) == note, random.comment)
            let more = try random.signatures()
            let longer = try note.adding(more)
            #expect(longer.text == note.text && longer.signatures == note.signatures + more)
            #expect(try SignedNote(longer.bytes) == longer, random.comment)
        }
    }

    @Test func `what is read is written byte for byte, or refused`() throws {
        var random = Generator()
        var accepted = 0
        for _ in 0..<3_000 {
            let note = try SignedNote(text: random.noteText(), signatures: random.signatures())
            var bytes = note.bytes
            for _ in 0...random.below(3) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] ^= 1 << UInt8(random.below(8))
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[random.below(bytes.count)], at: place)
                }
            }
            guard let read = try? SignedNote(bytes) else { continue }
            #expect(read.bytes == bytes, random.comment)
            accepted += 1
        }
        #expect(accepted > 0, random.comment)
    }

    @Test func `64 signatures are taken, 65 are not`() throws {
        let signature = try Signer("a", 1).sign([0x0a])
        let most = [NoteSignature](repeating: signature, count: Limits.noteSignatures)
        let note = try SignedNote(text: [0x0a], signatures: most)
        #expect(try SignedNote(note.bytes) == note)
        let expected = NoteError.tooMany(what: "signatures", limit: 64)
        #expect(
            noteError { () throws(NoteError) in try SignedNote(note.bytes + signature.line) }
                == expected)
        #expect(noteError { () throws(NoteError) in try note.adding([signature]) } == expected)
        #expect(
            noteError { () throws(NoteError) in
                try NoteSignature.lines((most + [signature]).flatMap(\.line))
            } == expected)
    }

    @Test func `65,536 bytes are taken, one more is not`() throws {
        let signature = try Signer("a", 1).sign([0x0a])
        let room = Limits.noteBytes - 1 - signature.line.count
        let text = [UInt8](repeating: 0x61, count: room - 1) + [0x0a]
        let note = try SignedNote(text: text, signatures: [signature])
        #expect(note.bytes.count == Limits.noteBytes)
        #expect(try SignedNote(note.bytes) == note)
        let expected = NoteError.tooLong(what: "the note", bytes: 65_537, limit: 65_536)
        #expect(
            noteError { () throws(NoteError) in try SignedNote([0x61] + note.bytes) } == expected)
        #expect(
            noteError { () throws(NoteError) in
                try SignedNote(text: [0x61] + text, signatures: [signature])
            } == expected)
    }

    @Test(arguments: [
        ("", "unterminated"), ("a", "unterminated"), ("a\r\n", "control-character"),
    ])
    func `a text that no note could have is not written`(text: String, code: String) throws {
        let signature = try Signer("a", 1).sign([])
        let error = noteError { () throws(NoteError) in
            try SignedNote(text: Array(text.utf8), signatures: [signature])
        }
        #expect(error?.code == code)
    }

    @Test func `a note without signatures is not written`() {
        let error = noteError { () throws(NoteError) in
            try SignedNote(text: [0x0a], signatures: [])
        }
        #expect(error == .unsigned)
    }
}

@Suite struct NoteSignatureTests {
    @Test func `a block document carries key id and signature, the name comes from elsewhere`()
        throws
    {
        let signer = try Signer("example.com/log", 1)
        let signature = try signer.sign(Array("text\n".utf8))
        #expect(
            try NoteSignature(name: signer.verifier.name, base64: signature.base64) == signature)
        #expect(signature.keyID == signer.verifier.keyID)
        #expect(Base64.decode(signature.base64)?.count == 68)
        #expect(
            String(decoding: signature.line, as: UTF8.self)
                == "— example.com/log \(signature.base64)\n")
        #expect(try NoteSignature(line: signature.line.dropLast()) == signature)
    }

    @Test(arguments: [
        ("", "malformed-signature-too-short"), ("AAAAAA==", "malformed-signature-too-short"),
        ("AAAAAAA", "malformed-signature-base64"), (" AAAAAAA=", "malformed-signature-base64"),
        ("AAAAAAB=", "malformed-signature-base64"), ("é", "malformed-signature-base64"),
        ("AAAAAAA=\n", "malformed-signature-base64"),
    ])
    func `what holds no signature is refused`(text: String, code: String) throws {
        let name = try KeyName("a")
        let error = noteError { () throws(NoteError) in
            try NoteSignature(name: name, base64: text)
        }
        #expect(error?.code == code)
    }

    @Test func `a signature has a byte, and a limit`() throws {
        let name = try KeyName("a")
        let none = noteError { () throws(NoteError) in
            try NoteSignature(name: name, keyID: 1, signature: [])
        }
        #expect(none == .malformedSignature(line: 1, .tooShort))
        let long = noteError { () throws(NoteError) in
            try NoteSignature(
                name: name, keyID: 1, signature: .init(repeating: 0, count: 65_536))
        }
        #expect(long?.code == "too-long")
        let text = noteError { () throws(NoteError) in
            try NoteSignature(name: name, base64: .init(repeating: "A", count: 65_540))
        }
        #expect(text?.code == "too-long")
    }

    @Test func `a witness's answer is lines of signatures, nothing else`() throws {
        var random = Generator()
        for _ in 0..<100 {
            let signatures = try random.signatures(8)
            let bytes = signatures.flatMap(\.line)
            #expect(try NoteSignature.lines(bytes) == signatures, random.comment)
        }
        for (text, code) in [
            ("", "unterminated"), ("\n", "malformed-signature-shape"),
            ("— a AAAAAAA=", "unterminated"), ("— a AAAAAAA=\n\n", "malformed-signature-shape"),
            ("— a AAAAAAA=\r\n", "control-character"), ("a\n", "malformed-signature-shape"),
        ] {
            let error = noteError { () throws(NoteError) in
                try NoteSignature.lines(Array(text.utf8))
            }
            #expect(error?.code == code, "\(text)")
        }
    }
}
