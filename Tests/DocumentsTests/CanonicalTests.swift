import Documents
import Testing

@Suite struct CanonicalTests {
    private func departure(_ text: String) throws -> Int? {
        try JSONText(Array(text.utf8)).root.departure
    }

    @Test func `RFC 8785's example of names is in order and no other order is`() throws {
        // §3.2.3: sorted by UTF-16 code units, so that the smiley stands before the Hebrew presentation form.
        let names = ["\\r", "1", "\u{80}", "ö", "€", "😀", "\u{fb33}"]
        func object(_ names: [String]) -> String {
            "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        }
        #expect(try departure(object(names)) == nil)
        for first in names.indices {
            for second in names.indices where first < second {
                var swapped = names
                swapped.swapAt(first, second)
                #expect(try departure(object(swapped)) != nil)
            }
        }
    }

    @Test(arguments: [
        "{ }", "[ 1]", "[1 ]", "[1 ,2]", "[1, 2]", "{\"a\" :1}", "{\"a\": 1}", "{\"b\":1,\"a\":1}",
        "\"\\/\"", "\"\\u0041\"", "\"\\u00e9\"", "\"\\u000a\"", "\"\\u0008\"", "\"\\u001F\"",
        "\"\\ud83d\\ude42\"", "\"\\u007f\"", "\"\\u0022\"", "\"\\u005c\"", "{\"\\u0061\":1}",
        "{\"a\":1,\"\":1}", "{\"ab\":1,\"a\":1}",
    ])
    func `every departure is noticed`(text: String) throws {
        #expect(try departure(text) != nil)
    }

    @Test(arguments: [
        "{}", "[]", "[1,2]", "{\"\":1,\"a\":1,\"ab\":1}", "\"/\"", "\"\\u001f\"",
        "\"\\u0000\\u000b\"",
        "\"\\b\\t\\n\\f\\r\\\"\\\\\"", "\"\u{7f}é🙂\u{2028}\"", "-1", "{\"A\":1,\"a\":1}",
    ])
    func `canonical texts have none`(text: String) throws {
        #expect(try departure(text) == nil)
    }

    @Test func `a departure belongs to the values around it only`() throws {
        let text = "{\"a\":[1, 2],\"b\":{\"d\":1,\"c\":1},\"e\":[1]}"
        let root = try JSONText(Array(text.utf8)).root
        #expect(root.departure == 8)
        #expect(root["a"]?.departure == 8)
        #expect(root["b"]?.departure == 23)
        #expect(root["b"]?["d"]?.departure == nil)
        #expect(root["e"]?.departure == nil)
    }

    @Test func `blanks around a text are no departure of its value`() throws {
        #expect(try departure(" {\"a\":1}\r\n") == nil)
    }

    @Test func `a text with more departures than are kept is never taken for canonical`() throws {
        for count in [255, 256, 257, 600] {
            let text =
                "[" + String(repeating: " 1,", count: count) + "[1],[ 1]]"
            let root = try JSONText(Array(text.utf8)).root
            let elements = try #require(root.elements)
            #expect(root.departure == 1)
            #expect(elements[count + 1].departure != nil)
            if count == 255 { #expect(elements[count].departure == nil) }
        }
    }

    @Test func `what the writer writes is canonical and reads as what was meant`() throws {
        var random = Generator()
        for _ in 0..<10_000 {
            let names = Set((0..<random.below(6)).map { _ in Array(random.text(20).utf16) })
                .sorted { $0.lexicographicallyPrecedes($1) }
                .map { String(decoding: $0, as: UTF16.self) }
            let values = names.map { _ in random.text(60) }
            let number = Int(random.next() % 1_999_999_999_999_999) - 999_999_999_999_999
            var writer = CanonicalWriter()
            writer.beginArray()
            writer.integer(number)
            writer.beginObject()
            for (name, value) in zip(names, values) {
                writer.name(name)
                writer.string(value)
            }
            writer.endObject()
            writer.boolean(true)
            writer.endArray()
            let root = try JSONText(writer.bytes).root
            #expect(root.departure == nil, random.comment)
            let elements = try #require(root.elements)
            #expect(elements[0].integer == number, random.comment)
            // By bytes: strings are equal to equivalent ones.
            #expect(
                elements[1].members.map { Array($0.name.utf8) } == names.map { Array($0.utf8) },
                random.comment)
            #expect(
                elements[1].members.map { Array(($0.value.string ?? "").utf8) }
                    == values.map { Array($0.utf8) }, random.comment)
        }
    }
}
