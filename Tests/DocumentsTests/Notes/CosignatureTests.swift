import Bytes
import Documents
import Testing

@Suite struct CosignatureTests {
    private let text = Array(
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".utf8
    )

    /// The example of c2sp.org/tlog-cosignature.
    @Test func `the message is a header, the time and the checkpoint`() {
        let message = Cosignature.message(time: 1_679_315_147, text: text)
        #expect(
            String(decoding: message, as: UTF8.self) == """
                cosignature/v1
                time 1679315147
                example.com/behind-the-sofa
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                """)
    }

    /// The line of c2sp.org/tlog-cosignature; nobody published its key.
    @Test func `the specification's line tells its time`() throws {
        let signature = try NoteSignature(
            line: Array(
                "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
                    .utf8)[...])
        let cosignature = try Cosignature(signature)
        #expect(cosignature.time == 1_679_315_147)
        #expect(cosignature.signature.count == 64)
        #expect(signature.keyID == 0x8d66_cf3f)
    }

    @Test(arguments: [0, 1, 1_679_315_147, 1 << 32, Int.max])
    func `a cosignature holds for its time, its text and its key`(time: Int) throws {
        let witness = try Signer("witness.example/w", 1, .cosignature)
        let note = try SignedNote(text: text, signatures: [witness.sign(text, at: time)])
        let read = try SignedNote(note.bytes)
        #expect(try Cosignature.time(of: read, by: witness.verifier) == time)
        let cosignature = try Cosignature(read.signatures[0])
        #expect(cosignature.time == time)
        #expect(cosignature.verify(text: text, by: witness.verifier))
        #expect(!cosignature.verify(text: text + [0x0a], by: witness.verifier))
        #expect(
            !cosignature.verify(
                text: text, by: try Signer("witness.example/w", 2, .cosignature).verifier))
        #expect(!cosignature.verify(text: text, by: try Signer("witness.example/w", 1).verifier))
        let other = try Cosignature(time: time ^ 1, signature: cosignature.signature)
        #expect(!other.verify(text: text, by: witness.verifier))
        #expect(try Cosignature(cosignature.line(by: witness.verifier)) == cosignature)
    }

    @Test func `random cosignatures come back`() throws {
        var random = Generator()
        let witness = try Signer("w", 1, .cosignature).verifier
        for _ in 0..<200 {
            let time = Int(random.next() >> UInt64(1 + random.below(63)))
            let cosignature = try Cosignature(time: time, signature: random.bytes(64))
            let line = try cosignature.line(by: witness)
            #expect(line.signature.count == 72, random.comment)
            #expect(try Cosignature(line) == cosignature, random.comment)
        }
    }

    @Test func `there is no time before 1970 or beyond 2^63`() throws {
        let bytes = [UInt8](repeating: 0, count: 64)
        let early = noteError { () throws(NoteError) in
            try Cosignature(time: -1, signature: bytes)
        }
        #expect(early?.code == "out-of-range")
        let line = try NoteSignature(
            name: KeyName("w"), keyID: 1, signature: [0x80, 0, 0, 0, 0, 0, 0, 0] + bytes)
        #expect(noteError { () throws(NoteError) in try Cosignature(line) }?.code == "out-of-range")
    }

    @Test(arguments: [1, 63, 64, 71, 73, 2_428])
    func `a cosignature has 72 bytes`(count: Int) throws {
        let bytes = [UInt8](repeating: 0, count: count)
        let line = try NoteSignature(name: KeyName("w"), keyID: 1, signature: bytes)
        #expect(
            noteError { () throws(NoteError) in try Cosignature(line) }
                == .wrongLength(what: "the cosignature", expected: 72, got: count))
        guard count != 64 else { return }
        #expect(
            noteError { () throws(NoteError) in try Cosignature(time: 1, signature: bytes) }
                == .wrongLength(what: "the signature", expected: 64, got: count))
    }

    @Test func `who did not sign has no time, who signed falsely refuses the note`() throws {
        let witness = try Signer("w", 1, .cosignature)
        let log = try Signer("log", 2)
        let note = try SignedNote(text: text, signatures: [log.sign(text)])
        #expect(try Cosignature.time(of: note, by: witness.verifier) == nil)
        #expect(
            noteError { () throws(NoteError) in try Cosignature.time(of: note, by: log.verifier) }
                == .wrongKeyType(expected: 4, got: 1))
        let false_ = try note.adding([witness.sign(text + [0x0a], at: 5)])
        #expect(
            noteError { () throws(NoteError) in
                try Cosignature.time(of: false_, by: witness.verifier)
            } == .signatureFailed(name: "w", keyID: witness.verifier.keyID))
    }
}
