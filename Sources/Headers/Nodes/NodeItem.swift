// What nodes name to each other: transactions and blocks by their hashes.
import Bytes

/// An entry of `inv`, `getdata` and `notfound`.
public struct NodeItem: Hashable, Sendable {
    /// What the hash is of.
    public enum Kind: Hashable, Sendable {
        case transaction
        case block
        /// Another kind, by its number: filtered or compact blocks, associations of data.
        case other(UInt32)
    }

    /// What it is.
    public let kind: Kind
    /// Its hash, in internal order.
    public let hash: Digest256

    /// An item.
    public init(_ kind: Kind, _ hash: Digest256) {
        self.kind = kind
        self.hash = hash
    }

    /// How kinds are numbered.
    private static let transactionNumber: UInt32 = 1
    private static let blockNumber: UInt32 = 2

    private var number: UInt32 {
        switch kind {
        case .transaction: Self.transactionNumber
        case .block: Self.blockNumber
        case .other(let number): number
        }
    }

    /// Reads the payload of a message: a count and the items.
    /// - Throws: `HeaderError.truncated`, `.tooLarge`, `.trailingBytes`, `.varintNotMinimal`.
    static func items(_ payload: [UInt8]) throws(HeaderError) -> [NodeItem] {
        var reader = ByteReader<HeaderError>(payload[...])
        let count = try reader.integer("items", limit: Limits.nodeItems)
        var items: [NodeItem] = []
        for _ in 0..<count {
            let number = UInt32(truncatingIfNeeded: try reader.number(4))
            let hash = try reader.digest()
            let kind: Kind =
                switch number {
                case transactionNumber: .transaction
                case blockNumber: .block
                default: .other(number)
                }
            items.append(NodeItem(kind, hash))
        }
        try reader.end()
        return items
    }

    /// The payload of a message.
    static func payload(_ items: [NodeItem]) -> [UInt8] {
        precondition(items.count <= Limits.nodeItems, "a message holds so many items")
        var payload: [UInt8] = []
        payload.appendVarint(items.count)
        for item in items {
            payload.appendLittleEndian(item.number)
            payload += item.hash.bytes
        }
        return payload
    }
}

/// What a node says when it does not take a message (BIP61).
public struct NodeRejection: Hashable, Sendable {
    /// The command that is rejected: `tx`, `block`, `version`.
    public let command: String
    /// `0x10` and more are for transactions: see BIP61.
    public let code: UInt8
    /// For people, printable ASCII.
    public let reason: String
    /// The transaction's or block's hash, in internal order; nil where none is told.
    public let hash: Digest256?

    /// A rejection.
    public init(command: String, code: UInt8, reason: String, hash: Digest256?) {
        self.command = command
        self.code = code
        self.reason = reason
        self.hash = hash
    }

    /// Reads the payload of `reject`.
    /// - Throws: `HeaderError.truncated`, `.tooLarge`, `.varintNotMinimal`.
    init(_ payload: [UInt8]) throws(HeaderError) {
        var reader = ByteReader<HeaderError>(payload[...])
        command = try Self.text(&reader, "command", Limits.nodeCommandBytes)
        code = try reader.byte()
        reason = try Self.text(&reader, "reason", Limits.nodeReasonBytes)
        hash = reader.rest.count == Digest256.byteCount ? try reader.digest() : nil
    }

    private static func text(
        _ reader: inout ByteReader<HeaderError>, _ what: String, _ limit: Int
    ) throws(HeaderError) -> String {
        let count = try reader.integer(what, limit: limit)
        let bytes = try reader.take(count)
        return String(
            decoding: bytes.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self)
    }
}
