import Files
import Glibc
import Testing

@testable import WalletKit

@Suite struct ConfigurationFileTests {
    private func edit(
        _ text: String, _ change: (inout ConfigurationFile) throws -> Void
    ) throws -> String {
        var file = try ConfigurationFile(Array(text.utf8), path: "f")
        try change(&file)
        return String(decoding: file.bytes, as: UTF8.self)
    }

    @Test func aValueIsRewrittenWhereItStands() throws {
        let wait = try ConfigurationKey("core.wait")
        let cases = [
            ("[core]\n  wait = 60  # note\nx = y\n", "[core]\n  wait = 9  # note\nx = y\n"),
            ("[core]\nwait=60;note\r\n", "[core]\nwait=9;note\r\n"),
            ("[core] wait\n", "[core] wait = 9\n"), ("[core]\nwait =\n", "[core]\nwait = 9\n"),
            ("[core]\nwait = a \\\n b # c", "[core]\nwait = 9 # c"),
            ("[core]\nwait = 1\n[x]\n[core]\nwait = 2\n", "[core]\n[x]\n[core]\nwait = 9\n"),
        ]
        for (before, after) in cases {
            #expect(try edit(before) { try $0.set(wait, to: "9") } == after)
        }
    }

    @Test func aNewKeyGoesToItsSectionOrANewOne() throws {
        let wait = try ConfigurationKey("core.wait")
        let cases = [
            ("", "[core]\n\twait = 9\n"), ("# c", "# c\n[core]\n\twait = 9\n"),
            ("[core]", "[core]\n\twait = 9\n"), ("[core] # c\n", "[core] # c\n\twait = 9\n"),
            ("[core]\na = b\n\n[x]\n", "[core]\na = b\n\twait = 9\n\n[x]\n"),
            ("[core] [x]\n", "[core]\n\twait = 9\n [x]\n"),
            ("[x]\nk = a\\", "[x]\nk = a\\\n\n[core]\n\twait = 9\n"),
            ("[x]\nk = a\\\n", "[x]\nk = a\\\n\n[core]\n\twait = 9\n"),
            ("[core]\nk = a", "[core]\nk = a\n\twait = 9\n"),
        ]
        for (before, after) in cases {
            #expect(try edit(before) { try $0.set(wait, to: "9") } == after)
        }
        let bob = try ConfigurationKey(ConfigurationSection("Contact", "Bob \"B\" \\"), "Address")
        #expect(
            try edit("") { try $0.set(bob, to: "1a") }
                == "[contact \"Bob \\\"B\\\" \\\\\"]\n\taddress = 1a\n")
    }

    @Test func removalTakesLinesAndLeavesTheirNeighbours() throws {
        let wait = try ConfigurationKey("core.wait")
        let cases = [
            ("[core]\n\twait = 9 # c\n", ""), ("# c\n[core]\nwait\n# d\n", "# c\n[core]\n# d\n"),
            ("[core] wait = 9\r\nx = y\n", "[core] \r\nx = y\n"),
            ("[x] [core] wait = 9\n", "[x] \n"),
            ("[core]\nwait = a\\\nb\nk = v\n", "[core]\nk = v\n"),
        ]
        for (before, after) in cases {
            #expect(try edit(before) { try $0.unset(wait) } == after)
        }
        let core = try ConfigurationSection("core")
        let sections = [
            ("[x]\na\n[core]\n# in\nk = v\n# of y\n[y]\n", "[x]\na\n# of y\n[y]\n"),
            ("[core]\nk\n[core \"s\"]\nk\n[CORE]\n", "[core \"s\"]\nk\n"),
            ("[x] [core] k = v\n[y]\n", "[x] \n[y]\n"), ("[core] [core] [y]\n", "  [y]\n"),
        ]
        for (before, after) in sections {
            #expect(try edit(before) { try $0.removeSection(core) } == after)
        }
        #expect(try edit("[a]\nk\n") { try $0.unset(wait) } == "[a]\nk\n")
    }

    @Test func namesAndValuesThatCannotBeWrittenAreRefused() throws {
        for text in ["core", "co_re.k", ".k", "core.", "core.1k", "core.k_", "a.b\nc.k"] {
            #expect(throws: ConfigurationError.self, "\(text)") { try ConfigurationKey(text) }
        }
        let key = try ConfigurationKey("core.k")
        #expect(throws: ConfigurationError.unwritableValue(key: key)) {
            try edit("") { try $0.set(key, to: "a\0b") }
        }
        #expect(try ConfigurationKey("A.b.C.D").description == "a.b.C.d")
        #expect(
            try ConfigurationSection("a", "e\u{301}") != ConfigurationSection("a", "\u{e9}"))
    }

    @Test func filesAreReadAndReplacedThroughLinks() throws {
        let directory = try ConfigurationDirectory()
        let link = directory.path + "/link"
        #expect(try ConfigurationFile(reading: directory.path + "/none").bytes.isEmpty)
        let target = try directory.write("[a]\nk = v\n")
        #expect(symlink(target, link) == 0)
        var file = try ConfigurationFile(reading: link)
        try file.set(ConfigurationKey("a.k"), to: "w")
        try file.write()
        #expect(try FileSystem.read(target, limit: 100) == Array("[a]\nk = w\n".utf8))
        #expect(try ConfigurationFile(reading: link).bytes == file.bytes)
        #expect(throws: ConfigurationError.self) { try ConfigurationFile(reading: directory.path) }
    }
}
