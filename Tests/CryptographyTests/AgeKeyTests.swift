// Recipients, identities, key files: one spelling each, and nothing of a secret in an error.

import Bytes
import Testing

@testable import Cryptography

@Suite struct AgeKeyTests {
    /// From the specification (C2SP `age`): the secret is 32 times 0x42.
    private static let identity =
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
    private static let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

    private static func text(_ secret: SecretBytes) -> String {
        secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `the keys of the specification`() throws {
        let read = try AgeIdentity(Self.identity)
        let made = try AgeIdentity(secret: SecretBytes([UInt8](repeating: 0x42, count: 32)))
        #expect(read == made)
        #expect(Self.text(made.text) == Self.identity)
        #expect(made.recipient.text == Self.recipient)
        #expect(try AgeRecipient(Self.recipient) == made.recipient)
        #expect(made.recipient.description == Self.recipient)
    }

    @Test func `random keys come back`() throws {
        var generator = Generator()
        for _ in 0..<200 {
            let secret = SecretBytes(generator.bytes(32))
            let identity = try AgeIdentity(secret: secret)
            #expect(try AgeIdentity(identity.text) == identity, generator.comment)
            #expect(
                try AgeRecipient(identity.recipient.text) == identity.recipient,
                generator.comment)
            #expect(identity.recipient.text.utf8.count == 62, generator.comment)
            #expect(identity.text.count == 74, generator.comment)
        }
    }

    @Test func `every other character makes another text, which is refused`() {
        let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
        let text = Array(Self.recipient.utf8)
        for index in 4..<text.count {
            for character in alphabet where character != text[index] {
                var changed = text
                changed[index] = character
                let word = String(decoding: changed, as: UTF8.self)
                #expect(throws: AgeError.invalidRecipient(word, .checksum)) {
                    try AgeRecipient(word)
                }
            }
        }
    }

    private static let refused: [(String, AgeError.KeyTextDefect)] = [
        ("", .noSeparator), ("age", .noSeparator), ("age1", .noSeparator),
        ("1qqqqqq", .noSeparator), (recipient + "q", .checksum),
        (String(recipient.dropLast()), .checksum),
        (recipient.uppercased(), .wrongPrefix(expected: "age")),
        ("Age" + recipient.dropFirst(3), .mixedCase), (" " + recipient, .invalidCharacter(at: 0)),
        (recipient + "\n", .invalidCharacter(at: 62)),
        (recipient.replacing("z", with: "b"), .invalidCharacter(at: 4)),
        (identity, .wrongPrefix(expected: "age")),
        ("age1" + String(repeating: "q", count: 125), .tooLong(bytes: 129)),
        // BIP173's own valid strings, of other kinds; the last has no data.
        (
            "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
            .wrongPrefix(expected: "age")
        ),
        ("a12uel5l", .wrongPrefix(expected: "age")),
    ]

    @Test(arguments: refused)
    func `what is no recipient is refused`(text: String, defect: AgeError.KeyTextDefect) {
        #expect(throws: AgeError.invalidRecipient(String(text.prefix(128)), defect)) {
            try AgeRecipient(text)
        }
    }

    @Test func `another length of data is refused`() throws {
        for count in [0, 16, 31, 33, 64] {
            let data = [UInt8](repeating: 1, count: count)
            let text = Self.text(data.withUnsafeBytes { Bech32.encode(prefix: "age", $0) })
            #expect(throws: AgeError.invalidRecipient(text, .wrongLength)) {
                try AgeRecipient(text)
            }
            #expect(throws: AgeError.self) { try AgeIdentity(secret: SecretBytes(data)) }
        }
    }

    @Test func `an error says nothing of an identity`() {
        for text in [Self.identity.lowercased(), Self.identity + "Q", "secret"] {
            do {
                _ = try AgeIdentity(text)
                Issue.record("'\(text)' is read")
            } catch {
                #expect(!"\(error)".holdsTenCharacters(of: String(text.suffix(60))))
            }
        }
    }

    @Test func `nothing prints a secret`() throws {
        let identity = try AgeIdentity(Self.identity)
        let passphrase = try AgePassphrase(SecretBytes(Array("tell nobody".utf8)))
        var dumped = ""
        dump(identity, to: &dumped)
        dump(passphrase, to: &dumped)
        #expect("\(identity)" == "<secret>" && "\(passphrase)" == "<secret>")
        #expect(!dumped.contains("tell") && !dumped.contains("42"))
    }

    @Test func `a point of small order is no recipient`() throws {
        let recipient = AgeRecipient(publicKey: [UInt8](repeating: 0, count: 32))
        #expect(throws: AgeError.invalidRecipient(recipient.text, .smallOrder)) {
            _ = try ageFile([], to: [recipient])
        }
    }

    @Test func `key files are read as they are written, with comments and CRLF`() throws {
        let one = try ageIdentity(1)
        let two = try ageIdentity(2)
        #expect(try AgeIdentity.identities(keyFile: one.keyFile) == [one])
        #expect(
            Self.text(one.keyFile)
                == "# public key: \(one.recipient.text)\n\(Self.text(one.text))\n")
        let file =
            "# created: 2026-01-02T03:04:05Z\r\n\r\n\(Self.text(two.text))\r\n\n#\n"
            + Self.text(one.text)
        #expect(
            try AgeIdentity.identities(keyFile: SecretBytes(Array(file.utf8))) == [two, one])
        #expect(try AgeIdentity.identities(keyFile: SecretBytes([])) == [])
    }

    @Test func `a key file's wrong line is named by its number`() throws {
        let good = Self.text(try ageIdentity(1).text)
        let file = "# one\n\(good)\n\(good) \n"
        #expect(throws: AgeError.invalidKeyFileLine(3, .invalidCharacter(at: 74))) {
            try AgeIdentity.identities(keyFile: SecretBytes(Array(file.utf8)))
        }
        #expect(throws: AgeError.invalidKeyFileLine(1, .wrongPrefix(expected: "AGE-SECRET-KEY-"))) {
            try AgeIdentity.identities(keyFile: SecretBytes(Array(Self.recipient.utf8)))
        }
    }
}

extension String {
    /// Whether ten characters of `text` in a row stand here, in either case.
    fileprivate func holdsTenCharacters(of text: String) -> Bool {
        let (here, there) = (Array(lowercased().utf8), Array(text.lowercased().utf8))
        return there.indices.dropLast(9).contains { start in
            let part = there[start..<(start + 10)]
            return here.indices.contains { here[$0...].starts(with: part) }
        }
    }
}
