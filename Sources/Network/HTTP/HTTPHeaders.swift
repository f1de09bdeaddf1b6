// The fields of a message's head.

/// Fields in the order in which they were sent. Names are compared without case (RFC 9110 §5.1).
public struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field.
    public struct Field: Sendable, Equatable {
        /// The name as it was spelt.
        public let name: String
        /// The value without blanks around it.
        public let value: String

        /// A field.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All fields.
    public private(set) var fields: [Field]

    /// Fields.
    public init(_ fields: [Field] = []) { self.fields = fields }

    /// Fields, as written in code.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0, $1) }
    }

    /// The first value of a name; nil where there is none.
    public subscript(name: String) -> String? {
        fields.first { Self.areEqual($0.name, name) }?.value
    }

    /// All values of a name, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { Self.areEqual($0.name, name) }.map(\.value)
    }

    /// Adds a field at the end.
    public mutating func add(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    /// Whether a list-valued field (`Connection`, `Upgrade`) has `token`, without case.
    public func has(_ token: String, in name: String) -> Bool {
        values(name).contains { value in
            value.utf8.split(separator: UInt8(ascii: ",")).contains { part in
                Self.areEqual(String(Substring(part)).trimmingBlanks(), token)
            }
        }
    }

    /// Whether two ASCII texts are equal without case.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    }
}

extension String {
    /// The text without spaces and tabs around it.
    func trimmingBlanks() -> String {
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
            let last = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0x09 })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
