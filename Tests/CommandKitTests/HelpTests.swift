import Testing

@testable import CommandKit

@Suite struct HelpTests {
    private let tool = SampleTool.tool

    @Test func helpOfACommandShowsAllThatOneNeeds() {
        let expected = """
            usage: wallet pay [--id KEY] [--count N] [--min AMOUNT] [--verbose] ...
                              [--output FILE] [--from ADDRESS] AMOUNT CONTACT [MEMO]

            Pay a contact.

            arguments:
              AMOUNT   how much
              CONTACT  to whom
              MEMO     what for

            options:
              --id KEY           make the payment repeatable
              -n, --count N      pay so many times
              --min AMOUNT       the lowest balance to leave
              -v, --verbose      say more
              -o, --output FILE  write here
              --from ADDRESS     who pays

            examples:
              wallet pay 5 bob
                  pay bob five
              wallet pay --id 'rent 1' 5 bob
                  pay once, however often it runs

            'wallet help pay' shows the manual page, 'wallet -h' the common options.

            """
        #expect(tool.help(for: ["pay"]) == expected)
    }

    @Test func helpOfAGroupShowsItsSubcommands() {
        let help = tool.help(for: ["address"])
        #expect(
            help.hasPrefix(
                """
                usage: wallet address [list] [--all] [--unit UNIT]
                   or: wallet address create --kind KIND [--unit UNIT] NAME

                Manage addresses.

                """))
        #expect(
            help.contains(
                """
                subcommands:
                  list    list the addresses (the default)
                  create  create an address

                """))
        #expect(!help.contains("secret"))
        #expect(tool.help(for: ["address", "create"]).contains("'wallet help address' shows"))
    }

    @Test func theOverviewGroupsTheCommands() {
        let expected = """
            usage: wallet [-C DIR] [-c KEY=VALUE] ... [--json] [--quiet] [--color WHEN]
                          [--help] [--version] COMMAND [ARGUMENT ...]

            Git for promises to pay.

            promises:
              pay      pay a contact
              log      show what happened

            keys:
              address  manage addresses

            'wallet COMMAND -h' shows a short help, 'wallet help COMMAND' the manual page.

            """
        #expect(tool.overview() == expected)
    }

    @Test func helpOfTheToolShowsTheCommonOptionsToo() {
        let help = tool.help(for: [])
        #expect(
            help.contains("options of every command:\n  -C DIR        work in this directory\n"))
        #expect(help.contains("  -q, --quiet   say less\n"))
        #expect(help.contains("promises:\n"))
    }

    @Test func noLineIsWiderThanATerminalOrEndsInASpace() {
        let paths = [[], ["pay"], ["address"], ["address", "create"], ["log"], ["debug"]]
        for line in paths.flatMap({ tool.help(for: $0).split(separator: "\n") }) {
            #expect(DisplayWidth.columns(String(line)) <= 80 && !line.hasSuffix(" "), "\(line)")
        }
    }
}
