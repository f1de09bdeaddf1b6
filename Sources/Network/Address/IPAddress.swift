// Numbers of machines, and which of them are anybody's.

/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes, in the network's order.
    public let bytes: [UInt8]

    /// An address of `bytes`; nil unless they are 4 or 16.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads an address: four decimal numbers without leading zeros, or RFC 4291 §2.2 without a
    /// zone. The spellings that C libraries take besides (`127.1`, `0x7f.1`, `017700000001`) are
    /// refused.
    public init?(_ text: String) {
        let ascii = Array(text.utf8)
        guard ascii.count <= 45,
            let bytes = ascii.contains(.colon) ? Self.version6(ascii) : Self.version4(ascii[...])
        else { return nil }
        self.bytes = bytes
    }

    /// As RFC 5952 writes it.
    public var description: String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        if let mapped { return "::ffff:\(mapped)" }
        let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        // The longest run of zeros, the first of equals, two at least.
        var longest = 0..<1
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > longest.count { longest = start..<end }
            start = max(end, start + 1)
        }
        let text = { (range: Range<Int>) in
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.count < 2 { return text(0..<8) }
        return text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<8)
    }

    /// What limits count by: an IPv4 address as text, the first 64 bits of an IPv6 address as
    /// `2001:db8:0:1::/64`. An IPv4 address inside an IPv6 one is itself.
    public var network: String {
        if bytes.count == 4 { return description }
        if let mapped { return mapped.description }
        let prefix = Array(bytes[..<8]) + [UInt8](repeating: 0, count: 8)
        return (IPAddress(bytes: prefix)?.description ?? "") + "/64"
    }

    /// The IPv4 address that an IPv4-mapped one stands for (RFC 4291 §2.5.5.2).
    var mapped: IPAddress? {
        guard bytes.count == 16, bytes[..<10].allSatisfy({ $0 == 0 }),
            bytes[10] == 0xff, bytes[11] == 0xff
        else { return nil }
        return IPAddress(bytes: Array(bytes[12...]))
    }

    // MARK: Reading

    private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != 0x30 else {
                return nil
            }
            var value = 0
            for digit in part {
                guard let digit = digit.decimalValue else { return nil }
                value = value * 10 + digit
            }
            guard let byte = UInt8(exactly: value) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: [UInt8]) -> [UInt8]? {
        var before: [UInt8] = []
        var after: [UInt8]?
        var rest = text[...]
        if rest.starts(with: [.colon, .colon]) {
            after = []
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: .colon) ?? rest.endIndex
            var group: [UInt8]
            if end == rest.endIndex, rest.contains(UInt8(ascii: ".")) {
                guard let bytes = version4(rest) else { return nil }
                group = bytes
            } else {
                guard let bytes = Self.group(rest[..<end]) else { return nil }
                group = bytes
            }
            if after == nil { before += group } else { after?.append(contentsOf: group) }
            if end == rest.endIndex { break }
            rest = rest[(end + 1)...]
            if rest.first == .colon {
                guard after == nil else { return nil }
                after = []
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let total = before.count + (after?.count ?? 0)
        guard let after else { return total == 16 ? before : nil }
        // Two colons stand for one group at least.
        guard total <= 14 else { return nil }
        return before + [UInt8](repeating: 0, count: 16 - total) + after
    }

    /// One to four hexadecimal digits.
    private static func group(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard (1...4).contains(text.count) else { return nil }
        var value: UInt16 = 0
        for digit in text {
            guard let digit = digit.hexadecimalValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return [UInt8(value >> 8), UInt8(value & 0xff)]
    }
}
