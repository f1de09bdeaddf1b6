// The strict parser: one pass, no recursion deeper than the limit, every departure from canonical
// form noted.
import Bytes

struct JSONParser {
    private(set) var nodes: [JSONNode] = []
    private(set) var departures: [Int32] = []
    private var at = 0
    private var depth = 0

    mutating func parse(_ bytes: Span<UInt8>) throws(JSONError) {
        nodes.reserveCapacity(bytes.count / 12 + 8)
        guard bytes.count <= Limits.storedLineBytes else {
            throw JSONError(reason: "longer than \(Limits.storedLineBytes) bytes", offset: 0)
        }
        skipBlanks(bytes)
        try value(bytes)
        skipBlanks(bytes)
        if at < bytes.count { throw failure("something follows the value") }
    }

    private func failure(_ reason: String) -> JSONError { JSONError(reason: reason, offset: at) }

    private mutating func depart(at offset: Int) {
        if departures.count < JSONText.keptDepartures { departures.append(Int32(offset)) }
    }

    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            guard byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d else { break }
            at += 1
        }
        if at > start { depart(at: start) }
    }

    private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) {
        guard at < bytes.count else { throw failure("the text ends where a value should stand") }
        guard nodes.count < Limits.jsonValues else {
            throw failure("more than \(Limits.jsonValues) values")
        }
        switch bytes[at] {
        case UInt8(ascii: "\""): try string(bytes)
        case UInt8(ascii: "{"): try container(bytes, .object)
        case UInt8(ascii: "["): try container(bytes, .array)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(bytes)
        case UInt8(ascii: "t"): try literal(bytes, "true")
        case UInt8(ascii: "f"): try literal(bytes, "false")
        case UInt8(ascii: "n"): try literal(bytes, "null")
        default: throw failure("no value can begin with this byte")
        }
    }

    private mutating func container(_ bytes: Span<UInt8>, _ kind: JSONKind) throws(JSONError) {
        depth += 1
        guard depth <= Limits.jsonDepth else {
            throw failure("nested deeper than \(Limits.jsonDepth)")
        }
        let close = kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")
        let index = nodes.count
        nodes.append(JSONNode(kind: kind, start: Int32(at)))
        at += 1
        var count: Int32 = 0
        var keys = KeyOrder()
        skipBlanks(bytes)
        while at < bytes.count, bytes[at] != close || count > 0 {
            if count > 0 {
                if bytes[at] == close { break }
                guard bytes[at] == UInt8(ascii: ",") else {
                    throw failure("a comma or the end should stand here")
                }
                at += 1
                skipBlanks(bytes)
            }
            if kind == .object { try key(bytes, object: index, &keys) }
            try value(bytes)
            count += 1
            skipBlanks(bytes)
        }
        guard at < bytes.count else { throw failure("the text ends inside a value") }
        at += 1
        nodes[index].end = Int32(at)
        nodes[index].next = Int32(nodes.count)
        nodes[index].count = count
        depth -= 1
    }

    private mutating func key(
        _ bytes: Span<UInt8>, object: Int, _ keys: inout KeyOrder
    ) throws(JSONError) {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
            throw failure("a member's name should stand here")
        }
        let start = at
        try string(bytes)
        switch keys.take(nodes, object: object, bytes) {
        case .ascending: break
        case .unordered: depart(at: start)
        case .duplicate: throw JSONError(reason: "a member's name stands twice", offset: start)
        }
        skipBlanks(bytes)
        guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else {
            throw failure("a colon should stand here")
        }
        at += 1
        skipBlanks(bytes)
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(JSONError) {
        var node = JSONNode(kind: .string, start: Int32(at))
        at += 1
        while true {
            guard at < bytes.count else { throw failure("the text ends inside a string") }
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                node.isEscaped = true
                try escape(bytes)
            } else if byte < 0x20 {
                throw failure("a control character must be escaped")
            } else if byte < 0x80 {
                at += 1
            } else {
                guard let length = UTF8Sequence.length(bytes, at) else {
                    throw failure("not UTF-8")
                }
                at += length
            }
        }
        at += 1
        node.end = Int32(at)
        node.next = Int32(nodes.count + 1)
        nodes.append(node)
    }

    private mutating func escape(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = at
        guard at + 1 < bytes.count else { throw failure("the text ends inside a string") }
        at += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "/"):
            depart(at: start)
        case UInt8(ascii: "u"):
            let unit = try hexadecimal(bytes)
            if unit >> 10 == 0x37 {
                throw JSONError(reason: "a lone surrogate", offset: start)
            }
            if unit >> 10 == 0x36 {
                guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
                    bytes[at + 1] == UInt8(ascii: "u")
                else { throw JSONError(reason: "a lone surrogate", offset: start) }
                at += 2
                guard try hexadecimal(bytes) >> 10 == 0x37 else {
                    throw JSONError(reason: "a lone surrogate", offset: start)
                }
            }
            if !isCanonicalEscape(unit, bytes, start) { depart(at: start) }
        default:
            throw JSONError(reason: "no such escape", offset: start)
        }
    }

    /// RFC 8785 §3.2.2.2: only control characters without a short form, in lower case.
    private func isCanonicalEscape(_ unit: UInt32, _ bytes: Span<UInt8>, _ start: Int) -> Bool {
        guard unit < 0x20, ![0x08, 0x09, 0x0a, 0x0c, 0x0d].contains(unit) else { return false }
        return !(UInt8(ascii: "A")...UInt8(ascii: "F")).contains(bytes[start + 5])
    }

    private mutating func hexadecimal(_ bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
        guard at + 4 <= bytes.count else { throw failure("the text ends inside a string") }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[at]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: throw failure("four hexadecimal digits should stand here")
            }
            unit = unit << 4 | UInt32(digit)
            at += 1
        }
        return unit
    }

    /// An integer of at most 15 digits: every reader of JSON holds it exactly.
    private mutating func number(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = at
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        let digits = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        if at < bytes.count, [0x2e, 0x45, 0x65].contains(bytes[at]) {
            throw failure("a number here is an integer; amounts are strings")
        }
        let isZero = at == digits + 1 && bytes[digits] == 0x30
        guard at > digits, at - digits <= 15,
            isZero ? digits == start : bytes[digits] != 0x30
        else { throw JSONError(reason: "not a small integer", offset: start) }
        nodes.append(
            JSONNode(
                kind: .integer, start: Int32(start), end: Int32(at), next: Int32(nodes.count + 1)))
    }

    private mutating func literal(
        _ bytes: Span<UInt8>, _ word: StaticString
    ) throws(JSONError) {
        let start = at
        for offset in 0..<word.utf8CodeUnitCount {
            guard at < bytes.count, bytes[at] == word.utf8Start[offset] else {
                throw JSONError(reason: "no value can begin with this byte", offset: start)
            }
            at += 1
        }
        nodes.append(
            JSONNode(
                kind: .literal, start: Int32(start), end: Int32(at), next: Int32(nodes.count + 1)))
    }
}
