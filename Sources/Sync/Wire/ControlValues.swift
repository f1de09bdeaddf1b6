// The small values of control frames: read and written in one place.
import Bytes
import Documents

extension Int {
    /// The largest integer that our JSON holds.
    static let integerLimit = 999_999_999_999_999
    /// Events within one millisecond of a clock.
    static let tickLimit = 999_999_999
}

extension BlockPoint {
    init(_ reader: ControlReader) throws(SyncError) {
        self.init(
            height: try reader.integer("height", 0...Limits.blocks - 1),
            hash: try reader.digest("hash"))
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("hash", hash)
        writer.member("height", height)
        writer.endObject()
    }
}

extension ChainTip {
    init(_ reader: ControlReader) throws(SyncError) {
        self.init(
            block: try BlockPoint(reader), term: try reader.integer("term", 0...Int.integerLimit))
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("hash", block.hash)
        writer.member("height", block.height)
        writer.member("term", term)
        writer.endObject()
    }
}

extension BlockPosition: Comparable {
    /// The order of the log.
    public static func < (left: BlockPosition, right: BlockPosition) -> Bool {
        (left.height, left.line) < (right.height, right.line)
    }

    init(_ reader: ControlReader) throws(SyncError) {
        self.init(
            height: try reader.integer("height", 0...Limits.blocks - 1),
            line: try reader.integer("line", 0...Limits.logDocuments))
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("height", height)
        writer.member("line", line)
        writer.endObject()
    }
}

extension DeviceHead {
    init(_ reader: ControlReader) throws(SyncError) {
        self.init(
            device: try reader.address("device"),
            sequence: try reader.integer("sequence", 1...Int.integerLimit),
            digest: try reader.digest("digest"))
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("device", device)
        writer.member("digest", digest)
        writer.member("sequence", sequence)
        writer.endObject()
    }
}

extension RecordPosition: Comparable {
    /// By sequence, then by hash; a place behind all records of a sequence comes last of it.
    public static func < (left: RecordPosition, right: RecordPosition) -> Bool {
        guard left.sequence == right.sequence else { return left.sequence < right.sequence }
        guard let first = left.hash else { return false }
        guard let second = right.hash else { return true }
        return first < second
    }

    init(_ reader: ControlReader) throws(SyncError) {
        self.init(
            sequence: try reader.integer("sequence", 0...Int.integerLimit),
            hash: reader.has("hash") ? try reader.digest("hash") : nil)
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        if let hash { writer.member("hash", hash) }
        writer.member("sequence", sequence)
        writer.endObject()
    }
}

extension SetSummary {
    init(_ reader: ControlReader) throws(SyncError) {
        let count = try reader.integer("count", 0...Limits.logDocuments)
        let bytes = try reader.hexadecimal(
            "fingerprint", Fingerprint.byteCount...Fingerprint.byteCount)
        self.init(count: count, fingerprint: Fingerprint(bytes) ?? .empty)
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("count", count)
        writer.member("fingerprint", hexadecimal: fingerprint.bytes)
        writer.endObject()
    }
}

extension Rejection {
    init(_ reader: ControlReader) throws(SyncError) {
        self.init(
            hash: reader.has("hash") ? try reader.digest("hash") : nil,
            code: try reader.code("code"),
            message: try reader.text("message", 0...SyncLimits.messageBytes))
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("code", code: code)
        if let hash { writer.member("hash", hash) }
        writer.member("message", message, limit: SyncLimits.messageBytes)
        writer.endObject()
    }
}
