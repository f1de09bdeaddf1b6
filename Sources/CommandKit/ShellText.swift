// Words for shells.

/// Quoting, so that no word of the table is ever read as shell code.
enum ShellText {
    /// A word for sh, bash and zsh: bare where that is safe, otherwise in single quotes.
    static func word(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    /// A word for sh, bash and zsh in single quotes, so that nothing in it is special.
    static func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: #"'\''"#) + "'"
    }

    /// A word for fish, where a backslash is special within single quotes.
    static func fish(_ text: String) -> String {
        if isPlain(text) { return text }
        var result = "'"
        for character in text {
            if character == "'" || character == "\\" { result += "\\" }
            result.append(character)
        }
        return result + "'"
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                case 0x2d, 0x2e, 0x2f, 0x5f: true
                default: false
                }
            }
    }
}
