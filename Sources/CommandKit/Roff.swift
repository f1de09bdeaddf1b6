// Text for mdoc, the manual's macro language (mandoc's mdoc(7), roff(7), mandoc_char(7)).

/// Writing roff. Nothing that comes in is ever read as a request or an escape.
enum Roff {
    /// Where lines of the source end.
    private static let sourceColumns = 78

    /// Running text on one line: quotes stay straight, and a hyphen that starts a word is a minus
    /// sign, since it starts an option.
    static func text(_ text: String) -> String {
        var result = ""
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            let isOption = scalar == "-" && (previous == " " || previous == "-")
            result += isOption ? "\\-" : escaped(scalar)
            previous = scalar
        }
        return result
    }

    /// Text that one may copy into a terminal: every hyphen is a minus sign.
    static func code(_ text: String) -> String {
        text.unicodeScalars.map { $0 == "-" ? "\\-" : escaped($0) }.joined()
    }

    /// A line of text: one that would start with a control character is protected.
    static func line(_ escaped: String) -> String {
        escaped.hasPrefix(".") ? "\\&" + escaped : escaped
    }

    /// The argument of a macro: never a macro itself, never punctuation.
    static func argument(_ text: String) -> String {
        let word = code(text)
        if word.isEmpty { return "\\&" }
        // Macros are two or three letters: a capital and small ones, or `%A`.
        let isMacro =
            (2...3).contains(text.count)
            && (text.first?.isUppercase == true || text.first == "%")
            && (text.dropFirst().contains(where: \.isLowercase) || text.first == "%")
        let isPunctuation = text.count == 1 && ".,:;()[]?!|".contains(text)
        let guarded = isMacro || isPunctuation ? "\\&" + word : word
        return guarded.contains(" ") ? "\"\(guarded)\"" : guarded
    }

    /// The name of a page: programs look it up, with plain hyphens.
    static func page(_ name: String) -> String {
        name.unicodeScalars.map { $0 == " " ? "" : escaped($0) }.joined()
    }

    /// A paragraph: lines indented by four spaces stand as they are, anything else is prose with
    /// `` `code` `` in bold, a sentence a line.
    static func paragraph(_ text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if !lines.isEmpty, lines.allSatisfy({ $0.hasPrefix("    ") }) {
            return display(lines.map { String($0.dropFirst(4)) })
        }
        return prose(text)
    }

    /// Lines that stand as they are, in an indented block.
    static func display(_ lines: [String]) -> [String] {
        [".Bd -literal -offset indent"] + lines.map { line(code($0)) } + [".Ed"]
    }

    /// Running text in lines of the source, a sentence a line, so that the space after a full
    /// stop is right.
    static func prose(_ text: String) -> [String] {
        let words = marked(text).split(separator: " ", omittingEmptySubsequences: true)
        var result: [String] = []
        var sentence: [String] = []
        for (index, word) in words.enumerated() {
            sentence.append(String(word))
            let next = index + 1 < words.count ? words[index + 1] : nil
            if next == nil || (endsSentence(word) && startsSentence(next)) {
                result += broken(sentence)
                sentence = []
            }
        }
        return result
    }

    /// The words in lines; a full stop at the end of a line within a sentence ends no sentence.
    private static func broken(_ words: [String]) -> [String] {
        var lines = TextWrap.lines(words, columns: sourceColumns)
        for index in lines.indices.dropLast() where endsSentence(lines[index][...]) {
            lines[index] += "\\&"
        }
        return lines.map { line($0) }
    }

    private static func endsSentence(_ word: Substring) -> Bool {
        word.last.map { ".!?:".contains($0) } == true
    }

    private static func startsSentence(_ word: Substring?) -> Bool {
        word?.first?.isUppercase == true
    }

    /// Escaped text with `` `code` `` in bold; a backtick without a partner stands for itself.
    private static func marked(_ text: String) -> String {
        let flat = text.split(whereSeparator: { $0 == "\n" || $0 == " " }).joined(separator: " ")
        let parts = flat.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        guard parts.count % 2 == 1 else { return self.text(flat) }
        var result = ""
        for (index, part) in parts.enumerated() {
            result += index % 2 == 0 ? self.text(part) : "\\fB\(code(part))\\fR"
        }
        return result
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\": "\\e"
        case "\"": "\\(dq"
        case "'": "\\(aq"
        case "`": "\\(ga"
        case "^": "\\(ha"
        case "~": "\\(ti"
        case "\u{0}"..." ": " "
        case "\u{21}"..."\u{7e}": String(Character(scalar))
        default:
            "\\[u" + padded(String(scalar.value, radix: 16, uppercase: true)) + "]"
        }
    }

    /// groff wants at least four digits.
    private static func padded(_ digits: String) -> String {
        String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
