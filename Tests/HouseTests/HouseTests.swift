// The rules of the house (Sources/README.md), read off the sources.

import Foundation
import Testing

@Suite("The house")
struct HouseTests {
    let sources = House.sources

    @Test("Imports point down, and a level never imports itself")
    func layers() {
        for file in sources {
            guard let level = House.levels[file.module] else {
                Issue.record(
                    "\(file.path): the module '\(file.module)' has no layer: see House.levels")
                continue
            }
            for (line, name) in file.imports {
                guard let other = House.levels[name] else {
                    let isKnown = House.foreign.contains(name)
                    #expect(isKnown, "\(file.path):\(line): '\(name)' is no module of ours")
                    continue
                }
                #expect(
                    other < level || House.allowed.contains([file.module, name]),
                    "\(file.path):\(line): \(file.module) (\(level)) imports \(name) (\(other))")
            }
        }
    }

    @Test("One module imports each C library, in at most three files")
    func doors() {
        for library in ["CSQLite", "CSecp256k1", "COpenSSL"] {
            let users = sources.filter { $0.imports.contains { $0.name == library } }
            #expect(Set(users.map(\.module)).count == 1, "\(library): \(users.map(\.path))")
            #expect((1...3).contains(users.count), "\(library): \(users.map(\.path))")
        }
    }

    @Test("Foundation is not linked")
    func foundation() {
        for file in sources {
            for (line, name) in file.imports {
                let isHeavy = name.hasPrefix("Foundation") && name != "FoundationEssentials"
                #expect(!isHeavy, "\(file.path):\(line): imports \(name)")
            }
        }
    }

    @Test(
        "Below the command line nobody prints, or looks at the environment, the arguments or the clock"
    )
    func silence() {
        let forbidden = [
            "print(", "debugPrint(", "dump(", "getenv", "setenv", "environ", "CommandLine",
            "clock_gettime", "gettimeofday", "time(nil", "time(&", "getpwuid", "SuspendingClock",
            "ContinuousClock", "FileHandle", "stdout", "stderr",
        ]
        for file in sources where House.levels[file.module, default: 0] < 7 {
            let present = forbidden.filter { file.has($0) }
            for (index, line) in file.code.enumerated() where !present.isEmpty {
                for word in present where line.containsWord(word) {
                    Issue.record("\(file.path):\(index + 1): '\(word)' below layer 7")
                }
            }
        }
    }

    @Test("No global variables, and what is unsafe says why it is safe")
    func safety() {
        for file in sources {
            for (index, line) in file.code.enumerated() {
                let place = "\(file.path):\(index + 1)"
                if file.depth[index] == 0, line.hasPrefixWord("var") {
                    #expect(line.contains("{"), "\(place): a global variable")
                }
                if line.containsWord("static var"), !file.isComputed(at: index) {
                    Issue.record("\(place): a static variable")
                }
                for word in [
                    "try!", "as!", "@unchecked Sendable", "nonisolated(unsafe)", "unsafeBitCast",
                    "unowned(unsafe)",
                ] where line.contains(word) {
                    #expect(
                        file.isExcused(at: index), "\(place): '\(word)' without '// Safe: reason'")
                }
                if line.hasForceUnwrap {
                    #expect(file.isExcused(at: index), "\(place): '!' without '// Safe: reason'")
                }
            }
        }
    }

    @Test("Files have at most 600 lines, functions at most 70, lines at most 110 columns")
    func sizes() {
        for file in sources {
            #expect(file.lines.count <= 600, "\(file.path) has \(file.lines.count) lines")
            for function in file.functions {
                #expect(
                    function.lines <= 70,
                    "\(file.path):\(function.start): '\(function.name)' has \(function.lines) lines"
                )
            }
        }
        let lengths = sources.map(\.lines.count).sorted()
        print(
            "files: \(lengths.count), median \(lengths[lengths.count / 2]) lines, longest \(lengths.last ?? 0)"
        )
    }

    @Test("Commands are thin: at most 150 lines each")
    func commands() {
        for file in sources where file.path.hasPrefix("Sources/wallet/Commands/") {
            #expect(file.lines.count <= 150, "\(file.path) has \(file.lines.count) lines")
            for (index, line) in file.code.enumerated() {
                for word in ["SELECT ", "INSERT ", "socket(", "clock_gettime"]
                where line.contains(word) {
                    Issue.record("\(file.path):\(index + 1): '\(word)' in a command")
                }
            }
        }
    }

    @Test("Nothing is left over")
    func leftovers() {
        // Put together here, so that this file does not find itself.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        for file in sources + House.tests {
            let present = words.filter { file.has($0) }
            for (index, line) in file.lines.enumerated() where !present.isEmpty {
                for word in present where line.containsWord(word) {
                    Issue.record("\(file.path):\(index + 1): '\(word)'")
                }
            }
        }
    }

    @Test("Every file opens with what it is for")
    func openings() {
        for file in sources {
            let first = file.lines.first ?? ""
            let isTold = first.hasPrefix("// ") || first.hasPrefix("/// ")
            #expect(isTold, "\(file.path) opens with '\(first)'")
        }
    }

    @Test("Every public declaration is documented")
    func documentation() {
        for file in sources {
            for (index, line) in file.code.enumerated() where line.isPublicDeclaration {
                #expect(file.isDocumented(at: index), "\(file.path):\(index + 1): \(line.trimmed)")
            }
        }
    }

    @Test("The top level holds what a stranger expects, and nothing else")
    func topLevel() throws {
        let allowed: Set = [
            "Package.swift", "Sources", "Tests", "completions", "man", "README.md",
        ]
        let found = try FileManager.default.contentsOfDirectory(atPath: House.root.path)
        for name in found where !name.hasPrefix(".") && name != "Package.resolved" {
            #expect(allowed.contains(name), "'\(name)' stands at the top level")
        }
        for name in allowed { #expect(found.contains(name), "'\(name)' is missing") }
    }

    @Test("Every test target has tests")
    func testTargets() throws {
        let manifest = try String(
            contentsOf: House.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let names = manifest.matches(of: /tests\(\s*"(\w+)"/).map { String($0.1) + "Tests" }
        #expect(names.count > 5)
        for name in names {
            let files = House.tests.filter { $0.module == name }
            let count = files.reduce(0) { $0 + $1.lines.count { $0.contains("@Test") } }
            #expect(count > 0, "Tests/\(name) has no test")
        }
        for module in House.levels.keys
        where !module.hasPrefix("C") || module.hasPrefix("Cr") || module.hasPrefix("Co") {
            let isTested =
                names.contains(module + "Tests")
                || names.contains(module.prefix(1).uppercased() + module.dropFirst() + "Tests")
            let isMeasure = module == "wallet-bench" || module == "COpenSSL"
            #expect(isTested || isMeasure, "\(module) has no test target")
        }
    }

    @Test("Every limit is used, and every entry has a reason")
    func limits() throws {
        let table = try #require(sources.first { $0.path == "Sources/Bytes/Limits.swift" })
        let names = table.code.compactMap {
            $0.firstMatch(of: /static let (\w+)/).map { String($0.1) }
        }
        #expect(names.count > 10)
        let others = sources.filter { $0.path != table.path }.flatMap(\.code).joined(
            separator: "\n")
        for name in names {
            let isUsed = others.contains("Limits.\(name)")
            #expect(isUsed, "Limits.\(name) is used nowhere")
        }
    }
}
