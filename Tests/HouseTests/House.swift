// The sources as the rules see them: imports, code without comments and strings, functions and their lengths.

import Foundation

enum House {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The layers; an arrow only ever points down.
    static let levels = [
        "CSQLite": 0, "CSecp256k1": 0, "COpenSSL": 0, "CWebSockets": 0, "CResolv": 0,
        "Bytes": 1,
        "Cryptography": 2, "Files": 2, "SQLite": 2, "CommandKit": 2, "Programs": 2,
        "Documents": 3, "Network": 3, "Bitcoin": 3,
        "Hashtable": 4, "Graphstore": 4, "Blockstack": 4, "Headers": 4, "Audit": 4,
        "Service": 5, "DirectPayment": 5, "Channels": 5, "HeaderService": 5, "Merge": 5, "Sync": 5,
        "Coins": 5, "Broadcasting": 5, "Paymail": 5,
        "WalletKit": 6,
        "wallet": 7, "wallet-bench": 7,
    ]

    /// The arrows within a level.
    static let allowed: Set = [["Blockstack", "Headers"]]

    /// What is not ours.
    static let foreign: Set = [
        "Glibc", "Dispatch", "Synchronization", "FoundationEssentials",
    ]

    static let sources = files(under: "Sources")
    /// The tests, to be read as lines only.
    static let tests = files(under: "Tests")

    private static func files(under folder: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        let all = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? [])
            .filter { $0.pathExtension == "swift" }
            .map { SourceFile($0, root: root) }
            .sorted { $0.path < $1.path }
    }
}

/// A Swift file.
struct SourceFile {
    /// From the top of the repository.
    let path: String
    /// The folder below Sources or Tests.
    let module: String
    let text: String
    let lines: [String]
    /// The lines with comments and the contents of strings blanked out.
    let code: [String]
    /// Braces that are open at the beginning of each line.
    let depth: [Int]
    let imports: [(line: Int, name: String)]
    let functions: [(start: Int, name: String, lines: Int)]

    init(_ url: URL, root: URL) {
        self.init(
            path: String(url.path.dropFirst(root.path.count + 1)),
            text: (try? String(contentsOf: url, encoding: .utf8)) ?? "")
    }

    init(path: String, text: String) {
        self.path = path
        self.text = text
        module = path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        self.lines = lines
        // Tests are read as they stand: only sources are judged by their code.
        var scanner = CodeScanner()
        let code = path.hasPrefix("Sources/") ? lines.map { scanner.code(of: $0) } : []
        self.code = code
        var open = 0
        depth = code.map { line in
            defer { for byte in line.utf8 { open += byte == 0x7b ? 1 : byte == 0x7d ? -1 : 0 } }
            return open
        }
        let form = /^(?:@\w+ )*(?:public |internal |private )?import (?:\w+ )?([\w.]+)/
        imports = code.enumerated().compactMap { index, line in
            // Expressions are slow where nothing is optimised.
            guard line.has("import ") else { return nil }
            return line.firstMatch(of: form)
                .map { (index + 1, $0.1.split(separator: ".").first.map(String.init) ?? "") }
        }
        functions = Self.functions(code, depth)
    }

