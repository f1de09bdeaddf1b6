import Bytes
import Cryptography
import Documents
import Testing

@Suite struct VerifierKeyTests {
    @Test(arguments: NoteVectors.all.keys)
    func `a key's id is its hash's beginning`(vector: NoteVectors.Key) throws {
        let key = try VerifierKey(vector.vkey)
        #expect(key.name.description == vector.name)
        #expect(key.kind.rawValue == vector.type)
        #expect(key.publicKey == hex(vector.public))
        #expect(
            Hexadecimal.encode((0..<4).map { UInt8(key.keyID >> (24 - 8 * $0) & 255) }) == vector.id
        )
        #expect(key.text == vector.vkey)
        #expect(
            try VerifierKey(
                name: KeyName(vector.name), kind: key.kind, publicKey: hex(vector.public)) == key)
    }

    @Test(arguments: NoteVectors.refused("key"))
    func `what is no key is refused for its reason`(vector: NoteVectors.Refused) throws {
        let text = try #require(vector.input)
        let error = noteError { () throws(NoteError) in try VerifierKey(text) }
        #expect(error?.code == vector.code)
    }

    @Test func `random keys come back`() throws {
        var random = Generator()
        for _ in 0..<200 {
            let kind = VerifierKey.Kind.allCases[random.below(2)]
            let key = try VerifierKey(
                name: random.keyName(), kind: kind, publicKey: random.bytes(32))
            #expect(try VerifierKey(key.text) == key, random.comment)
        }
    }

    @Test func `a changed bit of a key is refused`() throws {
        let text = Array(NoteVectors.all.keys[0].vkey.utf8)
        for place in text.indices {
            for bit in 0..<8 {
                var changed = text
                changed[place] ^= 1 << UInt8(bit)
                guard let changed = String(validating: changed, as: UTF8.self) else { continue }
                #expect(throws: NoteError.self) { try VerifierKey(changed) }
            }
        }
    }

    @Test func `2,048 bytes are taken, one more is not`() throws {
        let rest = try VerifierKey(
            name: KeyName("x"), kind: .ed25519, publicKey: .init(repeating: 7, count: 32))
        let room = Limits.verifierKeyBytes - rest.text.utf8.count
        func key(_ count: Int) throws -> String {
            try VerifierKey(
                name: KeyName(.init(repeating: "x", count: count)), kind: .ed25519,
                publicKey: rest.publicKey
            ).text
        }
        #expect(try VerifierKey(key(room + 1)).text == key(room + 1))
        let long = try key(room + 2)
        #expect(
            noteError { () throws(NoteError) in try VerifierKey(long) }
                == .tooLong(what: "the verifier key", bytes: 2_049, limit: 2_048))
    }

    @Test func `lines are made of 64 bytes, by keys of the right type`() throws {
        let log = try Signer("a", 1).verifier
        let witness = try Signer("a", 1, .cosignature).verifier
        for count in [0, 63, 65, 72] {
            let bytes = [UInt8](repeating: 1, count: count)
            let error = noteError { () throws(NoteError) in try log.signature(bytes) }
            #expect(error == .wrongLength(what: "the signature", expected: 64, got: count))
        }
        let bytes = [UInt8](repeating: 1, count: 64)
        #expect(try log.signature(bytes).signature == bytes)
        #expect(
            noteError { () throws(NoteError) in try witness.signature(bytes) }
                == .wrongKeyType(expected: 1, got: 4))
        let cosignature = try Cosignature(time: 1, signature: bytes)
        #expect(
            noteError { () throws(NoteError) in try cosignature.line(by: log) }
                == .wrongKeyType(expected: 4, got: 1))
    }
}

@Suite struct KeyNameTests {
    @Test func `a name has no white space of Unicode, no plus and no control character`() {
        var forbidden = 0
        for value in Array(UInt32(0)..<0x11000) + stride(from: 0x11000, to: 0x110000, by: 97) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let expected = scalar.properties.isWhitespace || value < 0x20 || value == 0x2b
            let isRefused = (try? KeyName("a\(scalar)b")) == nil
            #expect(isRefused == expected, "U+\(String(value, radix: 16))")
            if isRefused { forbidden += 1 }
        }
        #expect(forbidden == 53)
    }

    @Test func `a name is its bytes`() throws {
        #expect(try KeyName("é") != KeyName("e\u{301}"))
        #expect(try KeyName("a") != KeyName("A"))
        #expect(try KeyName("é").description == "é")
        #expect(throws: NoteError.invalidKeyName("")) { try KeyName("") }
        #expect(throws: NoteError.invalidKeyName("\u{fffd}")) { try KeyName([0xff]) }
    }
}
