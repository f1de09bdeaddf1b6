// A parsed line of JSON: the bytes as they came, and a flat list of the values in them.
//
// JSONSerialization accepts `[1,]`, keeps the last of two equal keys and is four times slower than
// this; what is signed and hashed must have one reading. Nothing is copied out of the line until it
// is asked for.

/// A value's kind. Numbers are integers; a fraction or an exponent is refused by the parser.
public enum JSONKind: UInt8, Sendable {
    case object, array, string, integer, literal
}

/// One value in a text: where it stands, and where the next one begins in the list of values.
struct JSONNode {
    var kind: JSONKind
    /// A string that holds a backslash.
    var isEscaped = false
    /// Offsets of the first byte and of the one past the last, quotes and brackets included.
    var start: Int32
    var end: Int32 = 0
    /// Index of the node after this value and all in it.
    var next: Int32 = 0
    /// Members or elements.
    var count: Int32 = 0
}

/// A line of strict JSON (RFC 8259, integers only, no duplicate keys, no lone surrogates).
public final class JSONText: Sendable {
    /// The line.
    public let bytes: [UInt8]
    let nodes: [JSONNode]
    /// Offsets at which the text departs from the canonical form (RFC 8785), ascending. Where more
    /// were met than are kept, the last one stands for all that follow.
    let departures: [Int32]
    /// How many are kept: a request's own blanks between canonical documents.
    static let keptDepartures = 256

    init(bytes: [UInt8], nodes: [JSONNode], departures: [Int32]) {
        self.bytes = bytes
        self.nodes = nodes
        self.departures = departures
    }

    /// Parses `bytes`, blanks around the value allowed.
    /// - Throws: `JSONError` with the byte offset.
    public convenience init(_ bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser()
        try parser.parse(bytes.span)
        self.init(bytes: bytes, nodes: parser.nodes, departures: parser.departures)
    }

    /// The outermost value.
    public var root: JSONValue { JSONValue(text: self, index: 0) }
}

/// Why a text is not strict JSON.
public struct JSONError: Error, Sendable, Equatable {
    /// What is wrong, in a few words.
    public let reason: String
    /// Bytes before the place.
    public let offset: Int
}
