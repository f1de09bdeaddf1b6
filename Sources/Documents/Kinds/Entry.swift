// What travels between one's own devices beside the log: names, preferences, receipts, reports.
import Bytes
import Cryptography

/// `{"kind":"entry","device","domain","name","tick","time"[,"value"]}`, signed by the device; the
/// document that it is about may stand in `meta.document`, and then `value` is its hash.
///
/// Of the entries of one name the last counts, by (time, tick, device, hash); one without a value
/// takes the name away. Entries are never changed and never removed.
public struct Entry: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The document that it is about, one canonical line.
    public let document: [UInt8]?
    /// The identity.
    public let hash: Digest256
    /// The device's signature.
    public let endorsements: Endorsements

    /// The members of an entry's data.
    public struct Terms: Sendable, Hashable {
        /// Who states it.
        public var device: Address
        /// The clearing domain.
        public var domain: String
        /// What is stated: a path of words, `contact/bob`.
        public var name: String
        /// Orders what one millisecond holds.
        public var tick: Int
        /// When.
        public var time: Timestamp
        /// What holds from now on; nil for nothing any more.
        public var value: String?

        /// All members.
        public init(
            device: Address, domain: String, name: String, tick: Int, time: Timestamp,
            value: String?
        ) {
            self.device = device
            self.domain = domain
            self.name = name
            self.tick = tick
            self.time = time
            self.value = value
        }

        /// The canonical data.
        public var data: [UInt8] {
            var writer = CanonicalWriter(capacity: 512)
            writer.beginObject()
            writer.member("device", device)
            writer.name("domain")
            writer.string(domain)
            writer.name("kind")
            writer.string("entry")
            writer.name("name")
            writer.string(name)
            writer.name("tick")
            writer.integer(tick)
            writer.member("time", time)
            if let value {
                writer.name("value")
                writer.string(value)
            }
            writer.endObject()
            return writer.bytes
        }
    }

    /// An entry that is being made.
    public init(
        _ terms: Terms, document: [UInt8]? = nil, _ endorsements: Endorsements = .init()
    ) {
        self.terms = terms
        self.document = document
        self.endorsements = endorsements
        hash = Hash.sha256d(terms.data)
    }

    /// Reads an entry: its shape and its hash, and that the document in it is the one that it names.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "an entry",
            ["device", "domain", "kind", "name", "tick", "time", "value"])
        try data.constant("kind", "entry")
        let device = try data.addressText("device")
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let name = try data.string("name", 1...EntryLimits.nameBytes)
        let tick = try data.integer("tick", 0...Transaction.Clock.lastTick)
        let time = try data.timestamp("time")
        let value = try data.optionalString("value", 0...EntryLimits.valueBytes)
        let meta = try MemberReader(
            envelope.meta, "an entry's meta", ["document", "scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        if let inner = meta.object["document"] {
            let carried = try Envelope(inner)
            try carried.check()
            guard carried.hash.hexadecimal == value else {
                throw Refusal(
                    .hashMismatch, "an entry carries a document that it does not name",
                    ["provided": carried.hash.hexadecimal])
            }
            document = Array(inner.bytes)
        } else {
            document = nil
        }
        terms = Terms(
            device: try Address(device), domain: domain, name: name, tick: tick, time: time,
            value: value)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    /// The document's bytes.
    public var bytes: [UInt8] {
        Envelope.write(data: terms.data, hash: hash) { writer in
            if let document {
                writer.name("document")
                writer.raw(document[...])
            }
            endorsements.write(to: &writer)
        }
    }

    /// Whether this one counts, where `other` has the same name.
    public func supersedes(_ other: Entry) -> Bool {
        (other.terms.time, other.terms.tick, other.terms.device, other.hash)
            < (terms.time, terms.tick, terms.device, hash)
    }
}

/// The limits of entries.
public enum EntryLimits {
    // limit: bytes of an entry's name
    /// Bytes of a name.
    public static let nameBytes = 512
    // limit: bytes of an entry's value
    /// Bytes of a value.
    public static let valueBytes = 8192
}
