// git as the judge of the syntax, and the random files that it is asked about.
import Bytes
import Files
import Glibc

@testable import WalletKit

/// A directory that goes when the test ends.
final class ConfigurationDirectory {
    let path: String

    init() throws {
        path = try FileSystem.makeTemporaryDirectory("wallet-configuration")
    }

    deinit { try? FileSystem.removeTree(path) }

    func write(_ text: String, to name: String = "config") throws -> String {
        let file = path + "/" + name
        try FileSystem.replace(file, with: Array(text.utf8))
        return file
    }

    func write(_ bytes: [UInt8]) throws -> String {
        let file = path + "/config"
        try FileSystem.replace(file, with: bytes)
        return file
    }
}

/// The answer of `git config --file <path> -z --list`: nil where git refuses the file.
func gitList(_ path: String) -> [UInt8]? { git("config --file '\(path)' -z --list") }

/// What git writes for these arguments; nil where it fails.
func git(_ arguments: String) -> [UInt8]? {
    guard let pipe = popen("git \(arguments) 2>/dev/null", "r") else { return nil }
    var output: [UInt8] = []
    while true {
        let character = getc(pipe)
        if character == EOF { break }
        output.append(UInt8(truncatingIfNeeded: character))
    }
    return pclose(pipe) == 0 ? output : nil
}

/// The same list from our reader.
func ourList(_ file: ConfigurationFile) -> [UInt8] {
    file.entries.flatMap { entry in
        Array(entry.key.description.utf8)
            + (entry.value.map { [0x0a] + Array($0.utf8) } ?? []) + [0]
    }
}

/// git before 2.45 reads an unquoted tab or carriage return within a value as a space, against its
/// own manual; later ones and we keep it.
func blanksFolded(_ list: [UInt8]?) -> [UInt8]? {
    list?.map { $0 == 0x09 || $0 == 0x0d ? 0x20 : $0 }
}

/// SplitMix64: the same numbers everywhere for one seed.
struct ConfigurationSeed: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    /// Up to `count` pieces of what makes files interesting, well formed or not.
    mutating func soup(_ count: Int) -> String {
        let pieces = [
            "[core]", "[a \"B\"]", "[contact \"Bob \\\"B\\\"\"]", "[Old.Sub]", "[", "]", "\n", "\n",
            "\n", "\r\n", " ", "\t", "key", "Key-2 = ", "\nwait = 60\n", "=", "\"", "\\", "\\n",
            "\\t", "\\b", "\\\\", "\\\"", "\\\n", "#", ";", " # note\n", "; note\n", "é", "x y",
            "a", "\\q", "\r", "-", ".", "0", "\u{b}",
        ]
        return (0..<Int(next() % UInt64(count + 1))).map { _ in pick(pieces) }.joined()
    }

    /// A well formed file with comments, odd places for line ends, and repeated sections and keys.
    mutating func file() -> String {
        var text = pick(["", "# head\n", "\u{feff}", "\n\n"])
        let values = [
            "60", "\"  a # b \"", "x y  z", "a \\\n  b", "\\\n c", "", "\"\"", "\\t\\n\\b\\\\\\\"",
            "a\" b \"c", "é", "\\\n",
        ]
        let ends = [
            "\n", "\n", "\r\n", "  \n", " # note\n", "; note\r\n", "\n\n", "\n# own line\n",
        ]
        for _ in 0..<(1 + next() % 5) {
            text += pick(["", "", "  ", "\t"])
            text += pick(["[core]", "[CORE]", "[a \"B\"]", "[a \"b\"]", "[a.b]", "[pay] [core]"])
            text += pick(["\n", "\n", " # header\n", " ", "", "\r\n"])
            for _ in 0..<(next() % 4) {
                text += pick(["\t", "", "  "]) + pick(["wait", "WAIT", "name", "x-1"])
                text += pick([" = ", "=", " =  "]) + pick(values) + pick(ends)
                if next() % 4 == 0 { text += "alone" + pick(["\n", "  \n", "\r\n"]) }
            }
        }
        if next() % 4 == 0 {
            text += "[core]\nlast = " + pick(["a", "a\\", "a\\\n", "a # c\\", ""])
        }
        return text
    }
}
