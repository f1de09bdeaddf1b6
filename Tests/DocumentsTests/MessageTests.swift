// Messages, notes and acknowledgements: what is written is read, and nothing else.
import Bytes
import Cryptography
import Documents
import Testing

@Suite("Messages") struct MessageTests {
    private func note(_ text: String = "milk: 2 EUR") -> Note {
        Note(.text(text), random: "r", written: time("2026-01-02"))
    }

    private func envelope(_ line: [UInt8]) throws -> Envelope { try Envelope(line: line) }

    private func message(
        _ change: (inout Message.Terms) -> Void = { _ in }, documents: [[UInt8]]? = nil
    ) throws -> Message {
        let key = try Key(7)
        var terms = Message.Terms(
            domain: "shop.example", from: key.address, to: "fridge", random: "r",
            sent: time("2026-01-02"))
        change(&terms)
        let draft = Message(
            terms, documents: try (documents ?? [note().document]).map { try envelope($0) },
            certificate: nil)
        return draft.replacing(Endorsements(signatures: [key.sign(draft.hash)]))
    }

    /// The refusal of a message's line; nil where it is read and its signature true.
    private func objection(_ line: [UInt8]) -> RefusalCode? {
        do throws(Refusal) {
            try Message(try Envelope(line: line)).checkSignatures()
            return nil
        } catch {
            return error.code
        }
    }

