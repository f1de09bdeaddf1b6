// What holds for the whole table of commands; Tests/Sessions runs the program itself.

import CommandKit
import Testing

@testable import wallet

@Suite("The table of commands")
struct CommandTableTests {
    private let tool = CommandTable.tool

    /// Every command with its path, subcommands after their command.
    private var all: [(path: [String], command: Command<Context>)] {
        tool.commands.flatMap { command in
            [([command.name], command)]
                + command.subcommands.map { ([command.name, $0.name], $0) }
        }
    }

    @Test("Every example parses, and is one of its command")
    func examples() throws {
        for (path, command) in all {
            for example in command.examples {
                let calls = Shell.calls(example.line)
                #expect(!calls.isEmpty, "'\(example.line)' calls nothing")
                #expect(
                    calls.contains { $0.starts(with: path) || $0.starts(with: path.prefix(1)) },
                    "'\(example.line)' is no example of '\(path.joined(separator: " "))'")
            }
        }
        let examples = tool.examples + all.flatMap(\.command.examples)
        for example in examples {
            for call in Shell.calls(example.line) {
                #expect(throws: Never.self, "'\(example.line)'") { try tool.parse(call) }
            }
        }
    }

    @Test("Every command that does something has an example and a sentence")
    func sentences() {
        for (path, command) in all {
            let name = path.joined(separator: " ")
            #expect(command.run == nil || !command.examples.isEmpty, "'\(name)' has no example")
            #expect(command.run == nil || command.subcommands.isEmpty, "'\(name)' is two things")
            let words =
                [command.summary] + command.options.map(\.summary)
                + command.arguments.map(\.summary)
                + command.examples.map(\.explanation)
            for text in words {
                #expect(!text.isEmpty && !text.hasSuffix("."), "'\(name)': '\(text)'")
            }
            #expect(command.summary.first?.isLowercase ?? false, "'\(name)': '\(command.summary)'")
        }
    }

    @Test("What a page points to is there")
    func pointers() {
        let names = Set(tool.commands.map(\.name))
        for (path, command) in all {
            for name in command.seeAlso {
                #expect(names.contains(name) && name != path[0], "'\(path)' points to '\(name)'")
            }
            if let standard = command.defaultSubcommand {
                #expect(command.subcommand(standard) != nil, "'\(path)' has no '\(standard)'")
            }
        }
    }

    @Test("No command begins as another's whole name does, and no option is taken twice")
    func names() {
        #expect(Set(tool.commands.map(\.name)).count == tool.commands.count)
        for (path, command) in all {
            let options = command.options + tool.commonOptions
            let long = options.map(\.name)
            #expect(Set(long).count == long.count, "'\(path)': an option stands twice")
            let short = options.compactMap(\.short)
            #expect(Set(short).count == short.count, "'\(path)': a short option stands twice")
        }
    }

    @Test("The manual's synopsis is that of the help")
    func synopses() {
        for (path, command) in all where !command.isHidden && command.subcommands.isEmpty {
            let help = tool.help(for: path)
            let first = help.split(separator: "\n").first.map(String.init) ?? ""
            #expect(first.hasPrefix("usage: wallet \(path.joined(separator: " "))"), "\(first)")
            #expect(help.contains(command.summary.dropFirst()), "'\(path)': the summary is missing")
        }
    }

    @Test("The statuses that the manual names are those that the program has")
    func statuses() {
        let told = Set(tool.exitStatuses.map(\.number))
        for status: wallet.ExitStatus in [
            .done, .refused, .usage, .storage, .network, .key, .busy, .bug,
        ] {
            #expect(
                told.contains(String(status.rawValue)), "\(status.rawValue) is not in the manual")
        }
    }
}

/// As much of a shell as examples need: words, quotes, pipes and redirections.
private enum Shell {
    /// The words after 'wallet' of each call of it in a line.
    static func calls(_ line: String) -> [[String]] {
        var calls: [[String]] = [[]]
        var word: String?
        var quote: Character?
        func end() {
            if let text = word { calls[calls.count - 1].append(text) }
            word = nil
        }
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == "|" {
                end()
                calls.append([])
            } else if character == " " {
                end()
            } else {
                word = (word ?? "") + String(character)
            }
        }
        end()
        return calls.filter { $0.first == "wallet" }.map { call in
            var words: [String] = []
            var skips = false
            for word in call.dropFirst() {
                if skips || word == "<" || word == ">" {
                    skips.toggle()
                } else {
                    words.append(word)
                }
            }
            return words
        }
    }
}
