// A sorted set of documents' ids that two sides can compare range by range.
import Bytes
import Cryptography

/// What is reconciled of a document: Negentropy's record.
public struct SyncItem: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970. Documents that come late together are cheaper to find than documents
    /// that are spread, so time comes first in the order.
    public var timestamp: UInt64
    /// The document's hash.
    public var id: Digest256

    /// No item has this timestamp: it stands for the end of all ranges.
    public static let infinity = UInt64.max

    /// An item. Its timestamp must be less than `infinity`.
    public init(timestamp: UInt64, id: Digest256) {
        precondition(timestamp < Self.infinity, "the last timestamp is reserved")
        self.timestamp = timestamp
        self.id = id
    }

    /// By timestamp, then by the bytes of the id.
    public static func < (left: SyncItem, right: SyncItem) -> Bool {
        left.timestamp != right.timestamp ? left.timestamp < right.timestamp : left.id < right.id
    }
}

/// The upper end of a range, which does not belong to it: a timestamp and the first bytes of an id.
public struct SyncBound: Sendable, Hashable, Comparable {
    /// The timestamp; `SyncItem.infinity` behind everything.
    public let timestamp: UInt64
    /// The first bytes of an id, zeros behind them.
    public let id: Digest256
    /// How many bytes of the id are said.
    let prefixBytes: Int

    /// Before every item.
    static let zero = SyncBound(timestamp: 0, prefix: [])
    /// Behind every item.
    static let infinity = SyncBound(timestamp: SyncItem.infinity, prefix: [])

    /// A bound. A prefix has at most 32 bytes.
    init(timestamp: UInt64, prefix: some Collection<UInt8>) {
        let padding = [UInt8](repeating: 0, count: Digest256.byteCount - prefix.count)
        self.timestamp = timestamp
        id = Digest256(Array(prefix) + padding) ?? .zero
        prefixBytes = prefix.count
    }

    /// The bound right before an item.
    init(_ item: SyncItem) {
        timestamp = item.timestamp
        id = item.id
        prefixBytes = Digest256.byteCount
    }

    /// The shortest bound between two neighbours.
    init(between before: SyncItem, and after: SyncItem) {
        guard before.timestamp == after.timestamp else {
            self.init(timestamp: after.timestamp, prefix: [])
            return
        }
        let bytes = after.id.bytes
        let shared = zip(before.id.bytes, bytes).prefix { $0 == $1 }.count
        self.init(timestamp: after.timestamp, prefix: bytes.prefix(shared + 1))
    }

    /// By timestamp, then by the bytes of the id.
    public static func < (left: SyncBound, right: SyncBound) -> Bool {
        left.timestamp != right.timestamp ? left.timestamp < right.timestamp : left.id < right.id
    }

    /// Whether an item stands before the bound.
    public func isBehind(_ item: SyncItem) -> Bool {
        item.timestamp != timestamp ? item.timestamp < timestamp : item.id < id
    }
}

/// Items in order, without duplicates.
public protocol ReconciledSet {
    /// Items.
    var count: Int { get }
    /// The item at an index below `count`.
    func item(at index: Int) throws -> SyncItem
    /// The first index, from `start` on, of an item that does not stand before `bound`.
    func lowerBound(_ bound: SyncBound, from start: Int) throws -> Int
    /// The fingerprint of the items in a range of indices.
    func fingerprint(_ range: Range<Int>) throws -> Fingerprint
}

extension ReconciledSet {
    /// The whole set in a few bytes, as HELLO has it.
    public var summary: SetSummary {
        get throws { SetSummary(count: count, fingerprint: try fingerprint(0..<count)) }
    }
}
