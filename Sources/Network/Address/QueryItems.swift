// What stands behind the question mark of a URL.

/// Names and values: `a=b&c`, percent-decoded, a plus sign for a space.
public struct QueryItems: Sendable, Equatable {
    /// One name with its value.
    public struct Item: Sendable, Equatable {
        /// The name; not empty.
        public let name: String
        /// The value; empty where there is no equals sign.
        public let value: String

        /// An item.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The items in order.
    public private(set) var items: [Item]

    /// Items.
    public init(_ items: [Item] = []) { self.items = items }

    /// Reads a query, strictly.
    /// - Parameter query: Without the question mark; nil or empty for no items.
    /// - Returns: nil where an item has no name, a percent sign has no two digits, a text is no
    ///   UTF-8 or has a zero byte, or there are more than 100.
    public init?(query: String?) {
        items = []
        guard let query, !query.isEmpty else { return }
        let parts = query.utf8.split(
            separator: UInt8(ascii: "&"), maxSplits: CodecLimits.queryItems,
            omittingEmptySubsequences: false)
        guard parts.count <= CodecLimits.queryItems else { return nil }
        for part in parts {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            guard let name = Self.text(part[..<equals]),
                let value = Self.text(part[equals...].dropFirst()), !name.isEmpty
            else { return nil }
            items.append(Item(name, value))
        }
    }

    /// The first value of a name; nil where there is none.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// All values of a name, in order.
    public func values(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    /// The query as text, without the question mark.
    public var encoded: String {
        items.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }
            .joined(separator: "&")
    }

    private static func text(_ part: Substring.UTF8View) -> String? {
        guard let bytes = PercentCoding.decode(part, plusIsSpace: true), !bytes.contains(0) else {
            return nil
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
