import Bytes
import Documents
import Testing

@Suite struct JSONParserTests {
    private func error(_ bytes: [UInt8]) -> JSONError? {
        do {
            _ = try JSONText(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func error(_ text: String) -> JSONError? { error(Array(text.utf8)) }

    @Test(arguments: [
        "{}", "[]", "\"\"", "0", "-1", "true", "false", "null", "[1,2,3]", "{\"a\":1}",
        "{\"a\":{\"b\":[{}]}}", " \t\r\n{ } ", "\"\\ud83d\\ude42\"", "\"\\u0000\"", "\"\u{7f}\"",
        "999999999999999", "-999999999999999", "\"\u{10ffff}\"",
    ])
    func `well-formed texts are read`(text: String) {
        #expect(error(text) == nil)
    }

    @Test(arguments: [
        "", " ", "[1,]", "{\"a\":1,}", "[,1]", "[1 2]", "[1,,2]", "{,}", "{\"a\"}", "{\"a\":}",
        "{\"a\" 1}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "[", "{", "\"", "\"\\", "\"\\u12", "[1",
        "{\"a\":1", "{\"a\"", "]", "}", "[}", "{]", "1.5", "1e5", "1E5", "-1.0", "1.", ".5", "01",
        "-01",
        "-0", "00", "-", "+1", "1000000000000000", "-1000000000000000", "0x1", "NaN", "Infinity",
        "tru", "True", "nul", "nulll", "'a'", "\"\\x\"", "\"\\u12g4\"", "\"\\U0041\"", "{} {}",
        "1 1",
        "{}x", "[]]", "//c", "[1]/**/", "\u{feff}{}", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1f}\"",
        "\u{b}1", "\u{a0}1", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\\ud800x\"",
        "\"\\udc00\\ud800\"", "\"\\ud800\\u0041\"", "\"\\ud800\\n\"", "\"\\ud800\\",
    ])
    func `other texts are refused`(text: String) {
        #expect(error(text) != nil)
    }

    @Test(arguments: [
        "{\"a\":1,\"a\":2}", "{\"b\":1,\"a\":1,\"b\":1}", "{\"a\":1,\"\\u0061\":2}",
        "{\"\\u0061\":1,\"a\":2}", "{\"/\":1,\"\\/\":1}", "{\"\":1,\"\":1}",
        "{\"🙂\":1,\"\\ud83d\\ude42\":1}",
        "{\"x\":{\"a\":1,\"b\":1,\"a\":1}}", "{\"c\":1,\"b\":1,\"a\":1,\"c\":1}",
    ])
    func `a member's name stands once, however it is spelled`(text: String) {
        #expect(error(text)?.reason == "a member's name stands twice")
    }

    @Test func `names that Unicode calls equivalent are different names`() throws {
        for text in ["{\"\u{e9}\":1,\"e\u{301}\":2}", "{\"e\u{301}\":2,\"\u{e9}\":1}"] {
            #expect(try JSONText(Array(text.utf8)).root.count == 2)
        }
    }

    @Test func `a name may stand again in another object`() throws {
        #expect(error("{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}") == nil)
    }

    @Test func `of all texts of two bytes and more only well-formed UTF-8 is read in a string`() {
        // Every sequence of two bytes, and the edges of three and four (Unicode table 3-7).
        let edges: [UInt8] = [
            0x00, 0x20, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
            0xe0,
            0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
        ]
        func check(_ bytes: [UInt8]) {
            let isWellFormed = String(validating: bytes, as: UTF8.self) != nil
            let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }
            #expect(
                (error([0x22] + bytes + [0x22]) == nil) == (isWellFormed && isPlain), "\(bytes)")
        }
        for first in UInt8(0x7f)...0xff {
            for second in UInt8.min...UInt8.max { check([first, second]) }
        }
        for first in edges where first >= 0xe0 {
            for second in edges {
                for third in edges {
                    check([first, second, third])
                    for fourth: UInt8 in [0x41, 0x80, 0xbf, 0xc0] {
                        check([first, second, third, fourth])
                    }
                }
            }
        }
    }

    @Test func `text outside strings is ASCII`() {
        for byte in UInt8(0x80)...0xff { #expect(error([0x5b, byte, 0x5d]) != nil) }
    }

    @Test func `nesting of the limit is read and one deeper is not`() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + (open == "[" ? "" : "1")
                    + String(repeating: close, count: depth)
            }
            #expect(error(nested(Limits.jsonDepth)) == nil)
            #expect(error(nested(Limits.jsonDepth + 1)) != nil)
            // Deep texts end at the limit and not at the end of the stack.
            #expect(error(nested(100_000))?.offset == open.utf8.count * Limits.jsonDepth)
        }
        #expect(error(String(repeating: "[[]],", count: 5)) != nil)
        #expect(error("[" + (0..<50).map { _ in "[]" }.joined(separator: ",") + "]") == nil)
    }

