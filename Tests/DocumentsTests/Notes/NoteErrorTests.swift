import Documents
import Testing

@Suite struct NoteErrorTests {
    private static let flaws: [PolicyFlaw] = [
        .forbiddenOctet(13), .unterminated, .unknownKeyword("a"),
        .wrongFields(form: "quorum <name>", got: 3), .key(.unsupportedKeyType(6)),
        .duplicateKey(line: 2), .ambiguousKey(line: 2), .nameTaken("a", line: 2), .reservedName,
        .undefinedName("a"), .memberTwice("a", line: 2), .threshold("a", members: 2),
        .secondQuorum(line: 2), .missingQuorum, .tooMany(keyword: "log", limit: 256),
    ]

    private static let errors: [NoteError] =
        [
            .tooLong(what: "the note", bytes: 2, limit: 1), .tooMany(what: "hashes", limit: 63),
            .notUTF8(offset: 3), .controlCharacter(13, offset: 3), .unterminated(what: "the note"),
            .unsigned, .malformedSignature(line: 4, .shape), .malformedSignature(line: 4, .keyName),
            .malformedSignature(line: 4, .base64), .malformedSignature(line: 4, .tooShort),
            .malformedLine(what: "the proof", line: 2, expected: "an index"),
            .invalidKeyName("a b"), .malformedKey("a"),
            .keyIDMismatch(name: "a", stated: 1, derived: 0xab), .unsupportedKeyType(2),
            .wrongKeyType(expected: 1, got: 4),
            .wrongLength(what: "the signature", expected: 64, got: 63),
            .outOfRange(what: "the index", got: 5, lower: 0, upper: 4),
            .outOfRange(what: "the index", got: 0, lower: 0, upper: -1),
            .ambiguousKey(name: "a", keyID: 1), .signatureFailed(name: "a", keyID: 0x1234_abcd),
            .notSigned, .invalidCheckpointText("a\nb"), .unknownLog(origin: "a"),
            .logSignatureMissing(origin: "a"), .quorumNotMet(quorum: "q", witnesses: []),
            .quorumNotMet(quorum: "q", witnesses: ["a", "b"]),
        ] + flaws.map { .policy(line: 7, $0) }

    @Test(arguments: errors)
    func `every error has a sentence and a code of its own`(error: NoteError) {
        let sentence = error.description
        #expect(sentence.first?.isUppercase == false && sentence.last != ".")
        #expect(sentence != error.code && sentence.contains(" "))
        #expect(error.code.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
    }

    @Test func `codes tell errors apart`() {
        let codes = Self.errors.map(\.code)
        // Two sentences each of out-of-range and of quorum-not-met.
        #expect(Set(codes).count == codes.count - 2)
    }

    @Test func `sentences carry the values`() {
        #expect(
            "\(NoteError.signatureFailed(name: "a", keyID: 0x1234_abcd))"
                == "the signature of 'a' (key id 1234abcd) is false")
        #expect(
            "\(NoteError.policy(line: 7, .memberTwice("w", line: 2)))"
                == "line 7 of the policy: 'w' is a member of the group of line 2 already")
        #expect(
            "\(NoteError.quorumNotMet(quorum: "q", witnesses: ["a", "b"]))"
                == "'a', 'b' cosigned, which is not the quorum 'q'")
        #expect(
            "\(NoteError.keyIDMismatch(name: "a", stated: 1, derived: 0xab))"
                == "the key of 'a' has the id 000000ab, not 00000001")
    }

    @Test func `a long word from outside is cut`() {
        let sentence = "\(NoteError.malformedKey(String(repeating: "x", count: 2_000)))"
        #expect(sentence.utf8.count < 150 && sentence.contains("…"))
    }

    @Test func `a sentence is one line`() {
        #expect(
            "\(NoteError.unknownLog(origin: "a\n\u{1b}[0m\u{9b}b"))"
                == "no log 'a��[0m�b' is known")
    }
}
