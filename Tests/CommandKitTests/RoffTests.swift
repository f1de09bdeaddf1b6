import Testing

@testable import CommandKit

@Suite struct RoffTests {
    @Test func anArgumentIsNeverAMacro() {
        #expect(Roff.argument("Nm") == "\\&Nm")
        #expect(Roff.argument("%A") == "\\&%A")
        #expect(Roff.argument(".") == "\\&.")
        #expect(Roff.argument("") == "\\&")
        #expect(Roff.argument("a b") == "\"a b\"")
        #expect(Roff.argument("--x\"y") == "\\-\\-x\\(dqy")
        #expect(Roff.argument("DIR") == "DIR")
    }

    @Test func hyphensAreMinusSignsWhereOneCopiesThem() {
        #expect(Roff.text("a double-spend with --no-pager") == "a double-spend with \\-\\-no-pager")
        #expect(Roff.code("a-b") == "a\\-b")
        #expect(Roff.page("wallet-pay") == "wallet-pay")
    }

    @Test func proseIsASentenceALine() {
        #expect(Roff.prose("One. Two, i.e. three. Four") == ["One.", "Two, i.e. three.", "Four"])
        #expect(Roff.prose(".x `a-b` c`") == ["\\&.x \\(gaa-b\\(ga c\\(ga"])
        #expect(Roff.prose("an `a-b`") == ["an \\fBa\\-b\\fR"])
        #expect(Roff.prose("").isEmpty)
    }

    @Test func anIndentedParagraphStandsAsItIs() {
        #expect(
            Roff.paragraph("    a  b\n    .c") == [
                ".Bd -literal -offset indent", "a  b", "\\&.c", ".Ed",
            ])
    }

    @Test func lettersBeyondAsciiAreNamed() {
        #expect(Roff.text("é→🙂") == "\\[u00E9]\\[u2192]\\[u1F642]")
    }
}