    @Test func `as many values as the limit are read and one more is not`() {
        func list(_ count: Int) -> [UInt8] {
            Array(("[" + String(repeating: "1,", count: count - 2) + "1]").utf8)
        }
        #expect(error(list(Limits.jsonValues)) == nil)
        #expect(error(list(Limits.jsonValues + 1)) != nil)
    }

    @Test func `a text of the limit is read and one byte more is not`() {
        let text = [0x22] + [UInt8](repeating: 0x61, count: Limits.storedLineBytes - 2) + [0x22]
        #expect(error(text) == nil)
        #expect(error(text + [0x20]) != nil)
    }

    @Test func `an error says where`() {
        #expect(error("[1,x]")?.offset == 3)
        #expect(error("{\"a\":1,\"b\":01}")?.offset == 11)
        #expect(error("{\"a\":1,\"a\":2}")?.offset == 7)
        #expect(error("{} x")?.offset == 3)
        #expect(error("")?.offset == 0)
    }

    @Test func `every beginning of a text is refused`() throws {
        let text = Array(
            "{\"a\":[1,-2,{\"b\":\"x\\u00e9\\ud83d\\ude42\\n\"}],\"c\":true,\"d\":null}".utf8)
        #expect(error(text) == nil)
        for count in 0..<text.count { #expect(error(Array(text[..<count])) != nil) }
    }

    @Test func `values are found by name, in order, with their kinds`() throws {
        let text =
            "{\"s\":\"a\\u0062\\n\",\"n\":-12,\"l\":[true,{\"x\":1},[]],\"o\":{},\"p\":\"plain\"}"
        let root = try JSONText(Array(text.utf8)).root
        #expect(root.members.map(\.name) == ["s", "n", "l", "o", "p"])
        #expect(root["s"]?.string == "ab\n")
        #expect(root["s"]?.plainString == nil)
        #expect(root["p"]?.plainString == Array("plain".utf8)[...])
        #expect(root["n"]?.integer == -12)
        #expect(root["l"]?.elements?.map(\.kind) == [.literal, .object, .array])
        #expect(root["l"]?.elements?[1]["x"]?.integer == 1)
        #expect(root["o"]?.count == 0)
        #expect(root["z"] == nil)
        #expect(root["l"]?["x"] == nil)
        #expect(root["s"]?.integer == nil)
        #expect(root["n"]?.string == nil)
        #expect(root["n"]?.elements == nil)
        #expect(root["n"]?.offset == 21)
        #expect(root.stranger(to: ["s", "n", "l", "p"])?.name == "o")
        #expect(root.stranger(to: ["s", "n", "l", "o", "p"]) == nil)
    }

    @Test func `an escaped spelling of a name is not the name`() throws {
        let root = try JSONText(Array("{\"\\u0061\":1}".utf8)).root
        #expect(root["a"] == nil)
        #expect(root.stranger(to: ["a"])?.name == "a")
    }
}
