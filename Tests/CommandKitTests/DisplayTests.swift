import Testing

@testable import CommandKit

@Suite struct DisplayTests {
    @Test func harmlessTextStaysAsItIs() {
        for text in ["", "plain", "é日本🙂", "👨‍👩‍👧", "a\u{301}", "नमस्ते"] {
            #expect(DisplayText.neutralised(text) == text)
        }
    }

    @Test func whatMovesTheCursorOrTurnsTheTextIsSpelledOut() {
        #expect(
            DisplayText.neutralised("a\u{1b}[2J\r\n\t\0") == "a\\u{1b}[2J\\u{d}\\u{a}\\u{9}\\u{0}")
        #expect(DisplayText.neutralised("\u{9b}31m\u{7f}") == "\\u{9b}31m\\u{7f}")
        #expect(DisplayText.neutralised("\u{202e}\u{2066}\u{200b}\u{feff}").count == 8 * 3 + 8)
        #expect(DisplayText.neutralised("\r\n") == "\\u{d}\\u{a}")
    }

    @Test func widthsAreThoseOfATerminal() {
        let widths: [(String, Int)] = [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ｱ", 1), ("Ａ", 2),
            ("한국", 4), ("\u{1112}\u{1161}\u{11ab}", 2), ("🙂", 2), ("👨‍👩‍👧", 2), ("🇩🇪", 2),
            ("👍🏽", 2), ("❤️", 2), ("€", 1), ("…", 1), ("\u{200d}", 0), ("𠀀", 2),
        ]
        for (text, width) in widths { #expect(DisplayWidth.columns(text) == width, "\(text)") }
    }

    @Test func truncationNeverExceedsItsLimit() {
        #expect(DisplayWidth.truncated("日本語", columns: 6) == "日本語")
        #expect(DisplayWidth.truncated("日本語", columns: 5) == "日本…")
        #expect(DisplayWidth.truncated("日本語", columns: 4) == "日…")
        #expect(DisplayWidth.truncated("abc", columns: 1) == "…")
        #expect(DisplayWidth.truncated("abc", columns: 0) == "")
        for limit in 0..<12 {
            #expect(DisplayWidth.columns(DisplayWidth.truncated("a日🙂é本", columns: limit)) <= limit)
        }
    }

    @Test func definitionsWrapTheirMeanings() {
        let lines = TextWrap.definitions([
            ("a", String(repeating: "word ", count: 20)),
            ("a term that is too long for its column", "x"),
        ])
        #expect(lines.count == 4 && lines[1].hasPrefix("     word"))
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines[2] == "  a term that is too long for its column" && lines[3] == "     x")
    }
}
