// The other control frames: questions, answers, errors.
import Bytes
import Documents

/// BLOCKS: lines of sealed segments from a position on.
struct BlocksMessage {
    var from: BlockPosition

    init(from: BlockPosition) { self.from = from }

    init(_ body: [UInt8]) throws(SyncError) {
        from = try BlockPosition(try ControlReader(body, "BLOCKS", ["height", "line"]))
    }

    var frame: Frame {
        var writer = CanonicalWriter(capacity: 64)
        from.write(to: &writer)
        return Frame(.blocks, writer.bytes)
    }
}

/// RECORDS: records of a device behind a position.
struct RecordsMessage {
    var device: Address
    var after: RecordPosition

    init(device: Address, after: RecordPosition) {
        self.device = device
        self.after = after
    }

    init(_ body: [UInt8]) throws(SyncError) {
        let reader = try ControlReader(body, "RECORDS", ["after", "device"])
        device = try reader.address("device")
        after = try RecordPosition(try reader.object("after", ["hash", "sequence"]))
    }

    var frame: Frame {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.name("after")
        after.write(to: &writer)
        writer.member("device", device)
        writer.endObject()
        return Frame(.records, writer.bytes)
    }
}

/// RECONCILE: the number of the set, then Negentropy's message.
struct ReconcileMessage {
    var set: SyncSet
    var message: ArraySlice<UInt8>

    init(_ set: SyncSet, _ message: [UInt8]) {
        self.set = set
        self.message = message[...]
    }

    init(_ body: [UInt8]) throws(SyncError) {
        guard let set = body.first.flatMap(SyncSet.init) else {
            throw SyncError(.malformedMessage, "RECONCILE of an unknown set")
        }
        self.set = set
        message = body.dropFirst()
    }

    var frame: Frame { Frame(.reconcile, [set.rawValue] + message) }
}

/// WANT: the number of the set, then ids of 32 bytes.
struct WantMessage {
    var set: SyncSet
    var ids: [Digest256]

    init(_ set: SyncSet, _ ids: [Digest256]) {
        self.set = set
        self.ids = ids
    }

    init(_ body: [UInt8]) throws(SyncError) {
        guard let set = body.first.flatMap(SyncSet.init) else {
            throw SyncError(.malformedMessage, "WANT of an unknown set")
        }
        let (count, rest) = (body.count - 1).quotientAndRemainder(
            dividingBy: Digest256.byteCount)
        guard rest == 0, count > 0 else {
            throw SyncError(.malformedMessage, "WANT must hold ids of 32 bytes")
        }
        guard count <= SyncLimits.wantedIDs else {
            throw SyncError(
                .limitExceeded, "WANT of \(count) ids, \(SyncLimits.wantedIDs) are allowed")
        }
        self.set = set
        ids = (0..<count).compactMap {
            Digest256(body[1 + $0 * Digest256.byteCount..<1 + ($0 + 1) * Digest256.byteCount])
        }
        guard Set(ids).count == count else {
            throw SyncError(.malformedMessage, "WANT names an id twice")
        }
    }

    var frame: Frame {
        var body = [set.rawValue]
        body.reserveCapacity(1 + ids.count * Digest256.byteCount)
        for id in ids { body.append(contentsOf: id.bytes) }
        return Frame(.want, body)
    }
}

/// ACK: what became of a pack, or of a fold.
enum AckMessage: Equatable {
    case reception(Reception, refusedCount: Int)
    case conclusion(Conclusion)

    init(_ body: [UInt8]) throws(SyncError) {
        let reader = try ControlReader(
            body, "ACK",
            ["accepted", "known", "next", "refusals", "refused", "reports", "state", "view"])
        let numbers = 0...Int.integerLimit
        if reader.has("state") {
            self = .conclusion(
                Conclusion(
                    state: try reader.digest("state"), view: try reader.digest("view"),
                    reports: try reader.integer("reports", numbers)))
            return
        }
        var refused: [Rejection] = []
        for rejection in try reader.objects(
            "refused", SyncLimits.listedRefusals, ["code", "hash", "message"])
        {
            refused.append(try Rejection(rejection))
        }
        let next =
            reader.has("next")
            ? try BlockPosition(try reader.object("next", ["height", "line"])) : nil
        self = .reception(
            Reception(
                accepted: try reader.integer("accepted", numbers),
                known: try reader.integer("known", numbers), refused: refused, next: next),
            refusedCount: try reader.integer("refusals", numbers))
    }

    var frame: Frame {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        switch self {
        case .reception(let reception, let refusedCount):
            writer.member("accepted", reception.accepted)
            writer.member("known", reception.known)
            if let next = reception.next {
                writer.name("next")
                next.write(to: &writer)
            }
            writer.member("refusals", refusedCount)
            writer.name("refused")
            writer.beginArray()
            for rejection in reception.refused.prefix(SyncLimits.listedRefusals) {
                rejection.write(to: &writer)
            }
            writer.endArray()
        case .conclusion(let conclusion):
            writer.member("reports", conclusion.reports)
            writer.member("state", conclusion.state)
            writer.member("view", conclusion.view)
        }
        writer.endObject()
        return Frame(.ack, writer.bytes)
    }
}

/// ERROR: why there is no answer.
struct ErrorMessage: Equatable {
    var code: String
    var message: String

    init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    init(_ body: [UInt8]) throws(SyncError) {
        let reader = try ControlReader(body, "ERROR", ["code", "message"])
        code = try reader.code("code")
        message = try reader.text("message", 0...SyncLimits.messageBytes)
    }

    var frame: Frame {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.member("code", code: code)
        writer.member("message", message, limit: SyncLimits.messageBytes)
        writer.endObject()
        return Frame(.error, writer.bytes)
    }
}
