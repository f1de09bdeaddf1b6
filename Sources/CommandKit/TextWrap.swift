// Prose in lines of limited width.

/// Breaking text at spaces.
enum TextWrap {
    /// Where help ends its lines.
    static let helpColumns = 80

    /// The words in lines of at most so many columns; a longer word has a line for itself.
    static func lines(_ words: [String], columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var width = 0
        for word in words {
            let wordWidth = DisplayWidth.columns(word)
            if !line.isEmpty, width + 1 + wordWidth > columns {
                lines.append(line)
                line = ""
                width = 0
            }
            if !line.isEmpty {
                line += " "
                width += 1
            }
            line += word
            width += wordWidth
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// The text's words in lines of at most so many columns.
    static func lines(_ text: String, columns: Int) -> [String] {
        lines(text.split(separator: " ").map(String.init), columns: columns)
    }

    /// Two columns: terms with their meanings beside them; a term that is too long for its column
    /// has a line for itself.
    static func definitions(_ rows: [(term: String, meaning: String)]) -> [String] {
        let indent = "  "
        let termLimit = 26
        let widths = rows.map { DisplayWidth.columns($0.term) }.filter { $0 <= termLimit }
        let termWidth = widths.max() ?? 0
        let margin = String(repeating: " ", count: indent.count + termWidth + 2)
        var result: [String] = []
        for (term, meaning) in rows {
            var meanings = lines(meaning, columns: helpColumns - margin.count)[...]
            let space = termWidth - DisplayWidth.columns(term)
            if space >= 0, let first = meanings.popFirst() {
                result.append(indent + term + String(repeating: " ", count: space + 2) + first)
            } else {
                result.append(indent + term)
            }
            result += meanings.map { margin + $0 }
        }
        return result
    }
}
