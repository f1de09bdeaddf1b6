// The syntax of git-config(1), read as git's own reader does: one pass over bytes that remembers
// where everything stands, so that edits can leave the rest alone. There are two differences, both
// refusals: a key above the first section, and a section without a name.

/// A section's header in a file.
struct ConfigurationHeader: Sendable {
    let section: ConfigurationSection
    /// From `[` to behind `]`.
    let range: Range<Int>
}

/// A key and its value in a file.
public struct ConfigurationEntry: Sendable {
    /// The key.
    public let key: ConfigurationKey
    /// The value without quotes and escapes; nil where the key stands alone, which means true.
    public let value: String?
    /// The line of the key; the first is 1.
    public let line: Int
    /// Which of the file's headers it stands under.
    let header: Int
    /// Where the name begins.
    let start: Int
    /// Where the name ends.
    let nameEnd: Int
    /// From the value's first significant byte to behind its last; empty behind `=` for no bytes at
    /// all.
    let valueRange: Range<Int>?
    /// Behind the line's end, or the end of the file.
    let end: Int
    /// Whether a line's end, not the end of the file, ended it.
    let isTerminated: Bool
}

struct ConfigurationParser {
    private let bytes: [UInt8]
    private let path: String
    /// The whole file is UTF-8, so every text in it is: delimiters and escapes are ASCII.
    private let isUnicode: Bool
    private var position = 0
    private var line = 1
    /// The end of the file was read, as a line's end.
    private var isAtEnd = false
    /// A value as it grows; kept to reuse its storage.
    private var buffer: [UInt8] = []

    private(set) var headers: [ConfigurationHeader] = []
    private(set) var entries: [ConfigurationEntry] = []

    private static let newline = UInt8(ascii: "\n")
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    init(_ bytes: [UInt8], path: String) throws(ConfigurationError) {
        self.bytes = bytes
        self.path = path
        isUnicode = String(validating: bytes, as: UTF8.self) != nil
        if bytes.starts(with: Self.byteOrderMark) { position = Self.byteOrderMark.count }
        try parse()
    }

    private mutating func parse() throws(ConfigurationError) {
        var isComment = false
        while true {
            let start = position
            let character = next()
            if character == Self.newline {
                if isAtEnd { return }
                isComment = false
                continue
            }
            if isComment || isSpace(character) { continue }
            switch character {
            case UInt8(ascii: "#"), UInt8(ascii: ";"): isComment = true
            case UInt8(ascii: "["): try header(from: start)
            default: try entry(from: start, first: character)
            }
        }
    }

    /// The next byte, the end of a line whichever way it is written, or of the file, as a newline.
    private mutating func next() -> UInt8 {
        guard position < bytes.count else {
            isAtEnd = true
            return Self.newline
        }
        var character = bytes[position]
        position += 1
        if character == UInt8(ascii: "\r") && position < bytes.count
            && bytes[position] == Self.newline
        {
            position += 1
            character = Self.newline
        }
        if character == Self.newline { line += 1 }
        return character
    }

    private mutating func header(from start: Int) throws(ConfigurationError) {
        let line = self.line
        var stem: [UInt8] = []
        var quoted: String?
        while true {
            let character = next()
            if character == UInt8(ascii: "]") { break }
            if isSpace(character) {
                if character == Self.newline { throw failure(.sectionEnd, line: line) }
                quoted = try quotedSubsection()
                break
            }
            guard isConfigurationKeyCharacter(character) || character == UInt8(ascii: ".") else {
                throw failure(.sectionName, line: line)
            }
            stem.append(lowercased(character))
        }
        // The old way to write a subsection is [section.subsection], its case folded.
        let dot = stem.firstIndex(of: UInt8(ascii: "."))
        let dotted = dot.map { String(decoding: stem[($0 + 1)...], as: UTF8.self) }
        let subsection =
            switch (dotted, quoted) {
            case (let dotted?, let quoted?): dotted + "." + quoted
            default: dotted ?? quoted
            }
        let name = String(decoding: stem[..<(dot ?? stem.count)], as: UTF8.self)
        if name.isEmpty { throw failure(.sectionName, line: line) }
        headers.append(
            ConfigurationHeader(
                section: ConfigurationSection(folded: name, subsection: subsection),
                range: start..<position))
    }