    /// Functions, initialisers and subscripts: from the word to the brace that closes their body.
    private static func functions(
        _ code: [String], _ depth: [Int]
    ) -> [(start: Int, name: String, lines: Int)] {
        let form = /\b(?:func (\S+?)[(<]|(init|deinit|subscript)\b[?(< ])/
        let use = /[.@](?:init|subscript)/
        return code.indices.compactMap { start in
            let line = code[start]
            guard ["func ", "init", "subscript"].contains(where: line.has),
                let match = line.firstMatch(of: form), !line.contains(use)
            else { return nil }
            let name = String(match.1 ?? match.2 ?? "")
            var open = 0
            var hasOpened = false
            for index in start..<code.count {
                for byte in code[index].utf8 {
                    if byte == 0x7b { (open, hasOpened) = (open + 1, true) }
                    if byte == 0x7d { open -= 1 }
                }
                if hasOpened, open <= 0 { return (start + 1, name, index - start + 1) }
                // A requirement of a protocol has no body.
                if !hasOpened, open < 0 { return nil }
            }
            return nil
        }
    }

    /// Whether `word` stands anywhere: quick to answer, so that most files need no closer look.
    func has(_ word: String) -> Bool { text.has(word) }

    /// Whether the line, or the comment right above it, gives the reason for what is unsafe.
    func isExcused(at index: Int) -> Bool {
        if lines[index].contains("// Safe: ") { return true }
        var above = index - 1
        while above >= 0, lines[above].trimmed.hasPrefix("//") {
            if lines[above].contains("// Safe: ") { return true }
            above -= 1
        }
        return false
    }

    /// Whether a documentation comment stands above, attributes in between.
    func isDocumented(at index: Int) -> Bool {
        var above = index - 1
        while above >= 0, lines[above].trimmed.hasPrefix("@") { above -= 1 }
        return above >= 0 && lines[above].trimmed.hasPrefix("///")
    }

    /// Whether the variable declared in a line is computed: its body opens at once, without a value.
    func isComputed(at index: Int) -> Bool {
        let rest = code[index...].prefix(2).joined(separator: " ")
        guard let brace = rest.firstIndex(of: "{") else { return false }
        return !rest[..<brace].contains("=")
    }
}

/// Blanks comments and strings, line after line.
struct CodeScanner {
    private var isInComment = false
    private var isInText = false

    mutating func code(of line: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(line.utf8)
        var index = 0
        func has(_ text: StaticString) -> Bool {
            text.withUTF8Buffer { wanted in
                guard index + wanted.count <= bytes.count else { return false }
                for offset in 0..<wanted.count where bytes[index + offset] != wanted[offset] {
                    return false
                }
                return true
            }
        }
        var pounds = 0
        var isInString = false
        let isPlain = !bytes.contains { $0 == 0x22 || $0 == 0x2f || $0 == 0x2a }
        if isPlain, !isInComment, !isInText { return line }
        while index < bytes.count {
            if isInComment {
                if has("*/") { (isInComment, index) = (false, index + 1) }
            } else if isInText {
                if has("\"\"\"") {
                    (isInText, index) = (false, index + 2)
                    result.append(UInt8(ascii: "\""))
                } else if has("\\") {
                    index += 1
                }
            } else if isInString {
                let closes =
                    bytes[index] == UInt8(ascii: "\"")
                    && bytes[(index + 1)...].prefix(pounds).count { $0 == UInt8(ascii: "#") }
                        == pounds
                if closes {
                    (isInString, index) = (false, index + pounds)
                    result.append(UInt8(ascii: "\""))
                } else if pounds == 0, has("\\(") {
                    // What is interpolated is skipped whole, strings inside it too.
                    index = Self.end(of: bytes, from: index + 1)
                } else if pounds == 0, has("\\") {
                    index += 1
                }
            } else if has("//") {
                break
            } else if has("/*") {
                (isInComment, index) = (true, index + 1)
            } else if has("\"\"\"") {
                (isInText, index) = (true, index + 2)
                result.append(UInt8(ascii: "\""))
            } else if has("\"") {
                pounds = result.reversed().prefix { $0 == UInt8(ascii: "#") }.count
                isInString = true
                result.append(UInt8(ascii: "\""))
            } else {
                result.append(bytes[index])
            }
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The index of the parenthesis that closes the one at `start`.
    private static func end(of bytes: [UInt8], from start: Int) -> Int {
        var open = 0
        var isInString = false
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\"), isInString {
                index += 1
            } else if byte == UInt8(ascii: "\"") {
                isInString.toggle()
            } else if !isInString {
                if byte == UInt8(ascii: "(") { open += 1 }
                if byte == UInt8(ascii: ")") { open -= 1 }
                if open == 0 { return index }
            }
            index += 1
        }
        return index
    }
}

extension String {
    /// Whether `word` stands anywhere, byte for byte.
    func has(_ word: String) -> Bool { strstr(self, word) != nil }

    var trimmed: String { trimmingCharacters(in: .whitespaces) }

    /// Whether the text holds `word`, not as the part of a longer name.
    func containsWord(_ word: String) -> Bool {
        var rest = self[...]
        while let range = rest.range(of: word) {
            let before =
                range.lowerBound == startIndex ? " " : self[index(before: range.lowerBound)]
            let after = range.upperBound == endIndex ? " " : self[range.upperBound]
            let isName: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" }
            let isWhole =
                !isName(before) && before != "." && !(isName(word.last ?? " ") && isName(after))
            // A function of ours may be called as the C library's is.
            let isOwn = self[..<range.lowerBound].hasSuffix("func ")
            if isWhole && !isOwn { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    /// Whether a declaration with `word` begins here, attributes and access before it.
    func hasPrefixWord(_ word: String) -> Bool {
        let isModifier: (Substring) -> Bool = {
            $0.hasPrefix("@") || ["public", "internal", "private", "fileprivate"].contains($0)
        }
        return split(separator: " ").drop(while: isModifier).first.map(String.init) == word
    }

    /// `x!`, `f()!`, `a[0]!`, but not `!x`, `!=`, `try!` and `as!`.
    var hasForceUnwrap: Bool {
        let bytes = Array(utf8)
        return bytes.indices.dropFirst().contains { index in
            guard bytes[index] == UInt8(ascii: "!") else { return false }
            let before = bytes[..<index]
            let isValue = before.last.map {
                "_)]}".utf8.contains($0) || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a
                    || $0 >= 0x30 && $0 <= 0x39
            }
            guard isValue == true, !before.reversed().starts(with: "yrt".utf8),
                !before.reversed().starts(with: "sa ".utf8)
            else { return false }
            return index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "=")
        }
    }

    /// A declaration that other modules see.
    var isPublicDeclaration: Bool {
        let words = split(separator: " ").drop { $0.hasPrefix("@") }
        return words.first == "public" && words.dropFirst().first != "import"
    }
}
