// The language of `--format`: `%(id) %(amount)%x09%(unit)%n`.

/// What is wrong with a template.
public struct TemplateError: Error, Sendable, Equatable {
    /// The classes of mistake.
    public enum Reason: Sendable, Equatable {
        /// `%` at the end, or before something that means nothing.
        case unknownDirective(String)
        /// `%(` without `)`.
        case unclosedField
        /// No field of this name; the names that exist.
        case unknownField(String, known: [String])
        /// `%x` without two hexadecimal digits up to `7f`.
        case invalidByte(String)
    }

    /// The class of mistake, with its values.
    public let reason: Reason
    /// Where the directive starts, in bytes of UTF-8.
    public let offset: Int

    /// What is wrong, in the grammar of `UsageError.message`.
    public var message: String {
        switch reason {
        case .unknownDirective(let text):
            "unknown directive \(Quoted(text)) at byte \(offset) of the format"
        case .unclosedField:
            "'%(' at byte \(offset) of the format is not closed"
        case .unknownField(let name, _):
            "unknown field \(Quoted(name)) at byte \(offset) of the format"
        case .invalidByte(let text):
            "\(Quoted(text)) at byte \(offset) of the format is not '%x00' to '%x7f'"
        }
    }

    /// What to do next.
    public var hint: String? {
        guard case .unknownField(let name, let known) = reason else { return nil }
        return Suggestion.question(Suggestion.nearest(to: name, among: known))
            ?? "the fields are \(known.joined(separator: ", "))"
    }
}

/// A template, read once and rendered for every row.
///
/// `%(name)` stands for a field, `%n` for a line feed, `%x00` to `%x7f` for a byte in hexadecimal
/// digits, `%%` for a percent sign; everything else stands for itself. Rendering adds nothing.
public struct Template: Sendable, Equatable {
    private enum Piece: Sendable, Equatable {
        case text(String)
        case field(String)
    }

    private let pieces: [Piece]

    /// Reads a template whose fields are among those named.
    ///
    /// - Throws: the first mistake with its offset.
    public init(_ text: String, fields: [String]) throws(TemplateError) {
        let bytes = Array(text.utf8)
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        func endLiteral() {
            guard !literal.isEmpty else { return }
            pieces.append(.text(String(decoding: literal, as: UTF8.self)))
            literal = []
        }
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                literal.append(bytes[index])
                index += 1
                continue
            }
            switch try Self.directive(bytes, at: index, fields: fields) {
            case (.byte(let byte), let length):
                literal.append(byte)
                index += length
            case (.field(let name), let length):
                endLiteral()
                pieces.append(.field(name))
                index += length
            }
        }
        endLiteral()
        self.pieces = pieces
    }

    /// The fields that are used, in order, each once.
    public var fields: [String] {
        var names: [String] = []
        for case .field(let name) in pieces where !names.contains(name) {
            names.append(name)
        }
        return names
    }

    /// The text with each field replaced by what the closure says.
    public func render(_ value: (String) -> String) -> String {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .field(let name): result += value(name)
            }
        }
        return result
    }

    /// The text with each field replaced by its value; a field without one is empty.
    public func render(_ values: [String: String]) -> String {
        render { values[$0] ?? "" }
    }

    private enum Directive {
        case byte(UInt8)
        case field(String)
    }

    /// The directive that starts at the percent sign, and its length.
    private static func directive(
        _ bytes: [UInt8], at start: Int, fields: [String]
    ) throws(TemplateError) -> (Directive, length: Int) {
        let rest = bytes[(start + 1)...]
        switch rest.first {
        case UInt8(ascii: "%"): return (.byte(UInt8(ascii: "%")), 2)
        case UInt8(ascii: "n"): return (.byte(0x0a), 2)
        case UInt8(ascii: "x"):
            let digits = rest.dropFirst().prefix(2)
            let text = String(decoding: digits, as: UTF8.self)
            // A sign would pass `UInt8(_:radix:)`.
            guard digits.count == 2, text.allSatisfy(\.isHexDigit),
                let byte = UInt8(text, radix: 16), byte < 0x80
            else { throw TemplateError(reason: .invalidByte("%x" + text), offset: start) }
            return (.byte(byte), 4)
        case UInt8(ascii: "("):
            guard let end = rest.firstIndex(of: UInt8(ascii: ")")) else {
                throw TemplateError(reason: .unclosedField, offset: start)
            }
            let name = String(decoding: rest[(start + 2)..<end], as: UTF8.self)
            guard fields.contains(name) else {
                throw TemplateError(reason: .unknownField(name, known: fields), offset: start)
            }
            return (.field(name), end - start + 1)
        default:
            let text = String(decoding: rest, as: UTF8.self).prefix(1)
            throw TemplateError(reason: .unknownDirective("%" + text), offset: start)
        }
    }
}
