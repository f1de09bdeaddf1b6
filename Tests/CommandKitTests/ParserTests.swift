import Testing

@testable import CommandKit

/// What parsing answers, as text that is easy to compare.
private func meaning(_ words: String...) -> String {
    meaning(of: words)
}

private func meaning(of words: [String]) -> String {
    do throws(UsageError) {
        switch try SampleTool.tool.parse(words) {
        case .run(let command, let invocation):
            #expect(command.name == invocation.path.last)
            let path = invocation.path.joined(separator: " ")
            return "run \(path) \(invocation.arguments)"
        case .help(let path): return "help \(path)"
        case .overview: return "overview"
        case .version: return "version"
        case .external(let name, let arguments, _): return "external \(name) \(arguments)"
        }
    } catch {
        return "\(error.code.rawValue) in \(error.path): \(error.message)"
            + (error.hint.map { " (\($0))" } ?? "")
    }
}

private func invocation(_ words: String...) throws -> Invocation {
    guard case .run(_, let invocation) = try SampleTool.tool.parse(words) else {
        throw UsageError(.unknownCommand, "nothing to run", path: [])
    }
    return invocation
}

@Suite struct ParserTests {
    @Test func noWordAsksForTheOverview() {
        #expect(meaning() == "overview")
        #expect(meaning("-C", "x", "--json") == "overview")
        #expect(meaning("--") == "overview")
    }

    @Test func helpWinsOverEveryMistakeBeforeTheDoubleDash() {
        #expect(meaning("-h") == "help []")
        #expect(meaning("pay", "--help") == "help [\"pay\"]")
        #expect(meaning("pay", "--nonsense", "1", "2", "3", "4", "-qh") == "help [\"pay\"]")
        #expect(meaning("-h", "address", "create") == "help [\"address\", \"create\"]")
        #expect(meaning("address", "-h") == "help [\"address\"]")
        #expect(meaning("pay", "1", "--", "-h") == "run pay [\"1\", \"-h\"]")
        #expect(meaning("pay", "1", "2", "--id", "-h") == "run pay [\"1\", \"2\"]")
    }

