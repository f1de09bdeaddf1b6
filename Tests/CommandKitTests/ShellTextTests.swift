import Testing

@testable import CommandKit

@Suite struct ShellTextTests {
    @Test func safeWordsStayBare() {
        #expect(ShellText.word("--a-b_c.d/e") == "--a-b_c.d/e")
        #expect(ShellText.word("") == "''")
        #expect(ShellText.word("it's") == #"'it'\''s'"#)
        #expect(ShellText.fish("it's \\") == #"'it\'s \\'"#)
    }

    @Test(arguments: [Judge.bash, .zsh, .fish])
    func everyWordComesThroughTheShell(shell: Judge) throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let words = (0..<200).map { _ in generator.word() }
        let quoted = words.map { shell == .fish ? ShellText.fish($0) : ShellText.word($0) }
        let script = "printf '%s\\001' " + quoted.joined(separator: " ")
        let plain = ["bash": "--norc", "zsh": "-f", "fish": "--no-config"][shell.rawValue] ?? ""
        let answer = try shell.run([plain, "-c", script])
        let separator = Character("\u{1}")
        let back = answer.output.split(separator: separator, omittingEmptySubsequences: false)
        #expect(back.dropLast().map(String.init) == words, "seed \(seed)")
    }
}
