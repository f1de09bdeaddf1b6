import Testing

@testable import WalletKit

@Suite struct ConfigurationParserTests {
    private func list(_ text: String) throws -> [String] {
        try ConfigurationFile(Array(text.utf8), path: "f").entries
            .map { "\($0.line) \($0.key)" + ($0.value.map { "=\($0)" } ?? "") }
    }

    private func reason(_ text: String) -> String {
        do {
            _ = try ConfigurationFile(Array(text.utf8), path: "f")
            return "accepted"
        } catch { return error.description }
    }

    @Test func sectionsKeysAndCommentsAreRead() throws {
        let text = """
            # head
            [Core]
            \tWAIT = 60 ; seconds
            \talone
            [contact "Bob \\"B\\" \\\\"]
            Address=1abc
            [pay] expires = 1h
            [Old.Sub]
            k = v
            """
        #expect(
            try list(text) == [
                "3 core.wait=60", "4 core.alone", "6 contact.Bob \"B\" \\.address=1abc",
                "7 pay.expires=1h", "9 old.sub.k=v",
            ])
    }

    @Test func valuesLoseBlanksAndQuotesAndKeepEscapes() throws {
        let cases = [
            ("a  b  ", "a  b"), ("\" a \" b", " a  b"), ("a \"# ;\" # c", "a # ;"), ("", ""),
            ("\\n\\t\\b\\\\\\\"", "\n\t\u{8}\\\""), ("a \\\n b", "a  b"), ("\\\r\n  b", "b"),
            ("a\\", "a"), ("\"a\\\nb\"", "ab"), ("a\u{b}", "a\u{b}"),
        ]
        for (text, value) in cases {
            let file = try ConfigurationFile(Array("[s]\nk = \(text)".utf8), path: "f")
            #expect(file.entries.map(\.value) == [value], "\(text)")
        }
    }

    @Test func malformedFilesAreRefusedWithPathLineAndReason() {
        let cases = [
            ("k = v", "f:1: key outside a section"),
            ("[s]\n\n1k = v", "f:3: a key must begin with a letter"),
            ("[s", "f:1: section header without its end"),
            ("[s \"a\n\"]", "f:1: section header without"),
            ("[s \"a\"", "f:1: section header without"), ("[s a]", "f:1: malformed section name"),
            ("[]", "f:1: malformed section name"), ("[s_t]", "f:1: malformed section name"),
            ("[s\n]", "f:1: section header without its end"),
            ("[s]\nk v", "f:2: expected '=' after the key"),
            ("[s]\nk # c", "f:2: expected '=' after the key"),
            ("[s]\nk_1 = v", "f:2: expected '=' after the key"),
            ("[s]\nk = \"a\nb = c", "f:2: quote without its end"),
            ("[s]\nk = a\\\nb\\q", "f:3: unknown escape"), ("[s]\nk = a\0b", "f:2: zero byte"),
            ("[s \"a\0\"]", "f:1: zero byte"),
        ]
        for (text, expected) in cases {
            #expect(reason(text).hasPrefix(expected), "\(text)")
        }
        #expect(throws: ConfigurationError.syntax(path: "f", line: 2, reason: .unicode)) {
            try ConfigurationFile(Array("[s]\nk = a".utf8) + [0xff], path: "f")
        }
    }

    @Test func anyBytesAreReadOrRefusedWithoutATrap() {
        var seed = ConfigurationSeed(7)
        let alphabet: [UInt8] = Array("[]\"\\=#; \t\r\nak.-\0".utf8) + [0xef, 0xbb, 0xbf, 0xff]
        for _ in 0..<20_000 {
            let bytes = (0..<Int(seed.next() % 24)).map { _ in seed.pick(alphabet) }
            if let file = try? ConfigurationFile(bytes, path: "f") {
                #expect(file.entries.allSatisfy { $0.end <= bytes.count }, "\(bytes)")
            }
        }
    }

    @Test func tenThousandContactsAreFoundAtOnce() throws {
        let text = (0..<10_000).map { "[contact \"c\($0)\"]\n\taddress = 1abcdef\($0)\n" }.joined()
        let directory = try ConfigurationDirectory()
        let path = try directory.write(text)
        let clock = ContinuousClock()
        let start = clock.now
        let view = try Configuration(.init(walletPath: path))
        let names = view.subsections(of: "contact")
        for name in names {
            let section = try ConfigurationSection("contact", name)
            #expect(view.values(in: section)["address"] == "1abcdef" + name.dropFirst())
        }
        #expect(names.count == 10_000 && names.last == "c9999")
        // Debug builds are some twenty times slower than release builds; a square would take
        // minutes.
        #expect(clock.now - start < .seconds(10))
    }
}
