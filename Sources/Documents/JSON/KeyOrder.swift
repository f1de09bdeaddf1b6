// Members' names: ascending by UTF-16 code unit in canonical form (RFC 8785 §3.2.3), never twice in
// any form.

/// Watches the names of one object as they come.
struct KeyOrder {
    enum Place { case ascending, unordered, duplicate }

    private var last: JSONNode?
    /// Filled only once an object is out of order: canonical ones need no memory. Bytes, not
    /// strings: strings are equal to those that Unicode calls equivalent, and names are not.
    private var seen: Set<[UInt8]>?

    /// Judges the name that has just been appended to `nodes`, a member of the object at `object`.
    mutating func take(_ nodes: [JSONNode], object: Int, _ bytes: Span<UInt8>) -> Place {
        let name = nodes[nodes.count - 1]
        defer { last = name }
        if seen == nil {
            guard let last else { return .ascending }
            if Self.precedes(last, name, bytes) { return .ascending }
            var earlier: Set<[UInt8]> = []
            var key = object + 1
            while key < nodes.count - 1 {
                earlier.insert(JSONString.decodedBytes(nodes[key], bytes))
                key = Int(nodes[key + 1].next)
            }
            seen = earlier
        }
        let isNew = seen?.insert(JSONString.decodedBytes(name, bytes)).inserted ?? true
        return isNew ? .unordered : .duplicate
    }

    private static func precedes(
        _ left: JSONNode, _ right: JSONNode, _ bytes: Span<UInt8>
    ) -> Bool {
        let leftEnd = Int(left.end) - 1
        let rightEnd = Int(right.end) - 1
        var first = Int(left.start) + 1
        var second = Int(right.start) + 1
        while first < leftEnd, second < rightEnd {
            let (one, other) = (bytes[first], bytes[second])
            if one | other >= 0x80 || one == 0x5c || other == 0x5c {
                return JSONString.decode(left, bytes).utf16.lexicographicallyPrecedes(
                    JSONString.decode(right, bytes).utf16)
            }
            if one != other { return one < other }
            first += 1
            second += 1
        }
        return leftEnd - Int(left.start) < rightEnd - Int(right.start)
    }
}

/// The length of a well-formed UTF-8 sequence (Unicode table 3-7).
enum UTF8Sequence {
    /// Bytes of the sequence that begins at `offset` with a byte of 0x80 or more; nil if it is not
    /// well-formed.
    static func length(_ bytes: Span<UInt8>, _ offset: Int) -> Int? {
        let first = bytes[offset]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch first {
        case 0xc2...0xdf: length = 2
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: length = 3
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        case 0xf1...0xf3: length = 4
        default: return nil
        }
        guard offset + length <= bytes.count, second.contains(bytes[offset + 1]) else { return nil }
        for index in stride(from: offset + 2, to: offset + length, by: 1)
        where bytes[index] & 0xc0 != 0x80 {
            return nil
        }
        return length
    }
}
