// HELLO, brief or in full.
import Bytes
import Cryptography
import Documents

extension Hello {
    /// Digest of what is compared: the last block, heads, notes and entries. Replicas with equal
    /// states hold equal documents.
    public var state: Digest256 {
        var writer = CanonicalWriter(capacity: 512 + heads.count * 160)
        writer.beginObject()
        writer.name("entries")
        entries.write(to: &writer)
        writer.name("heads")
        writer.beginArray()
        for head in heads { head.write(to: &writer) }
        writer.endArray()
        writer.name("notes")
        notes.write(to: &writer)
        if let tip {
            writer.name("tip")
            tip.block.write(to: &writer)
        }
        writer.endObject()
        return Hash.sha256(writer.bytes)
    }

    /// What a peer that was at `earlier` knows less of now, where nothing was sealed in between; nil
    /// where it knows no less. A relay that answers from an old copy is found by it.
    public func rollback(since earlier: Hello) -> String? {
        guard device == earlier.device, tip?.block == earlier.tip?.block else { return nil }
        for head in earlier.heads {
            let now = heads.first { $0.device == head.device }?.sequence ?? 0
            if now < head.sequence {
                return "'\(head.device)' was at record \(head.sequence) and is at \(now)"
            }
        }
        if entries.count < earlier.entries.count {
            return "\(earlier.entries.count) entries became \(entries.count)"
        }
        if notes.count < earlier.notes.count {
            return "\(earlier.notes.count) notes became \(notes.count)"
        }
        return nil
    }
}

/// The body of a HELLO frame.
struct HelloMessage {
    var domain: String
    var device: Address
    var clock: Hello.Clock
    var view: Digest256
    var state: Digest256
    /// Asks for blocks between two heights.
    var span: ClosedRange<Int>?
    /// All of it, in an answer to a state that is another.
    var full: Hello?

    init(_ hello: Hello, isFull: Bool, span: ClosedRange<Int>? = nil) {
        domain = hello.domain
        device = hello.device
        clock = hello.clock
        view = hello.view
        state = hello.state
        self.span = span
        full = isFull ? hello : nil
    }

    private static let members: [StaticString] = [
        "clock", "detail", "device", "domain", "span", "state", "versions", "view",
    ]

    /// - Throws: `malformed-message`, `limit-exceeded`, `unsupported-version`.
    init(_ body: [UInt8]) throws(SyncError) {
        let reader = try ControlReader(body, "HELLO", Self.members)
        let offered = try reader.elements("versions", 1...SyncLimits.versions)
        guard offered.contains(where: { $0.string == Hello.version }) else {
            throw SyncError(
                .unsupportedVersion, "the peer does not speak '\(Hello.version)'")
        }
        let clock = try reader.object("clock", ["tick", "time"])
        self.clock = Hello.Clock(
            time: try clock.timestamp("time"), tick: try clock.integer("tick", 0...Int.tickLimit))
        device = try reader.address("device")
        domain = try reader.text("domain", 1...Limits.domainBytes)
        state = try reader.digest("state")
        view = try reader.digest("view")
        if reader.has("span") {
            let span = try reader.object("span", ["first", "last"])
            let first = try span.integer("first", 0...Limits.blocks - 1)
            self.span = first...(try span.integer("last", first...Limits.blocks - 1))
        }
        guard reader.has("detail") else { return }
        let detail = try reader.object(
            "detail",
            ["entries", "heads", "limits", "locator", "notes", "program", "term", "tip"])
        full = try Self.full(detail, self)
        guard full?.state == state else {
            throw SyncError(.contradiction, "the state in HELLO is not that of what it says")
        }
    }

    private static func full(
        _ detail: ControlReader, _ brief: HelloMessage
    ) throws(SyncError) -> Hello {
        var heads: [DeviceHead] = []
        for head in try detail.objects(
            "heads", SyncLimits.heads, ["device", "digest", "sequence"])
        {
            heads.append(try DeviceHead(head))
        }
        guard zip(heads, heads.dropFirst()).allSatisfy({ $0.device < $1.device }) else {
            throw SyncError(.malformedMessage, "'heads' must ascend by device")
        }
        var locator: [BlockPoint] = []
        for point in try detail.objects("locator", SyncLimits.locatorPoints, ["hash", "height"]) {
            locator.append(try BlockPoint(point))
        }
        guard zip(locator, locator.dropFirst()).allSatisfy({ $0.height > $1.height }) else {
            throw SyncError(.malformedMessage, "'locator' must descend by height")
        }
        let limits = try detail.object("limits", ["pack"])
        _ = try limits.integer("pack", 1...Int.integerLimit)
        let tip =
            detail.has("tip")
            ? try ChainTip(try detail.object("tip", ["hash", "height", "term"])) : nil
        return Hello(
            domain: brief.domain, device: brief.device, clock: brief.clock, view: brief.view,
            program: try detail.text("program", 0...SyncLimits.nameBytes),
            term: try detail.integer("term", 0...Int.integerLimit), tip: tip, locator: locator,
            heads: heads,
            notes: try SetSummary(try detail.object("notes", ["count", "fingerprint"])),
            entries: try SetSummary(try detail.object("entries", ["count", "fingerprint"])))
    }

    var frame: Frame {
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        writer.name("clock")
        writer.beginObject()
        writer.member("tick", clock.tick)
        writer.member("time", clock.time)
        writer.endObject()
        if let full { Self.write(full, to: &writer) }
        writer.member("device", device)
        writer.name("domain")
        writer.string(domain)
        if let span {
            writer.name("span")
            writer.beginObject()
            writer.member("first", span.lowerBound)
            writer.member("last", span.upperBound)
            writer.endObject()
        }
        writer.member("state", state)
        writer.name("versions")
        writer.beginArray()
        writer.string(Hello.version)
        writer.endArray()
        writer.member("view", view)
        writer.endObject()
        return Frame(.hello, writer.bytes)
    }

    private static func write(_ hello: Hello, to writer: inout CanonicalWriter) {
        writer.name("detail")
        writer.beginObject()
        writer.name("entries")
        hello.entries.write(to: &writer)
        writer.name("heads")
        writer.beginArray()
        for head in hello.heads { head.write(to: &writer) }
        writer.endArray()
        writer.name("limits")
        writer.beginObject()
        writer.member("pack", SyncLimits.packBytes)
        writer.endObject()
        writer.name("locator")
        writer.beginArray()
        for point in hello.locator { point.write(to: &writer) }
        writer.endArray()
        writer.name("notes")
        hello.notes.write(to: &writer)
        writer.member("program", hello.program, limit: SyncLimits.nameBytes)
        writer.member("term", hello.term)
        if let tip = hello.tip {
            writer.name("tip")
            tip.write(to: &writer)
        }
        writer.endObject()
    }
}

extension Hello {
    /// All of it as it goes over the wire: the body of HELLO.
    public var body: [UInt8] { HelloMessage(self, isFull: true).frame.body }

    /// Reads what `body` gives.
    /// - Throws: `malformed-message`, `limit-exceeded`, `unsupported-version`, `contradiction`.
    public init(body: [UInt8]) throws(SyncError) {
        guard let hello = try HelloMessage(body).full else {
            throw SyncError(.malformedMessage, "HELLO without its detail")
        }
        self = hello
    }
}
