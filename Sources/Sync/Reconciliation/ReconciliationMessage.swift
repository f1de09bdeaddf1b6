// Messages of Negentropy's protocol, version 1: adjacent ranges from the beginning to the end of all
// items.
import Bytes

/// What a range says of the sender's items in it.
enum RangePayload: Equatable {
    /// Nothing more to be said.
    case skip
    /// The fingerprint of them.
    case fingerprint(Fingerprint)
    /// All their ids.
    case ids([Digest256])

    /// The number on the wire.
    enum Mode: UInt64 {
        case skip = 0
        case fingerprint = 1
        case ids = 2
    }
}

/// Reads a message range by range, in bounds.
struct ReconciliationReader {
    /// The version byte.
    static let version: UInt8 = 0x61

    private var rest: ArraySlice<UInt8>
    private var timestamp: UInt64 = 0
    private var bound = SyncBound.zero
    private var ranges = 0

    /// A reader at the first range.
    /// - Throws: `unsupported-version`, `malformed-message`, `limit-exceeded`.
    init(_ message: ArraySlice<UInt8>) throws(SyncError) {
        guard message.count <= SyncLimits.reconciliationBytes else {
            throw SyncError(
                .limitExceeded,
                "a message of \(message.count) bytes, \(SyncLimits.reconciliationBytes) are allowed"
            )
        }
        guard let version = message.first, (0x60...0x6f).contains(version) else {
            throw SyncError(.malformedMessage, "no message of set reconciliation")
        }
        guard version == Self.version else {
            throw SyncError(
                .unsupportedVersion, "version \(version - 0x60) of set reconciliation",
                ["version": String(version - 0x60)])
        }
        rest = message.dropFirst()
    }

    /// The next range: its end and what it says; nil behind the last.
    /// - Throws: `malformed-message`, `limit-exceeded`.
    mutating func next() throws(SyncError) -> (end: SyncBound, payload: RangePayload)? {
        guard !rest.isEmpty else { return nil }
        ranges += 1
        guard ranges <= SyncLimits.ranges else {
            throw SyncError(
                .limitExceeded, "more than \(SyncLimits.ranges) ranges in one message")
        }
        let end = try nextBound()
        // Equal ends are empty ranges: a side that is at its frame size limit sends one behind the end.
        guard end >= bound else {
            throw SyncError(.malformedMessage, "a range ends before it begins")
        }
        bound = end
        switch RangePayload.Mode(rawValue: try number()) {
        case .skip: return (end, .skip)
        case .fingerprint:
            guard let fingerprint = Fingerprint(try bytes(Fingerprint.byteCount)) else { break }
            return (end, .fingerprint(fingerprint))
        case .ids: return (end, .ids(try ids()))
        case nil: break
        }
        throw SyncError(.malformedMessage, "a range of an unknown mode")
    }

    private mutating func nextBound() throws(SyncError) -> SyncBound {
        let delta = try number()
        let (sum, overflow) = timestamp.addingReportingOverflow(delta == 0 ? 0 : delta - 1)
        timestamp = delta == 0 || overflow ? SyncItem.infinity : sum
        let length = try number()
        guard length <= UInt64(Digest256.byteCount) else {
            throw SyncError(.malformedMessage, "a bound with \(length) bytes of an id")
        }
        return SyncBound(timestamp: timestamp, prefix: try bytes(Int(length)))
    }

    private mutating func ids() throws(SyncError) -> [Digest256] {
        let count = try number()
        guard count <= UInt64(rest.count / Digest256.byteCount) else { throw Self.truncated }
        var ids: [Digest256] = []
        ids.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let id = Digest256(try bytes(Digest256.byteCount)) else { throw Self.truncated }
            ids.append(id)
        }
        return ids
    }

    private mutating func number() throws(SyncError) -> UInt64 {
        switch Varint.decode(rest) {
        case .value(let value, let byteCount):
            rest = rest.dropFirst(byteCount)
            return value
        case .incomplete: throw Self.truncated
        case .invalid: throw SyncError(.malformedMessage, "a number that is too long")
        }
    }

    private mutating func bytes(_ count: Int) throws(SyncError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw Self.truncated }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static let truncated = SyncError(.malformedMessage, "the message ends inside a range")
}

/// Writes a message range by range.
struct ReconciliationWriter {
    private(set) var bytes: [UInt8] = [ReconciliationReader.version]
    private var timestamp: UInt64 = 0

    /// Whether no range has been written.
    var isEmpty: Bool { bytes.count == 1 }

    mutating func append(_ end: SyncBound, _ payload: RangePayload) {
        append(end)
        switch payload {
        case .skip: append(RangePayload.Mode.skip.rawValue)
        case .fingerprint(let fingerprint):
            append(RangePayload.Mode.fingerprint.rawValue)
            bytes.append(contentsOf: fingerprint.bytes)
        case .ids(let ids):
            append(RangePayload.Mode.ids.rawValue)
            append(UInt64(ids.count))
            for id in ids { bytes.append(contentsOf: id.bytes) }
        }
    }

    private mutating func append(_ end: SyncBound) {
        if end.timestamp == SyncItem.infinity {
            append(0)
        } else {
            append(end.timestamp - timestamp + 1)
        }
        timestamp = end.timestamp
        append(UInt64(end.prefixBytes))
        bytes.append(contentsOf: end.id.bytes.prefix(end.prefixBytes))
    }

    private mutating func append(_ value: UInt64) {
        bytes.append(contentsOf: Varint.encode(value))
    }
}
