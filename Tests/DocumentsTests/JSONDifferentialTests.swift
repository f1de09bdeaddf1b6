import Documents
import Foundation
import Testing

/// The parser against python3's, with the rules that python does not have added there.
@Suite struct JSONDifferentialTests {
    private static let python = "/usr/bin/python3"

    /// Reads hexadecimal lines; answers r (refused), c (canonical) or d (read, not canonical).
    private static let judge = """
        import sys, json, re
        def fail(*_): raise ValueError()
        def pairs(members):
            if len(set(name for name, _ in members)) < len(members): fail()
            return dict(members)
        def integer(text):
            if text == '-0' or len(text.lstrip('-')) > 15: fail()
            return int(text)
        def check(value, depth):
            if isinstance(value, str): value.encode('utf-8')
            elif isinstance(value, (list, dict)):
                if depth == 16: fail()
                for key in value if isinstance(value, dict) else []: key.encode('utf-8')
                for part in value.values() if isinstance(value, dict) else value: check(part, depth + 1)
        def order(value):
            if isinstance(value, list): return [order(part) for part in value]
            if not isinstance(value, dict): return value
            return {k: order(value[k]) for k in sorted(value, key=lambda k: k.encode('utf-16-be'))}
        for line in sys.stdin:
            try:
                text = bytes.fromhex(line.strip()).decode('utf-8')
                value = json.loads(text, object_pairs_hook=pairs, parse_int=integer,
                                   parse_float=fail, parse_constant=fail)
                check(value, 0)
                written = json.dumps(order(value), ensure_ascii=False, separators=(',', ':'))
                print('c' if written == text.strip(' \\t\\r\\n') else 'd')
            except (ValueError, RecursionError):
                print('r')
        """

    private func verdicts(_ texts: [[UInt8]]) throws -> [Character] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = ["-c", Self.judge]
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("wallet-json-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appendingPathComponent("input")
        let lines = texts.map { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) } }
        try Data(lines.map { $0.joined() + "\n" }.joined().utf8).write(to: input)
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: answer, as: UTF8.self).filter { $0 != "\n" }.map { $0 }
    }

    private func verdict(_ text: [UInt8]) -> Character {
        guard let parsed = try? JSONText(text) else { return "r" }
        return parsed.root.departure == nil ? "c" : "d"
    }

    private static let pieces: [String] = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\"", "\"b\":", "\"\\u0061\"", "0", "-", "1",
        "10",
        "1.5", "1e5", "-0", "999999999999999", "1000000000000000", "true", "null", "NaN", " ", "\n",
        "\\u00e9", "\\ud83d\\ude42", "\\ud83d", "\\n", "\\/", "é", "🙂", "\u{fb33}", "\"é\":1", "\t",
    ]

    private func value(_ random: inout Generator, _ depth: Int) -> String {
        switch random.below(depth > 4 ? 3 : 6) {
        case 0: return String(random.below(1_000))
        case 1:
            return ["true", "false", "null", "\"\"", "\"é\\n\"", "\"\\u0001\""][random.below(6)]
        case 2: return "\"" + ["a", "b", "🙂", "\u{fb33}", "\\\\"][random.below(5)] + "\""
        case 3:
            return "["
                + (0..<random.below(4)).map { _ in value(&random, depth + 1) }
                .joined(separator: random.chance(30) ? " ," : ",") + "]"
        default:
            let names = (0..<random.below(5)).map { _ in
                ["a", "b", "c", "", "ab", "é", "🙂", "\u{fb33}", "\\n", "\\u0061"][random.below(10)]
            }
            let ordered =
                random.chance(2)
                ? names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) } : names
            return "{"
                + ordered.map { "\"\($0)\":" + value(&random, depth + 1) }
                .joined(separator: ",") + "}"
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: python)))
    func `random texts are judged as python3 judges them`() throws {
        var random = Generator()
        var texts: [[UInt8]] = []
        for _ in 0..<20_000 {
            var text = Array(value(&random, 0).utf8)
            for _ in 0..<random.below(3) {
                switch random.below(4) {
                case 0 where !text.isEmpty: text.remove(at: random.below(text.count))
                case 1 where !text.isEmpty:
                    text[random.below(text.count)] = UInt8(random.below(256))
                case 2:
                    let piece = Array(Self.pieces[random.below(Self.pieces.count)].utf8)
                    text.insert(contentsOf: piece, at: random.below(text.count + 1))
                default: break
                }
            }
            texts.append(text)
        }
        let expected = try verdicts(texts)
        try #require(expected.count == texts.count)
        var counts: [Character: Int] = [:]
        for (text, verdict) in zip(texts, expected) {
            counts[verdict, default: 0] += 1
            let seen = self.verdict(text)
            #expect(seen == verdict, "\(String(decoding: text, as: UTF8.self)) \(random.comment)")
        }
        for verdict: Character in ["r", "c", "d"] {
            #expect(counts[verdict, default: 0] > 500, random.comment)
        }
    }
}
