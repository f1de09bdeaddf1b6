// git-config itself says whether we read and write its syntax.
import Testing

@testable import WalletKit

@Suite struct ConfigurationGitTests {
    /// Where we refuse on purpose what git takes: keys without a section and sections without a
    /// name.
    private func isOurRefusal(_ error: ConfigurationError) -> Bool {
        guard case .syntax(_, _, let reason) = error else { return false }
        return reason == .keyOutsideSection || reason == .sectionName
    }

    private func compare(_ text: String, in directory: ConfigurationDirectory, seed: UInt64) throws
        -> Bool
    {
        let judged = gitList(try directory.write(text))
        do throws(ConfigurationError) {
            let ours = try ConfigurationFile(Array(text.utf8), path: "f")
            #expect(
                blanksFolded(ourList(ours)) == blanksFolded(judged),
                "seed \(seed): \(text.debugDescription)")
            return true
        } catch {
            #expect(
                judged == nil || isOurRefusal(error),
                "seed \(seed): \(text.debugDescription): \(error)")
            return false
        }
    }

    @Test func randomFilesAreReadAsGitReadsThem() throws {
        let directory = try ConfigurationDirectory()
        var accepted = 0
        for number in UInt64(0)..<300 {
            var seed = ConfigurationSeed(number)
            if try compare(seed.file(), in: directory, seed: number) { accepted += 1 }
            if try compare("[s]\n" + seed.soup(12), in: directory, seed: number) { accepted += 1 }
        }
        #expect(accepted > 200)
    }

    @Test func whatWeWriteGitReadsBack() throws {
        let directory = try ConfigurationDirectory()
        var seed = ConfigurationSeed(11)
        let alphabet = [
            "a", " ", "\n", "\t", "\"", "\\", "#", ";", "\r", "\u{8}", "é", "=", "[", "]",
        ]
        var file = try ConfigurationFile([], path: directory.path + "/config")
        for number in 0..<200 {
            let value = (0..<Int(seed.next() % 10)).map { _ in seed.pick(alphabet) }.joined()
            let name = String(decoding: value.utf8.filter { $0 != 0x0a }, as: UTF8.self)
            let section = try ConfigurationSection("contact", "\(number)" + name)
            let key = try ConfigurationKey(section, "note")
            try file.set(key, to: value)
            #expect(file.values(of: key) == [value])
        }
        try file.write()
        let judged = gitList(file.path)
        #expect(judged == ourList(file))
        #expect(try ConfigurationFile(reading: file.path).bytes == file.bytes)
    }

    @Test func editsChangeWhatTheyNameAndNothingElse() throws {
        let directory = try ConfigurationDirectory()
        let values = ["", "60", " a ", "#x;", "l\nm", "\"q\"", "tail\\", "é"]
        let names = [
            "core.wait", "core.new", "a.B.name", "a.b.wait", "pay.x-1", "core.last", "z.k",
        ]
        for number in UInt64(0)..<400 {
            var seed = ConfigurationSeed(number)
            let text = seed.file()
            guard let before = try? ConfigurationFile(Array(text.utf8), path: "f") else { continue }
            let key = try ConfigurationKey(seed.pick(names))
            let value = seed.pick(values)
            var file = before
            let note: Testing.Comment = "seed \(number): \(text.debugDescription) \(key)=\(value)"
            try file.set(key, to: value)
            #expect(file.values(of: key) == [value], note)
            #expect(others(file, key) == others(before, key), note)
            let once = file.bytes
            try file.set(key, to: value)
            #expect(file.bytes == once, note)
            // Comments go with their lines only.
            let lost = comments(before.bytes) - comments(once)
            #expect(lost <= duplicates(before, key), note)
            if number % 4 == 0 {
                #expect(gitList(try directory.write(once)) == ourList(file), note)
            }
            #expect(try file.unset(key) == 1, note)
            #expect(file.values(of: key).isEmpty, note)
            #expect(others(file, key) == others(before, key), note)
            let section = key.section
            try file.removeSection(section)
            #expect(!file.headers.contains { $0.section == section }, note)
            #expect(
                file.entries.map { "\($0.key)=\($0.value ?? "-")" }
                    == before.entries.filter { $0.key.section != section }
                    .map { "\($0.key)=\($0.value ?? "-")" }, note)
        }
    }

    private func others(_ file: ConfigurationFile, _ key: ConfigurationKey) -> [String] {
        file.entries.filter { $0.key != key }.map { "\($0.key)=\($0.value ?? "-")" }
    }

    private func duplicates(_ file: ConfigurationFile, _ key: ConfigurationKey) -> Int {
        max(file.values(of: key).count - 1, 0)
    }

    private func comments(_ bytes: [UInt8]) -> Int {
        String(decoding: bytes, as: UTF8.self).ranges(of: "note").count
    }
}
