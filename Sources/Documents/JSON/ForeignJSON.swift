// JSON of others: what their servers send is read with everything that RFC 8259 allows, but has one
// reading all the same.
import Bytes

/// A value of JSON that other programs wrote.
///
/// Numbers keep their spelling. Names are found without regard to case, as Go's decoders find them
/// and payd, the proxies and miners rely on; two names of an object that differ in case alone are
/// refused, because readers would not agree on which counts.
public enum ForeignJSON: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// As it was spelt.
    case number(String)
    case string(String)
    case array([ForeignJSON])
    /// Members in their order.
    case object([Member])

    /// A name and its value.
    public struct Member: Sendable, Equatable {
        /// As it was spelt.
        public let name: String
        /// What stands under it.
        public let value: ForeignJSON

        /// A member.
        public init(_ name: String, _ value: ForeignJSON) {
            self.name = name
            self.value = value
        }
    }

    /// Reads a text, blanks around the value allowed.
    /// - Throws: `JSONError` with the byte offset.
    public init(_ bytes: [UInt8]) throws(JSONError) {
        var parser = ForeignJSONParser(bytes)
        self = try parser.whole()
    }

    /// The value of a member, whatever the case of its name; nil where there is none, and for null.
    public subscript(name: String) -> ForeignJSON? {
        guard case .object(let members) = self else { return nil }
        let wanted = name.lowercased()
        guard let found = members.first(where: { $0.name.lowercased() == wanted })?.value,
            found != .null
        else { return nil }
        return found
    }

    /// The text of a string; nil for other kinds.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The value of a boolean; nil for other kinds.
    public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

    /// The value of a number that is an integer of 64 bits; nil for others.
    public var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }

    /// The elements of an array; nil for other kinds.
    public var elements: [ForeignJSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object; nil for other kinds.
    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The value as compact JSON, members in their order.
    public var bytes: [UInt8] {
        var writer = CanonicalWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the value, members in their order.
    public func write(to writer: inout CanonicalWriter) {
        switch self {
        case .null: writer.raw("null".utf8)
        case .boolean(let value): writer.boolean(value)
        case .number(let text): writer.raw(text.utf8)
        case .string(let text): writer.string(text)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.name(member.name)
                member.value.write(to: &writer)
            }
            writer.endObject()
        }
    }
}

extension ForeignJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// An array.
    public init(arrayLiteral elements: ForeignJSON...) { self = .array(elements) }
    /// An object, its members in this order.
    public init(dictionaryLiteral elements: (String, ForeignJSON)...) {
        self = .object(elements.map { Member($0, $1) })
    }

    /// A number.
    public init(_ value: Int) { self = .number(String(value)) }
    /// A string, or null.
    public init(_ value: String?) { self = value.map { .string($0) } ?? .null }
}

/// A reader that goes once over the bytes.
private struct ForeignJSONParser {
    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0
    private var count = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func failure(_ reason: String) -> JSONError { JSONError(reason: reason, offset: at) }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipBlanks() {
        while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { at += 1 }
    }

    mutating func whole() throws(JSONError) -> ForeignJSON {
        skipBlanks()
        let value = try value()
        skipBlanks()
        guard at == bytes.count else { throw failure("something follows the value") }
        return value
    }

    private mutating func value() throws(JSONError) -> ForeignJSON {
        count += 1
        guard count <= Limits.jsonValues else { throw failure("too many values") }
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), .some(0x30...0x39): return .number(try number())
        default: throw failure("a value is missing")
        }
    }

    private mutating func literal(
        _ text: String, _ value: ForeignJSON
    ) throws(JSONError) -> ForeignJSON {
        guard bytes[at...].starts(with: text.utf8) else { throw failure("a value is missing") }
        at += text.utf8.count
        return value
    }

    private mutating func enter() throws(JSONError) {
        at += 1
        depth += 1
        guard depth <= Limits.foreignDepth else { throw failure("too deeply nested") }
        skipBlanks()
    }

    /// Whether another element follows; past the closing bracket where none does.
    private mutating func goesOn(_ end: UInt8) throws(JSONError) -> Bool {
        skipBlanks()
        if next == UInt8(ascii: ",") {
            at += 1
            skipBlanks()
            return true
        }
        guard next == end else { throw failure("a comma or the end is missing") }
        at += 1
        depth -= 1
        return false
    }

    private mutating func array() throws(JSONError) -> ForeignJSON {
        try enter()
        var elements: [ForeignJSON] = []
        if next == UInt8(ascii: "]") {
            at += 1
            depth -= 1
            return .array([])
        }
        repeat { elements.append(try value()) } while try goesOn(UInt8(ascii: "]"))
        return .array(elements)
    }

    private mutating func object() throws(JSONError) -> ForeignJSON {
        try enter()
        var members: [ForeignJSON.Member] = []
        var names: Set<String> = []
        if next == UInt8(ascii: "}") {
            at += 1
            depth -= 1
            return .object([])
        }
        repeat {
            guard next == UInt8(ascii: "\"") else { throw failure("a name is missing") }
            let start = at
            let name = try string()
            guard names.insert(name.lowercased()).inserted else {
                throw JSONError(reason: "the name '\(name)' stands twice", offset: start)
            }
            skipBlanks()
            guard next == UInt8(ascii: ":") else { throw failure("a colon is missing") }
            at += 1
            skipBlanks()
            members.append(ForeignJSON.Member(name, try value()))
        } while try goesOn(UInt8(ascii: "}"))
        return .object(members)
    }

    private mutating func number() throws(JSONError) -> String {
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        if next == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        guard at > start else { throw failure("a digit is missing") }
    }

    private mutating func string() throws(JSONError) -> String {
        at += 1
        var text: [UInt8] = []
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("a string is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try escape(&text)
            case 0x00...0x1f: throw failure("a control character stands in a string")
            default: text.append(byte)
            }
        }
        throw failure("a string has no end")
    }

    private mutating func escape(_ text: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw failure("a string has no end") }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try hexadecimal()
            if (0xd800...0xdbff).contains(scalar), next == UInt8(ascii: "\\"),
                at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u")
            {
                at += 2
                let low = try hexadecimal()
                guard (0xdc00...0xdfff).contains(low) else {
                    throw failure("half a surrogate pair")
                }
                scalar = 0x1_0000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let character = Unicode.Scalar(scalar) else {
                throw failure("half a surrogate pair")
            }
            text += Array(String(character).utf8)
        default: throw failure("an escape that JSON does not have")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("a hexadecimal digit is missing")
            }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }
}
