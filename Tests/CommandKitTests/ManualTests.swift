import Testing

@testable import CommandKit

@Suite struct ManualTests {
    private let tool = SampleTool.tool
    private let paths: [[String]] = [[], ["pay"], ["address"], ["log"], ["debug"]]

    private func page(_ path: [String]) -> String {
        tool.manualPage(for: path, date: "2026-03-01")
    }

    private func rendered(_ source: String) throws -> String {
        let answer = try Judge.mandoc.run(["-mdoc", "-T", "utf8", "-O", "width=78"], input: source)
        #expect(answer.status == 0)
        // Bold is written as a letter, a backspace and the letter again.
        var text: [Character] = []
        var erases = false
        for character in answer.output {
            if character == "\u{8}" {
                erases = true
            } else {
                if erases { text.removeLast() }
                erases = false
                text.append(character)
            }
        }
        return String(text)
    }

    /// The words of a section of a rendered page.
    private func section(_ title: String, of text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(of: title[...]) else { return [] }
        let body = lines[(start + 1)...].prefix { $0.isEmpty || $0.hasPrefix(" ") }
        return body.joined(separator: " ").split(separator: " ").map(String.init)
    }

    @Test func everyPageIsCleanUnderMandocsLint() throws {
        for path in paths {
            let answer = try Judge.mandoc.run(
                ["-mdoc", "-T", "lint", "-W", "warning"], input: page(path))
            #expect(answer.status == 0 && answer.output.isEmpty, "\(path): \(answer.output)")
        }
    }

    @Test func theSynopsisOfEveryPageEqualsTheUsageOfHelp() throws {
        for path in paths {
            let synopsis = section("SYNOPSIS", of: try rendered(page(path)))
            let usage = tool.synopsis(for: path).joined(separator: " ").split(separator: " ")
            #expect(synopsis == usage.map(String.init), "\(path)")
            let help = tool.help(for: path).split(separator: "\n\n").first ?? ""
            let words = help.split { $0 == " " || $0 == "\n" }.filter { word in
                !["usage:", "or:"].contains(word)
            }
            #expect(synopsis == words.map(String.init), "\(path)")
        }
    }

    @Test func specialCharactersStandAsTheyAre() throws {
        let text = try rendered(page([]))
        let description = section("DESCRIPTION", of: text).joined(separator: " ")
        #expect(description.contains("Nothing is balanced twice. See wallet pay --id K."))
        #expect(description.contains("wallet init .starts with a full stop"))
        #expect(
            description.contains(
                "Back\\slashes, \"quotes\" and 'apostrophes' stand as they are, i.e. as they were"))
        #expect(description.hasSuffix("before an option such as --id, ~ and ^."))
    }

    @Test func thePageOfTheToolNamesEverything() throws {
        let text = try rendered(page([]))
        #expect(section("ENVIRONMENT", of: text).joined(separator: " ").hasPrefix("WALLET_DIR The"))
        #expect(section("FILES", of: text).first == ".wallet/config")
        #expect(
            section("EXIT STATUS", of: text).joined(separator: " ")
                == "0 Done. 128+n Ended by signal n.")
        #expect(section("SEE ALSO", of: text) == ["git(1),", "wallet-formats(5)"])
        #expect(section("COMMANDS", of: text).contains("wallet-pay(1)"))
        #expect(!text.contains("debug"))
    }

    @Test func thePageOfACommandHoldsItsSubcommands() throws {
        let text = try rendered(page(["address", "list"]))
        let subcommands = section("SUBCOMMANDS", of: text).joined(separator: " ")
        #expect(subcommands.contains("wallet address create The key is new. It is random."))
        #expect(subcommands.contains("--kind KIND Which kind."))
        #expect(!text.contains("secret"))
        #expect(section("EXAMPLES", of: text).contains("--kind"))
        #expect(section("SEE ALSO", of: try rendered(page(["pay"]))).count == 3)
    }

    @Test func theDateIsWrittenAsMdocWantsIt() {
        #expect(ManualDate.words("2026-03-01") == "March 1, 2026")
        #expect(ManualDate.words("2026-12-31") == "December 31, 2026")
        #expect(ManualDate.words("2026-13-01") == "2026-13-01")
        #expect(page(["pay"]).contains(".Dd March 1, 2026\n.Dt WALLET-PAY 1\n.Os wallet 1.2.3\n"))
    }

    @Test func anyTextPassesMandocAndComesBack() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let lines = (0..<40).map { _ in
                // What roff cannot show, a tab and a control, is not asked for.
                let word = generator.word().filter { !"\t\n\u{1b}\u{202e}".contains($0) }
                return word.split(separator: " ").joined(separator: " ")
            }.filter { !$0.isEmpty }
            var source =
                ".Dd March 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n.Sh DESCRIPTION\n"
            source += Roff.display(lines).map { $0 + "\n" }.joined()
            source += lines.map { ".Pp\n.Op Ar \(Roff.argument($0))\n" }.joined()
            let lint = try Judge.mandoc.run(
                ["-mdoc", "-T", "lint", "-W", "warning"], input: source)
            #expect(lint.status == 0, "seed \(seed): \(lint.output)")
            let text = try rendered(source)
            for line in lines {
                #expect(text.contains("           \(line)\n"), "seed \(seed): \(line)")
                #expect(text.contains("     [\(line)]\n"), "seed \(seed): \(line)")
            }
        }
    }
}
