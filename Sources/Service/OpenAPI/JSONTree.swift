// JSON that is written in code: schemas and descriptions.
import Documents

/// A value of JSON. Members are written in ascending order.
enum JSONTree: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case list([JSONTree])
    case object([String: JSONTree])

    /// Appends the canonical text.
    func write(to writer: inout CanonicalWriter) {
        switch self {
        case .text(let text): writer.string(text)
        case .integer(let integer): writer.integer(integer)
        case .boolean(let boolean): writer.boolean(boolean)
        case .list(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for (name, value) in members.sorted(by: {
                $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
            }) {
                writer.name(name)
                value.write(to: &writer)
            }
            writer.endObject()
        }
    }

    /// The canonical text.
    var bytes: [UInt8] {
        var writer = CanonicalWriter(capacity: 4_096)
        write(to: &writer)
        return writer.bytes
    }

    /// The same with the members of `other`, which win.
    func with(_ other: [String: JSONTree]) -> JSONTree {
        guard case .object(let members) = self else { return self }
        return .object(members.merging(other) { $1 })
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(arrayLiteral elements: JSONTree...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSONTree)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}