    private func noteObjection(_ line: [UInt8]) -> RefusalCode? {
        do throws(Refusal) {
            _ = try Note(try Envelope(line: line))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `what is written is read again, byte for byte`() throws {
        var random = Generator()
        for _ in 0..<200 {
            let key = try Key(UInt8(1 + random.below(200)))
            var terms = Message.Terms(
                domain: random.text(Limits.domainBytes), from: key.address,
                to: random.text(Limits.domainBytes), random: random.text(Limits.randomBytes),
                sent: random.timestamp())
            if random.chance(2) { terms.answers = random.digest() }
            if random.chance(2) { terms.subject = random.text(MessageLimits.subjectBytes) }
            if random.chance(2) { terms.reply = random.text(MessageLimits.replyBytes) }
            let notes = (0..<1 + random.below(4)).map { number in
                Note(
                    random.chance(2)
                        ? .text(random.text(300))
                        : .file(
                            Note.File(
                                name: "a\(number)", type: "text/plain",
                                content: random.bytes(random.below(300)))),
                    random: "\(number)", written: random.timestamp())
            }
            let draft = Message(
                terms, documents: try notes.map { try envelope($0.document) }, certificate: nil)
            let signed = draft.replacing(Endorsements(signatures: [key.sign(draft.hash)]))
            let read = try Message(envelope(signed.document))
            #expect(read.document == signed.document, random.comment)
            #expect(read.terms == terms && read.hash == signed.hash, random.comment)
            try read.checkSignatures()
            for (document, note) in zip(read.documents, notes) {
                #expect(try Note(document).content == note.content, random.comment)
            }
        }
    }

    @Test func `no byte of a message can be changed`() throws {
        let line = try message { $0.subject = "milk" }.document
        #expect(objection(line) == nil)
        for index in line.indices {
            for flip: UInt8 in [0x01, 0x20, 0x80] {
                var changed = line
                changed[index] ^= flip
                #expect(objection(changed) != nil, "byte \(index), flipped \(flip)")
            }
        }
        for count in stride(from: 0, to: line.count, by: 7) {
            #expect(objection(Array(line[..<count])) == .malformedDocument)
        }
    }

    @Test func `no byte of an acknowledgement can be changed`() throws {
        let (domain, device) = (try Key(1), try Key(2))
        var certificate = DeviceCertificate(
            address: device.address, domain: "d", incarnation: "00112233aabbccdd",
            issued: time("2026-01-01"))
        certificate = DeviceCertificate(
            address: certificate.address, domain: "d", incarnation: certificate.incarnation,
            issued: certificate.issued,
            Endorsements(signatures: [domain.sign(certificate.hash)]))
        let draft = Acknowledgement(
            by: device.address, domain: "d", message: .zero, received: time("2026-01-02"),
            certificate: certificate.document)
        let line = draft.replacing(Endorsements(signatures: [device.sign(draft.hash)])).document
        func isGood(_ line: [UInt8]) -> Bool {
            guard let envelope = try? Envelope(line: line),
                let read = try? Acknowledgement(envelope), (try? read.checkSignatures()) != nil,
                let inner = try? DeviceCertificate(Envelope(line: read.certificate)),
                inner.address == read.by
            else { return false }
            return (try? inner.endorsements.check(inner.hash, signedBy: domain.address)) != nil
        }
        #expect(isGood(line))
        for index in line.indices {
            var changed = line
            changed[index] ^= 1
            #expect(!isGood(changed), "byte \(index)")
        }
    }

    @Test func `every bound holds, and one past it is refused`() throws {
        let many = { (count: Int) in (0..<count).map { self.note("\($0)").document } }
        func check(_ limit: Int, _ make: (Int) throws -> Message) throws {
            #expect(objection(try make(limit).document) == nil, "\(limit)")
            #expect(objection(try make(limit + 1).document) == .malformedDocument, "\(limit)")
        }
        func text(_ count: Int) -> String { String(repeating: "x", count: count) }
        try check(MessageLimits.documents) { try message(documents: many($0)) }
        try check(MessageLimits.subjectBytes) { count in try message { $0.subject = text(count) } }
        try check(MessageLimits.replyBytes) { count in try message { $0.reply = text(count) } }
        try check(Limits.domainBytes) { count in try message { $0.to = text(count) } }
        try check(Limits.domainBytes) { count in try message { $0.domain = text(count) } }
        try check(Limits.randomBytes) { count in try message { $0.random = text(count) } }
        #expect(objection(try message(documents: []).document) == .malformedDocument)
        #expect(objection(try message { $0.subject = "" }.document) == .malformedDocument)
    }

    @Test func `every bound of a note holds, and one past it is refused`() throws {
        func text(_ count: Int) -> Note { note(String(repeating: "x", count: count)) }
        func file(
            name: String = "a", type: String = "text/plain", _ count: Int = 3
        ) -> Note {
            Note(
                .file(
                    Note.File(
                        name: name, type: type, content: [UInt8](repeating: 7, count: count))),
                random: "r", written: time("2026-01-02"))
        }
        let longName = String(repeating: "n", count: MessageLimits.fileNameBytes)
        let longType = "a/" + String(repeating: "t", count: MessageLimits.mediaTypeBytes - 2)
        for good in [
            text(1), text(MessageLimits.noteBytes), file(MessageLimits.fileBytes), file(0),
            file(name: longName), file(type: longType), file(name: "milk & eggs.txt"),
        ] {
            #expect(noteObjection(good.document) == nil)
        }
        for bad in [
            text(0), text(MessageLimits.noteBytes + 1), file(MessageLimits.fileBytes + 1),
            file(name: longName + "n"), file(type: longType + "t"),
        ] {
            #expect(noteObjection(bad.document) == .malformedDocument)
        }
    }

    @Test func `a file's name is a plain name, its type a media type`() {
        let names = [
            "", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "-rf", ".profile", "a\0b", "a\nb",
            "a\u{202e}b", "a\u{200b}b",
        ]
        for name in names { #expect(!Note.isName(name), "\(name.debugDescription)") }
        for name in ["a", "a.txt", "ä ö.pdf", "$(reboot)", "a;b"] { #expect(Note.isName(name)) }
        for type in ["", "a", "/", "a/", "/b", "a/b/c", "a /b", "a/b;c=d", "a/b\n"] {
            #expect(!Note.isMediaType(type), "\(type.debugDescription)")
        }
        for type in ["text/plain", "image/svg+xml", "application/vnd.a-b.c"] {
            #expect(Note.isMediaType(type))
        }
    }

    @Test func `a note says one thing`() {
        let good = [
            "kind": "\"note\"", "random": "\"r\"", "text": "\"hello\"",
            "written": "\"2026-01-02T00:00:00.000Z\"",
        ]
        let file = #"{"content":"AAAA","name":"a","type":"a/b"}"#
        #expect(noteObjection(sealed(object(good))) == nil)
        #expect(noteObjection(sealed(object(good, ["text": nil, "file": file]))) == nil)
        let defects: [[String: String?]] = [
            ["file": file], ["text": nil], ["text": "1"], ["more": "1"], ["kind": "\"nota\""],
            ["written": "\"2026-01-02\""], ["random": "\"\""],
            ["text": nil, "file": #"{"content":"AAA","name":"a","type":"a/b"}"#],
            ["text": nil, "file": #"{"content":"AAAA","name":"../a","type":"a/b"}"#],
            ["text": nil, "file": #"{"content":"AAAA","name":"a"}"#],
        ]
        for defect in defects {
            #expect(
                noteObjection(sealed(object(good, defect))) == .malformedDocument, "\(defect)")
        }
        #expect(
            noteObjection(sealed(object(good), meta: #"{"signatures":[]}"#)) == .malformedDocument)
    }

    @Test func `a message carries what it names, each once and in order`() throws {
        let (first, second) = (note("first").document, note("second").document)
        #expect(objection(try message(documents: [first, second]).document) == nil)
        #expect(objection(try message(documents: [first, first]).document) == .malformedDocument)
        let good = try message(documents: [first, second])
        func replacing(_ meta: [[UInt8]]) -> [UInt8] {
            let text = String(decoding: good.document, as: UTF8.self)
            let old = String(decoding: first + [0x2c] + second, as: UTF8.self)
            let new = meta.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",")
            #expect(text.contains(old))
            return Array(text.replacing(old, with: new).utf8)
        }
        #expect(objection(replacing([second, first])) == .hashMismatch)
        #expect(objection(replacing([first])) == .malformedDocument)
        #expect(
            objection(replacing([first, second, note("third").document])) == .malformedDocument)
        #expect(objection(replacing([first, note("third").document])) == .hashMismatch)
    }

    @Test func `what is in it may be of a kind that nobody knows, if it is canonical`() throws {
        let filler = "\"" + String(repeating: "x", count: 64) + "\""
        let strange = sealed(#"{"kind":"request","what":"# + filler + "}")
        #expect(objection(try message(documents: [strange]).document) == nil)
        let loose = sealed(#"{"what":"# + filler + #","kind":"request"}"#)
        #expect(objection(try message(documents: [loose]).document) == .malformedDocument)
    }

    @Test func `only who sends it signs it`() throws {
        let good = try message()
        let other = try Key(9)
        let foreign = good.replacing(Endorsements(signatures: [other.sign(good.hash)]))
        #expect(objection(foreign.document) == .signatureMissing)
        #expect(objection(good.replacing(.init()).document) == .signatureMissing)
        let both = good.replacing(good.endorsements.adding(other.sign(good.hash)))
        #expect(objection(both.document) == nil)
    }
}
