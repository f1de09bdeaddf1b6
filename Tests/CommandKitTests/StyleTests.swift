import Testing

@testable import CommandKit

@Suite struct StyleTests {
    @Test func aPlainStyleChangesNothing() {
        #expect(Style.plain.bold("x") == "x" && Style.plain.red("x") == "x")
    }

    @Test func anEnabledStyleDressesText() {
        let style = Style(isEnabled: true)
        #expect(style.bold("x") == "\u{1b}[1mx\u{1b}[0m")
        #expect(style.apply(.dim, .cyan, to: "x") == "\u{1b}[2;36mx\u{1b}[0m")
        #expect(style.green("") == "" && style.apply(to: "x") == "x")
        #expect(style.yellow("x").contains("[33m"))
    }

    @Test func theChoiceOfColoursFollowsTheConventions() {
        func resolve(
            _ when: ColorChoice, _ isTerminal: Bool, _ noColor: String? = nil,
            _ force: String? = nil, _ type: String? = nil
        ) -> Bool {
            ColorChoice.resolve(
                when: when, isTerminal: isTerminal, noColor: noColor, cliColorForce: force,
                terminalType: type)
        }
        #expect(resolve(.always, false, "1") && !resolve(.never, true, nil, "1"))
        #expect(resolve(.auto, true) && !resolve(.auto, false))
        #expect(!resolve(.auto, true, "1") && resolve(.auto, true, ""))
        #expect(resolve(.auto, false, nil, "1") && !resolve(.auto, false, nil, "0"))
        #expect(!resolve(.auto, false, "1", "1"))
        #expect(!resolve(.auto, true, nil, nil, "dumb"))
    }
}
