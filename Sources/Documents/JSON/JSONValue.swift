// Looking at a parsed text, value by value.

/// A value inside a text.
public struct JSONValue: Sendable {
    /// The text that it stands in.
    public let text: JSONText
    let index: Int

    private var node: JSONNode { text.nodes[index] }

    /// What it is.
    public var kind: JSONKind { node.kind }
    /// Offset of its first byte.
    public var offset: Int { Int(node.start) }
    /// Members of an object, elements of an array, 0 for others.
    public var count: Int { Int(node.count) }
    /// The bytes, quotes and brackets included.
    public var bytes: ArraySlice<UInt8> { text.bytes[Int(node.start)..<Int(node.end)] }

    /// The text of a string, escapes resolved; nil for other kinds.
    public var string: String? {
        let node = node
        guard node.kind == .string else { return nil }
        if !node.isEscaped {
            return String(decoding: contents(node), as: UTF8.self)
        }
        let bytes = text.bytes
        return JSONString.decode(node, bytes.span)
    }

    /// The bytes between a string's quotes, where it has no escape; nil for everything else.
    public var plainString: ArraySlice<UInt8>? {
        let node = node
        return node.kind == .string && !node.isEscaped ? contents(node) : nil
    }

    /// An integer's value; nil for other kinds.
    public var integer: Int? {
        node.kind == .integer ? Int(String(decoding: bytes, as: UTF8.self)) : nil
    }

    /// The elements of an array; nil for other kinds.
    public var elements: [JSONValue]? {
        guard node.kind == .array else { return nil }
        var elements: [JSONValue] = []
        elements.reserveCapacity(count)
        var next = index + 1
        for _ in 0..<count {
            elements.append(JSONValue(text: text, index: next))
            next = Int(text.nodes[next].next)
        }
        return elements
    }

    /// The value of the member `name`; nil if there is none or this is no object.
    public subscript(name: StaticString) -> JSONValue? {
        guard node.kind == .object else { return nil }
        var key = index + 1
        for _ in 0..<count {
            if text.nodes[key].isNamed(name, text.bytes) {
                return JSONValue(text: text, index: key + 1)
            }
            key = Int(text.nodes[key + 1].next)
        }
        return nil
    }

    /// The first member whose name is not among `names`: its name and offset.
    public func stranger(to names: [StaticString]) -> (name: String, offset: Int)? {
        let bytes = text.bytes
        var key = index + 1
        for _ in 0..<(node.kind == .object ? count : 0) {
            let node = text.nodes[key]
            if !names.contains(where: { node.isNamed($0, text.bytes) }) {
                return (JSONString.decode(node, bytes.span), Int(node.start))
            }
            key = Int(text.nodes[key + 1].next)
        }
        return nil
    }

    /// All members of an object in order; empty for other kinds.
    public var members: [(name: String, value: JSONValue)] {
        let bytes = text.bytes
        var members: [(name: String, value: JSONValue)] = []
        var key = index + 1
        for _ in 0..<(node.kind == .object ? count : 0) {
            members.append(
                (
                    JSONString.decode(text.nodes[key], bytes.span),
                    JSONValue(text: text, index: key + 1)
                ))
            key = Int(text.nodes[key + 1].next)
        }
        return members
    }

    /// The offset at which this value departs from canonical form (RFC 8785); nil if it is
    /// canonical.
    public var departure: Int? {
        let node = node
        if let first = text.departures.first(where: { $0 >= node.start && $0 < node.end }) {
            return Int(first)
        }
        guard text.departures.count == JSONText.keptDepartures, let last = text.departures.last,
            last < node.end
        else { return nil }
        return Int(max(last, node.start))
    }

    private func contents(_ node: JSONNode) -> ArraySlice<UInt8> {
        text.bytes[Int(node.start) + 1..<Int(node.end) - 1]
    }
}

extension JSONNode {
    func isNamed(_ name: StaticString, _ bytes: [UInt8]) -> Bool {
        let length = name.utf8CodeUnitCount
        guard Int(end) - Int(start) - 2 == length else { return false }
        return bytes.withUnsafeBufferPointer { buffer in
            // Safe: the parser put start and end inside the text, `length` bytes apart but for the
            // quotes.
            let base = Int(start) + 1
            for offset in 0..<length where buffer[base + offset] != name.utf8Start[offset] {
                return false
            }
            return true
        }
    }
}
