import Testing

@testable import CommandKit

@Suite struct ToolTests {
    private let tool = SampleTool.tool

    @Test func aCommandIsFoundByItsPath() throws {
        #expect(try tool.command(at: ["address", "create"]).name == "create")
        #expect(tool.synopsis(for: ["log"]) == ["wallet log [FILE ...]"])
    }

    @Test func anUnknownPathSaysWhatWasProbablyMeant() {
        #expect(
            throws: UsageError(
                .unknownCommand, "'crate' is not a 'wallet address' command",
                hint: "did you mean 'create'?", path: ["address"])
        ) {
            try tool.command(at: ["address", "crate"])
        }
        #expect(throws: UsageError.self) { try tool.command(at: ["nothing", "at", "all"]) }
        #expect(throws: UsageError.self) { try tool.command(at: []) }
        #expect(tool.unknownCommand("debgu").hint == "'wallet -h' lists the commands")
    }

    @Test func theSampleHasNoMistakes() {
        #expect(tool.mistakes() == [])
    }

    @Test func everyMistakeInATableIsFound() {
        let broken = Tool<SampleContext>(
            name: "t", summary: "s", version: "1",
            commands: [
                Command(
                    "a", summary: "Capital.",
                    options: [
                        CommandOption("x", completion: .file, summary: "flag with a kind"),
                        CommandOption("help", summary: "again"),
                    ],
                    arguments: [
                        CommandArgument("A", summary: "", isOptional: true, isRepeating: true),
                        CommandArgument("B", summary: "b"),
                    ],
                    examples: [CommandExample("nothing", "else"), CommandExample("t a -z", "no")],
                    seeAlso: ["nowhere"],
                    run: { _, _ in }),
                Command("a", summary: "twice", defaultSubcommand: "b"),
            ])
        let found = broken.mistakes().joined(separator: "\n")
        for text in [
            "'a' is there twice", "'Capital.' is not one line", "a flag has no value",
            "'--help' is there twice", "nothing is left for 'B'", "required after an optional",
            "does not call t", "'t a -z' is refused", "sees also the unknown command 'nowhere'",
            "has neither an action",
            "'b' does not exist", "has no example",
        ] {
            #expect(found.contains(text), "\(text)")
        }
    }
}
