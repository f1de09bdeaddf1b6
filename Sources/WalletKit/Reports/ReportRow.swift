// One row of a report, from which the text, JSON, CSV and template forms are made.
import Documents

/// Named values in the order in which people read them.
public struct ReportRow: Sendable, Equatable {
    /// A value of a report.
    public enum Value: Sendable, Equatable {
        case text(String)
        case number(Int)
        case boolean(Bool)
        case list([String])

        /// The value for people and templates.
        public var text: String {
            switch self {
            case .text(let text): text
            case .number(let number): String(number)
            case .boolean(let value): value ? "true" : "false"
            case .list(let texts): texts.joined(separator: " ")
            }
        }
    }

    /// The members.
    public let members: [(name: String, value: Value)]

    /// A row; a member whose value is nil is left out.
    public init(_ members: KeyValuePairs<String, Value?>) {
        self.members = members.compactMap { name, value in value.map { (name, $0) } }
    }

    /// A row of members that are known only at run time.
    init(members: [(name: String, value: Value)]) { self.members = members }

    /// The value of a member for people; empty where there is none.
    public subscript(name: String) -> String {
        members.first { $0.name == name }?.value.text ?? ""
    }

    /// One line of canonical JSON, without its newline.
    public var json: String {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        let sorted = members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
        for (name, value) in sorted {
            writer.name(name)
            switch value {
            case .text(let text): writer.string(text)
            case .number(let number): writer.integer(number)
            case .boolean(let value): writer.boolean(value)
            case .list(let texts):
                writer.beginArray()
                for text in texts { writer.string(text) }
                writer.endArray()
            }
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// One line of comma-separated values (RFC 4180), without its newline.
    public static func csv(_ fields: [String]) -> String {
        fields.map { field in
            let isPlain = field.utf8.allSatisfy { ![0x22, 0x2c, 0x0a, 0x0d].contains($0) }
            return isPlain
                ? field
                : "\""
                    + field.split(
                        separator: "\"", omittingEmptySubsequences: false
                    ).joined(separator: "\"\"") + "\""
        }.joined(separator: ",")
    }

    /// Whether the members are equal.
    public static func == (left: ReportRow, right: ReportRow) -> Bool {
        left.members.elementsEqual(right.members) { $0.name == $1.name && $0.value == $1.value }
    }
}
