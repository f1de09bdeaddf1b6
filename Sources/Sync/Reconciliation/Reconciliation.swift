// Range-based set reconciliation (A. Meyer 2022) in the messages of Negentropy, version 1: what
// differs between two sorted sets is found by comparing fingerprints of ever smaller ranges.
import Bytes

/// What one side found out: ids that only it has, and ids that only the other one has.
public struct SetDifference: Sendable, Equatable {
    /// Ids that the other side lacks.
    public var have: [Digest256] = []
    /// Ids that this side lacks.
    public var need: [Digest256] = []

    /// No difference.
    public init() {}
}

/// One side's arithmetic; it remembers nothing between messages.
public struct Reconciliation {
    private let set: any ReconciledSet
    private let limit: Int

    /// Ranges that are compared at once where a fingerprint differs.
    private static let buckets = 16
    /// Bytes below the limit at which a message ends: a last range still fits.
    private static let reserveBytes = 200

    /// - Parameter limit: bytes of a message, `SyncLimits.reconciliationLeastBytes` at least.
    public init(_ set: any ReconciledSet, limit: Int = SyncLimits.reconciliationBytes) {
        precondition(limit >= SyncLimits.reconciliationLeastBytes, "no room for a message")
        self.set = set
        self.limit = limit
    }

    /// The first message of the side that asks.
    public func start() throws -> [UInt8] {
        var message = ReconciliationWriter()
        try split(0..<set.count, .infinity, &message)
        return message.bytes
    }

    /// The answer of the side that is asked. To a version that is unknown here it is the byte of the
    /// one that is known.
    /// - Throws: `SyncError`, and what the set throws.
    public func answer(_ message: ArraySlice<UInt8>) throws -> [UInt8] {
        do {
            var difference: SetDifference?
            return try respond(message, &difference).bytes
        } catch let error as SyncError where error.code == .unsupportedVersion {
            return [ReconciliationReader.version]
        }
    }

    /// What the side that asks says to an answer; nil where nothing is left to ask.
    /// - Parameter difference: takes what the answer tells, in addition to what is there.
    /// - Throws: `SyncError`, and what the set throws.
    public func proceed(
        _ message: ArraySlice<UInt8>, _ difference: inout SetDifference
    ) throws -> [UInt8]? {
        var found: SetDifference? = SetDifference()
        let output = try respond(message, &found)
        difference.have += found?.have ?? []
        difference.need += found?.need ?? []
        return output.isEmpty ? nil : output.bytes
    }

    /// Both sides do the same but for lists of ids: who asks (`difference` is not nil) draws the
    /// conclusion, who is asked lists its own.
    private func respond(
        _ message: ArraySlice<UInt8>, _ difference: inout SetDifference?
    ) throws -> ReconciliationWriter {
        var reader = try ReconciliationReader(message)
        var output = ReconciliationWriter()
        let count = set.count
        var start = 0
        var bound = SyncBound.zero
        var skipped = false
        while let (end, payload) = try reader.next() {
            var upper = try set.lowerBound(end, from: start)
            var next = output
            switch payload {
            case .skip: skipped = true
            case .fingerprint(let theirs):
                if try set.fingerprint(start..<upper) == theirs {
                    skipped = true
                } else {
                    if skipped { next.append(bound, .skip) }
                    skipped = false
                    try split(start..<upper, end, &next)
                }
            case .ids(let theirs):
                if difference != nil {
                    try compare(start..<upper, theirs, &difference)
                    skipped = true
                } else {
                    if skipped { next.append(bound, .skip) }
                    skipped = false
                    upper = try list(start..<upper, end, output.bytes.count, &next)
                    output = next
                }
            }
            if next.bytes.count > limit - Self.reserveBytes {
                output.append(.infinity, .fingerprint(try set.fingerprint(upper..<count)))
                break
            }
            output = next
            start = upper
            bound = end
        }
        return output
    }

    /// Says of a range that differs what its 16 parts are, or all its ids.
    private func split(
        _ range: Range<Int>, _ end: SyncBound, _ message: inout ReconciliationWriter
    ) throws {
        guard range.count >= Self.buckets * 2 else {
            message.append(end, .ids(try range.map { try set.item(at: $0).id }))
            return
        }
        let (size, larger) = range.count.quotientAndRemainder(dividingBy: Self.buckets)
        var start = range.lowerBound
        for bucket in 0..<Self.buckets {
            let next = start + size + (bucket < larger ? 1 : 0)
            let bound =
                next == range.upperBound
                ? end
                : SyncBound(between: try set.item(at: next - 1), and: try set.item(at: next))
            message.append(bound, .fingerprint(try set.fingerprint(start..<next)))
            start = next
        }
    }

    /// Lists the ids of a range, as many as there is room for; returns the first index that is not
    /// listed.
    private func list(
        _ range: Range<Int>, _ end: SyncBound, _ used: Int, _ message: inout ReconciliationWriter
    ) throws -> Int {
        var ids: [Digest256] = []
        for index in range {
            let item = try set.item(at: index)
            if used + ids.count * Digest256.byteCount > limit - Self.reserveBytes {
                message.append(SyncBound(item), .ids(ids))
                return index
            }
            ids.append(item.id)
        }
        message.append(end, .ids(ids))
        return range.upperBound
    }

    private func compare(
        _ range: Range<Int>, _ theirs: [Digest256], _ difference: inout SetDifference?
    ) throws {
        var missing = Set(theirs)
        for index in range {
            let id = try set.item(at: index).id
            if missing.remove(id) == nil { difference?.have.append(id) }
        }
        // In the order in which they were listed: the oldest first.
        for id in theirs where missing.remove(id) != nil { difference?.need.append(id) }
    }
}