    @Test func helpForAnUnknownCommandIsAMistake() {
        #expect(
            meaning("-h", "pya")
                == "unknown-command in []: 'pya' is not a 'wallet' command (did you mean 'pay'?)")
    }

    @Test func versionIsAskedForWithItsOption() {
        #expect(meaning("--version") == "version")
        #expect(meaning("--version", "nonsense") == "version")
        #expect(meaning("--version", "-h") == "help []")
    }

    @Test func optionsMayStandAnywhere() throws {
        for words in [
            ["--json", "pay", "5", "bob", "--id", "k"], ["pay", "--id", "k", "5", "bob", "--json"],
            ["pay", "5", "--json", "--id=k", "bob"], ["pay", "--json", "5", "bob", "--id=k"],
        ] {
            guard case .run(_, let invocation) = try SampleTool.tool.parse(words) else {
                Issue.record("\(words) does not run")
                continue
            }
            #expect(invocation.flag("json") && invocation.value("id") == "k")
            #expect(invocation.arguments == ["5", "bob"])
        }
    }

    @Test func shortOptionsCombineAndTakeTheirValueAttachedOrNext() throws {
        #expect(try invocation("pay", "-n5", "1", "b").value("count") == "5")
        #expect(try invocation("pay", "-n", "5", "1", "b").value("count") == "5")
        let combined = try invocation("pay", "-vqvn5", "1", "b", "-v")
        #expect(combined.value("count") == "5" && combined.flag("quiet"))
        #expect(combined.count("verbose") == 3)
        #expect(try invocation("pay", "-qn", "-5", "1", "b").value("count") == "-5")
        #expect(try invocation("-Cx", "pay", "1", "b").value("C") == "x")
        #expect(
            try invocation("-cA=1", "pay", "1", "b", "-c", "B=2").values("c") == ["A=1", "B=2"])
    }

    @Test func aValueIsTakenAsItStands() throws {
        #expect(try invocation("pay", "--min", "-1000", "5", "b").value("min") == "-1000")
        #expect(try invocation("pay", "--min", "--", "5", "b").value("min") == "--")
        #expect(try invocation("pay", "--id", "", "5", "b").value("id") == "")
        #expect(try invocation("pay", "--id=", "5", "b").value("id") == "")
        #expect(try invocation("pay", "--id=a=b", "5", "b").value("id") == "a=b")
    }

    @Test func aDashAloneAndWhateverFollowsTheDoubleDashAreArguments() throws {
        #expect(try invocation("log", "-").arguments == ["-"])
        #expect(try invocation("log", "--", "-q", "--", "").arguments == ["-q", "--", ""])
    }

    @Test func aGroupWithADefaultRunsItWhenNoneIsNamed() throws {
        #expect(meaning("address") == "run address list []")
        #expect(meaning("address", "--all") == "run address list []")
        #expect(meaning("address", "--unit", "EUR") == "run address list []")
        #expect(meaning("address", "list", "--unit=EUR", "--all") == "run address list []")
        #expect(meaning("address", "create", "--kind", "key", "x") == "run address create [\"x\"]")
        #expect(try invocation("address", "--unit", "EUR", "--all").value("unit") == "EUR")
        #expect(
            meaning("address", "lst") == "unknown-command in [\"address\"]: "
                + "'lst' is not a 'wallet address' command (did you mean 'list'?)")
    }

    @Test func aGroupWithoutADefaultNeedsASubcommand() {
        #expect(
            meaning("debug")
                == "missing-command in [\"debug\"]: "
                + "'wallet debug' needs a subcommand (one of 'dump')")
    }

    @Test func anUnknownFirstWordIsExternalWithTheRestUntouched() throws {
        #expect(meaning("foo", "-h", "--x", "--") == "external foo [\"-h\", \"--x\", \"--\"]")
        let parsed = try SampleTool.tool.parse(["-C", "d", "--json", "foo"])
        guard case .external(_, _, let common) = parsed else {
            Issue.record("foo is not external")
            return
        }
        #expect(common.value("C") == "d" && common.flag("json") && !common.flag("quiet"))
    }

    @Test func aFirstWordThatIsNoNameIsNeverLookedForOnThePath() {
        for word in ["../evil", "a/b", "", "-", "a b", "ü", "a\u{1b}"] {
            #expect(meaning(word).hasPrefix("unknown-command in []"), "\(word)")
        }
        #expect(meaning("--", "--foo").hasPrefix("unknown-command in []"))
    }

    @Test func everyMistakeHasItsCodeAndSaysWhatToDo() {
        let expected: [([String], String)] = [
            (["--jsno"], "unknown-option in []: unknown option '--jsno' (did you mean '--json'?)"),
            (["-json"], "unknown-option in []: unknown option '-j' (did you mean '--json'?)"),
            (["pay", "--=x"], "unknown-option in [\"pay\"]: unknown option '--'"),
            (["pay", "--n", "1"], "unknown-option in [\"pay\"]: unknown option '--n'"),
            (
                ["pay", "-5"],
                "unknown-option in [\"pay\"]: unknown option '-5' "
                    + "(write '--' before an argument that starts with '-')"
            ),
            (
                ["pay", "--id"],
                "missing-value in [\"pay\"]: option '--id' needs a value KEY"
            ),
            (["--json=yes"], "unexpected-value in []: option '--json' takes no value"),
            (
                ["pay", "-q", "1", "b", "--quiet"],
                "repeated-option in [\"pay\"]: option '--quiet' is given twice"
            ),
            (
                ["--color", "neve"],
                "invalid-value in []: option '--color' takes 'auto', 'always' or 'never', "
                    + "not 'neve' (did you mean 'never'?)"
            ),
            (
                ["address", "create", "x"],
                "missing-option in [\"address\", \"create\"]: option '--kind' is missing"
            ),
            (
                ["pay", "5"],
                "missing-argument in [\"pay\"]: argument 'CONTACT' is missing"
            ),
            (
                ["pay", "5", "b", "m", "\u{1b}[2J"],
                "unexpected-argument in [\"pay\"]: unexpected argument '\\u{1b}[2J'"
            ),
        ]
        for (words, text) in expected { #expect(meaning(of: words) == text) }
    }

    @Test func theFirstMistakeIsReported() {
        #expect(meaning("--bogus", "foo").hasPrefix("unknown-option in []"))
        #expect(meaning("pay", "--id=1", "--id=2", "--bogus").hasPrefix("repeated-option"))
    }

    @Test func noWordsTrapTheParser() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "pay", "address", "list", "create", "log", "debug", "dump", "foo", "--", "-", "-h",
            "--help", "--version", "--json", "-q", "-qn5", "-n", "--id", "--id=", "--id=x", "-C",
            "--color", "--color=auto", "-c", "a=b", "", "=", "--=", "---", "-é", "é", "\0", "-\0",
            "\u{1b}[0m", "--kind", "-5", "5", "bob", "👨‍👩‍👧", "-👨‍👩‍👧", "--unit", "--all",
        ]
        for _ in 0..<5000 {
            let count = Int.random(in: 0...8, using: &generator)
            let words = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }
            do throws(UsageError) {
                if case .run(let command, let invocation) = try SampleTool.tool.parse(words) {
                    let required = command.arguments.filter { !$0.isOptional }.count
                    #expect(invocation.arguments.count >= required, "seed \(seed): \(words)")
                }
            } catch {
                #expect(!error.message.isEmpty, "seed \(seed): \(words)")
                #expect(!error.message.contains("\u{1b}"), "seed \(seed): \(words)")
                let group = SampleTool.tool.chain(error.path)
                #expect(group != nil, "seed \(seed): \(words)")
            }
        }
    }

    @Test func everyArgumentComesThroughAfterTheDoubleDash() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let words = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                generator.word()
            }
            guard case .run(_, let invocation) = try SampleTool.tool.parse(["log", "--"] + words)
            else {
                Issue.record("seed \(seed): \(words)")
                continue
            }
            #expect(invocation.arguments == words, "seed \(seed)")
        }
    }
}
