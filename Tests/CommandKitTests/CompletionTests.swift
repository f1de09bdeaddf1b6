import Foundation
import Testing

@testable import CommandKit

/// A stub of the tool that notes how it was called and complains loudly.
private let stub = #"""
    #!/bin/sh
    printf '%s ' "$@" >>"$CALLS"
    echo >>"$CALLS"
    echo noise >&2
    for last; do :; done
    case $last in
    contacts) printf '%s\n' bob bert 'Bob Smith' x:y '$(touch evil)' "it's" ;;
    addresses) printf '%s\n' a1 a2 ;;
    esac
    """#

/// One completion in a shell: what it offers, and how the tool was called meanwhile.
private func complete(
    _ shell: Judge, _ words: [String]
) throws -> (offers: [String], call: String) {
    let scratch = try Scratch()
    try scratch.write("wallet", stub, isExecutable: true)
    for name in ["file.txt", "field", "a b.txt"] { try scratch.write(name, "") }
    let calls = try scratch.write("calls", "")
    let kind = try #require(CommandShell(rawValue: shell.rawValue))
    let script = try scratch.write("script", SampleTool.tool.completion(for: kind))
    let driver =
        switch shell {
        case .bash:
            // Neither an unset variable nor a failed command may break it.
            "set -u; source '\(script.path)'; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
                + "COMPREPLY=(); _wallet || exit 9; printf '%s\\n' \"${COMPREPLY[@]}\""
        default:
            "source '\(script.path)'; complete -C \"$argv\" | string replace -r '\\t.*' ''; true"
        }
    let answer = try shell.run(
        (shell == .bash ? ["--norc", "-c", driver, "bash"] : ["--no-config", "-c", driver]) + words,
        environment: ["PATH": "\(scratch.url.path):/usr/bin:/bin", "CALLS": calls.path],
        directory: scratch.url)
    #expect(answer.status == 0 && answer.errors.isEmpty, "\(words): \(answer.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.url.path + "/evil"))
    let call = try String(contentsOf: calls, encoding: .utf8)
    return (
        answer.output.split(separator: "\n").map(String.init),
        call.trimmingCharacters(in: .whitespacesAndNewlines)
    )
}

@Suite struct CompletionTests {
    private func bash(_ words: String...) throws -> [String] {
        try complete(.bash, words).offers
    }

    private func fish(_ line: String) throws -> Set<String> {
        Set(try complete(.fish, [line]).offers)
    }

    @Test func everyShellReadsItsScript() throws {
        for (shell, judge) in [(CommandShell.bash, Judge.bash), (.zsh, .zsh), (.fish, .fish)] {
            let scratch = try Scratch()
            let script = try scratch.write("script", SampleTool.tool.completion(for: shell))
            let answer = try judge.run(["-n", script.path])
            #expect(answer.status == 0 && answer.errors.isEmpty, "\(shell): \(answer.errors)")
        }
    }

    @Test func zshSourcesItsScriptWithoutAWord() throws {
        let scratch = try Scratch()
        let script = try scratch.write("script", SampleTool.tool.completion(for: .zsh))
        let answer = try Judge.zsh.run(
            ["-f", "-c", "source '\(script.path)'; whence -w _wallet"])
        #expect(answer.output == "_wallet: function\n" && answer.errors.isEmpty)
    }

    @Test func bashCompletesCommandsAndSubcommands() throws {
        #expect(try bash("wallet", "") == ["pay", "address", "log"])
        #expect(try bash("wallet", "p") == ["pay"])
        #expect(try bash("wallet", "-C", "/x", "--json", "p") == ["pay"])
        #expect(try bash("wallet", "address", "") == ["list", "create"])
        #expect(try bash("wallet", "debug", "") == ["dump"])
    }

    @Test func bashCompletesOptionsAlsoAfterArguments() throws {
        #expect(try bash("wallet", "--c") == ["--color"])
        #expect(try bash("wallet", "pay", "--c") == ["--count", "--color"])
        #expect(try bash("wallet", "pay", "5", "bob", "--o") == ["--output"])
        #expect(try bash("wallet", "pay", "--t").isEmpty)
        #expect(try bash("wallet", "address", "--a") == ["--all"])
        #expect(try bash("wallet", "address", "create", "--u") == ["--unit"])
        #expect(try bash("wallet", "log", "--", "--j").isEmpty)
    }

    @Test func bashCompletesValuesOfOptionsByTheirKind() throws {
        #expect(try bash("wallet", "--color", "a") == ["auto", "always"])
        #expect(try bash("wallet", "--color", "=", "a") == ["auto", "always"])
        #expect(try bash("wallet", "--color", "=") == ["auto", "always", "never"])
        #expect(try bash("wallet", "--color=a") == ["--color=auto", "--color=always"])
        #expect(try bash("wallet", "pay", "--id", "").isEmpty)
        #expect(try bash("wallet", "pay", "-vo", "fi").sorted() == ["field", "file.txt"])
        #expect(try bash("wallet", "pay", "--output", "=", "a") == ["a b.txt"])
        #expect(try bash("wallet", "-C", "fi").isEmpty)
    }

    @Test func bashCompletesArgumentsByTheirKind() throws {
        #expect(try bash("wallet", "pay", "").isEmpty)
        #expect(try bash("wallet", "pay", "5", "b") == ["bob", "bert"])
        #expect(try bash("wallet", "pay", "--id", "k", "5", "b") == ["bob", "bert"])
        #expect(try bash("wallet", "pay", "5", "bob", "") == ["rent", "a\\ coffee"])
        #expect(try bash("wallet", "log", "x", "y", "fie") == ["field"])
        #expect(try bash("wallet", "unknown", "fie") == ["field"])
    }

    @Test func bashQuotesWhatComesFromOthers() throws {
        #expect(try bash("wallet", "pay", "5", "B") == ["Bob\\ Smith"])
        #expect(try bash("wallet", "pay", "5", "Bob\\ ") == ["Bob\\ Smith"])
        #expect(try bash("wallet", "pay", "5", "\"B") == ["Bob Smith"])
        #expect(try bash("wallet", "pay", "5", "\\$") == ["\\$\\(touch\\ evil\\)"])
        #expect(try bash("wallet", "pay", "5", "\"\\$") == ["\\$(touch evil)"])
        #expect(try bash("wallet", "pay", "5", "'i").isEmpty)
        #expect(try bash("wallet", "pay", "5", "i") == ["it\\'s"])
        #expect(try bash("wallet", "pay", "5", "x", ":") == ["y"])
        #expect(try bash("wallet", "pay", "5", "$(touch evil)", "").count == 2)
    }

    @Test(arguments: [Judge.bash, .fish])
    func theDirectoryIsPassedOnToTheTool(shell: Judge) throws {
        func call(_ words: String...) throws -> String {
            try complete(shell, shell == .bash ? words : [words.joined(separator: " ")]).call
        }
        #expect(try call("wallet", "pay", "5", "b") == "completion --values contacts")
        #expect(
            try call("wallet", "-C", "/x", "pay", "5", "b") == "-C /x completion --values contacts")
        #expect(
            try call("wallet", "-qC/x", "pay", "5", "-C", "y", "b")
                == "-C /x -C y completion --values contacts")
        #expect(try call("wallet", "pay", "--from", "a") == "completion --values addresses")
        #expect(
            try call("wallet", "-C", "~/d", "pay", "5", "b").hasSuffix(
                "/d completion --values contacts"))
        #expect(try !call("wallet", "-C", "~/d", "pay", "5", "b").contains("~"))
        #expect(try call("wallet", "p").isEmpty)
    }

    @Test func fishCompletesTheSame() throws {
        #expect(try fish("wallet ") == ["pay", "address", "log"])
        #expect(try fish("wallet address ") == ["list", "create"])
        #expect(try fish("wallet debug ") == ["dump"])
        #expect(try fish("wallet pay 5 bob --o") == ["--output"])
        #expect(try fish("wallet address --a") == ["--all"])
        #expect(try fish("wallet --color=a") == ["--color=auto", "--color=always"])
        #expect(try fish("wallet --color n") == ["never"])
        #expect(try fish("wallet pay 5 b").isSuperset(of: ["bob", "bert"]))
        #expect(try fish("wallet pay 5 bob ") == ["rent", "a coffee"])
        #expect(try fish("wallet log x fie") == ["field"])
        #expect(try fish("wallet log -- --j").isEmpty)
    }

    @Test func aToolWithoutOptionsAndWithAnAwkwardNameHasScriptsToo() throws {
        let tool = Tool<SampleContext>(
            name: "my-tool", summary: "it's \\ a: $(tool)", version: "1",
            commands: [Command("a", summary: "it's \\ $(b): `c`", run: { _, _ in })],
            commonOptions: [])
        for (shell, judge) in [(CommandShell.bash, Judge.bash), (.zsh, .zsh), (.fish, .fish)] {
            let scratch = try Scratch()
            let script = try scratch.write("script", tool.completion(for: shell))
            let noConfiguration = ["bash": "--norc", "zsh": "-f", "fish": "--no-config"]
            let answer = try judge.run(
                [noConfiguration[judge.rawValue] ?? "", "-c", "source '\(script.path)'"])
            #expect(answer.status == 0 && answer.errors.isEmpty, "\(shell): \(answer.errors)")
        }
    }
}
