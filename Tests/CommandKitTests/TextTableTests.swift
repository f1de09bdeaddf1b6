import Testing

@testable import CommandKit

@Suite struct TextTableTests {
    private func table(_ rows: [[String]]) -> TextTable {
        var table = TextTable(columns: [
            .init("name", isElastic: true), .init("amount", .right), .init("unit"),
        ])
        for row in rows { table.add(row) }
        return table
    }

    @Test func columnsAreAlignedAndNoLineEndsInASpace() {
        let expected = """
            name      amount  unit
            bob         3.50  EUR
            caroline  -10.00
                        1.00

            """
        let text = table([["bob", "3.50", "EUR"], ["caroline", "-10.00", ""], ["", "1.00"]])
            .render()
        #expect(text == expected)
        #expect(!text.contains(" \n"))
    }

    @Test func theHeaderIsOptionalAndAnEmptyTableIsSilent() {
        #expect(table([["a", "1", "b"]]).render(showsHeader: false) == "a  1  b\n")
        #expect(table([]).render() == "" && table([]).isEmpty)
    }

    @Test func wideLettersAndCombiningMarksKeepTheColumnsStraight() {
        let text = table([["日本", "1", "x"], ["e\u{301}te\u{301}", "22", "x"]])
            .render(showsHeader: false)
        #expect(text == "日本   1  x\ne\u{301}te\u{301}   22  x\n")
    }

    @Test func untrustedTextCannotReachTheTerminal() {
        let text = table([["\u{1b}[31mred\nnew\u{202e}", "1", "\u{7}"]]).render(showsHeader: false)
        #expect(text == "\\u{1b}[31mred\\u{a}new\\u{202e}  1  \\u{7}\n")
    }

    @Test func theElasticColumnGivesWay() {
        let row = ["a very long name of someone", "1.00", "EUR"]
        #expect(
            table([row]).render(showsHeader: false, maximumColumns: 24)
                == "a very long …  1.00  EUR\n")
        #expect(
            table([row]).render(showsHeader: false, maximumColumns: 5) == "a very …  1.00  EUR\n")
        #expect(
            table([row]).render(showsHeader: false, maximumColumns: 80)
                == table([row]).render(showsHeader: false))
    }

    @Test func stylesDoNotChangeTheWidths() {
        var table = TextTable(columns: [.init("a"), .init("b", .right)])
        table.add(cells: [.init("x", .green), .init("-5", .red)])
        table.add(["long", "10"])
        #expect(table.render() == "a      b\nx     -5\nlong  10\n")
        #expect(
            table.render(style: Style(isEnabled: true))
                == "\u{1b}[1ma\u{1b}[0m      \u{1b}[1mb\u{1b}[0m\n"
                + "\u{1b}[32mx\u{1b}[0m     \u{1b}[31m-5\u{1b}[0m\nlong  10\n")
    }

    @Test func noRowsMakeARaggedTable() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let rows = (0..<4).map { _ in (0..<3).map { _ in generator.word() } + [] }
            let limit = Int.random(in: 40...80, using: &generator)
            let text = table(rows).render(maximumColumns: limit)
            #expect(text.filter { $0 == "\n" }.count == 5, "seed \(seed)")
            for line in text.split(separator: "\n") {
                #expect(!line.hasSuffix(" ") && !line.contains("\u{1b}"), "seed \(seed): \(line)")
            }
        }
    }
}