    /// What follows the blank in `[section "subsection"]`, through the bracket.
    private mutating func quotedSubsection() throws(ConfigurationError) -> String {
        let line = self.line
        var character = next()
        while isSpace(character) && character != Self.newline { character = next() }
        guard character == UInt8(ascii: "\"") else {
            throw failure(character == Self.newline ? .sectionEnd : .sectionName, line: line)
        }
        buffer.removeAll(keepingCapacity: true)
        while true {
            character = next()
            if character == UInt8(ascii: "\"") { break }
            // Any escaped character stands for itself here.
            if character == UInt8(ascii: "\\") { character = next() }
            if character == Self.newline { throw failure(.sectionEnd, line: line) }
            buffer.append(character)
        }
        guard next() == UInt8(ascii: "]") else { throw failure(.sectionEnd, line: line) }
        return try text(of: buffer[...], line: line)
    }

    private mutating func entry(from start: Int, first: UInt8) throws(ConfigurationError) {
        let line = self.line
        guard isLetter(first) else { throw failure(.keyStart, line: line) }
        guard let header = headers.last else { throw failure(.keyOutsideSection, line: line) }
        buffer.removeAll(keepingCapacity: true)
        buffer.append(lowercased(first))
        var nameEnd = position
        var character = next()
        while !isAtEnd && isConfigurationKeyCharacter(character) {
            buffer.append(lowercased(character))
            nameEnd = position
            character = next()
        }
        while character == UInt8(ascii: " ") || character == UInt8(ascii: "\t") {
            character = next()
        }
        let name = String(decoding: buffer, as: UTF8.self)
        var value: String?
        var range: Range<Int>?
        if character != Self.newline {
            guard character == UInt8(ascii: "=") else { throw failure(.equalsSign, line: line) }
            if let plain = plainValue() {
                range = plain
                value = try text(of: bytes[plain], line: line)
            } else {
                range = try self.value()
                value = try text(of: buffer[...], line: line)
            }
        }
        entries.append(
            ConfigurationEntry(
                key: ConfigurationKey(section: header.section, folded: name), value: value,
                line: line, header: headers.count - 1, start: start, nameEnd: nameEnd,
                valueRange: range, end: position, isTerminated: !isAtEnd))
    }

    /// Passes a value without quotes, escapes and comments, as nearly all are, through its line's
    /// end and returns its range; nil, with nothing passed, where it has any or is empty.
    private mutating func plainValue() -> Range<Int>? {
        var end = position
        while end < bytes.count && bytes[end] != Self.newline {
            switch bytes[end] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "#"), UInt8(ascii: ";"), 0x0d:
                return nil
            default: end += 1
            }
        }
        guard end < bytes.count else { return nil }
        var range = position..<end
        while let first = range.first, isSpace(bytes[first]) { range.removeFirst() }
        while let last = range.last, isSpace(bytes[last]) { range.removeLast() }
        if range.isEmpty { return nil }
        position = end + 1
        line += 1
        return range
    }

    /// Reads a value into `buffer`, through the line's end; returns its significant bytes' range.
    private mutating func value() throws(ConfigurationError) -> Range<Int> {
        buffer.removeAll(keepingCapacity: true)
        var first: Int?
        var last = position
        let empty = position
        var isQuoted = false
        var isComment = false
        var trimmed = 0  // blanks behind this many bytes may be the value's end
        while true {
            let line = self.line
            let start = position
            var character = next()
            if character == Self.newline {
                if isQuoted { throw failure(.quote, line: line) }
                buffer.removeLast(buffer.count - trimmed)
                return first.map { $0..<last } ?? empty..<empty
            }
            if isComment { continue }
            if isSpace(character) && !isQuoted {
                if !buffer.isEmpty { buffer.append(character) }
                continue
            }
            if !isQuoted && (character == UInt8(ascii: "#") || character == UInt8(ascii: ";")) {
                isComment = true
                continue
            }
            if first == nil { first = start }
            if character == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if character == UInt8(ascii: "\\") {
                character = next()
                if character != Self.newline {
                    guard let plain = Self.unescaped(character) else {
                        throw failure(.escape, line: line)
                    }
                    buffer.append(plain)
                }
            } else {
                buffer.append(character)
            }
            last = position
            trimmed = buffer.count
        }
    }

    private static func unescaped(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): character
        default: nil
        }
    }

    private func text(of bytes: ArraySlice<UInt8>, line: Int) throws(ConfigurationError) -> String {
        if bytes.contains(0) { throw failure(.zeroByte, line: line) }
        if isUnicode { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure(.unicode, line: line)
        }
        return text
    }

    private func failure(_ reason: ConfigurationError.SyntaxReason, line: Int)
        -> ConfigurationError
    {
        .syntax(path: path, line: line, reason: reason)
    }
}

/// What git takes for a blank: space, tab, newline, carriage return.
func isSpace(_ character: UInt8) -> Bool {
    character == 0x20 || character == 0x09 || character == 0x0a || character == 0x0d
}
