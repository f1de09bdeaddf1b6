// The signed promise.
import Bytes
import Cryptography

/// Source gives amount of symbol to target, in one domain, until expiry.
public struct IOU: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The identity.
    public let hash: Digest256
    /// Who signed.
    public let endorsements: Endorsements
    /// What `meta` carries beside the signatures.
    public let attachments: Attachments

    /// The members of an IOU's data.
    public struct Terms: Sendable, Hashable {
        /// The clearing domain.
        public var domain: String
        /// Who gives, and signs.
        public var source: Address
        /// Who receives.
        public var target: Address
        /// How much; 0 only together with credit.
        public var amount: Amount
        /// The unit: its issuer's address.
        public var symbol: Address
        /// What makes this promise different from all others.
        public var random: String
        /// The first moment at which it no longer clears.
        public var expiry: Timestamp
        /// The first moment at which it clears.
        public var active: Timestamp?
        /// A credit line handed from source to target: negative.
        public var credit: Amount?
        /// The hash of `meta.custom.data`.
        public var custom: Digest256?
        /// SHA-256 of the preimage without which it does not clear.
        public var hashlock: Digest256?
        /// The preimage, where the signer states it.
        public var preimage: String?

        /// Terms without the optional members.
        public init(
            domain: String, source: Address, target: Address, amount: Amount, symbol: Address,
            random: String, expiry: Timestamp
        ) {
            self.domain = domain
            self.source = source
            self.target = target
            self.amount = amount
            self.symbol = symbol
            self.random = random
            self.expiry = expiry
        }

        /// The canonical data.
        public var data: [UInt8] {
            var writer = CanonicalWriter(capacity: 512)
            writer.beginObject()
            if let active { writer.member("active", active) }
            writer.name("amount")
            writer.plain(amount.text.utf8)
            if let credit {
                writer.name("credit")
                writer.plain(credit.text.utf8)
            }
            if let custom {
                writer.name("custom")
                writer.plain(Hexadecimal.encodedBytes(custom.bytes))
            }
            writer.name("domain")
            writer.string(domain)
            writer.member("expiry", expiry)
            if let hashlock {
                writer.name("locker")
                writer.raw("{\"puzzle\":\"\(hashlock.hexadecimal)\"}".utf8)
            }
            writer.name("random")
            writer.string(random)
            if let preimage { writer.solver(preimage) }
            writer.member("source", source)
            writer.member("symbol", symbol)
            writer.member("target", target)
            writer.endObject()
            return writer.bytes
        }
    }

    /// An IOU that is being made; `attachments.note` must be what `terms.custom` commits to.
    public init(
        _ terms: Terms, _ endorsements: Endorsements = .init(), _ attachments: Attachments = .init()
    ) {
        self.terms = terms
        hash = Hash.sha256d(terms.data)
        self.endorsements = endorsements
        self.attachments = attachments
    }

    /// The same with other signatures or attachments; they are outside the hash.
    public func replacing(
        _ endorsements: Endorsements? = nil, _ attachments: Attachments? = nil
    ) -> IOU {
        IOU(
            terms, hash, endorsements ?? self.endorsements, attachments ?? self.attachments)
    }

    private init(
        _ terms: Terms, _ hash: Digest256, _ endorsements: Endorsements, _ attachments: Attachments
    ) {
        self.terms = terms
        self.hash = hash
        self.endorsements = endorsements
        self.attachments = attachments
    }

    private static let members: [StaticString] = [
        "active", "amount", "credit", "custom", "domain", "expiry", "locker", "random", "solver",
        "source", "symbol", "target",
    ]

    /// Reads an IOU: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`, `amount-overflow`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(envelope.data, "an IOU", Self.members)
        let source = try data.addressText("source")
        let target = try data.addressText("target")
        let symbol = try data.addressText("symbol")
        guard source != target else {
            throw data.failure("target", "must differ from the source")
        }
        let amount = try data.amount("amount", .canonical)
        let credit = data.object["credit"] == nil ? nil : try data.amount("credit", .signed)
        guard credit.map({ $0 < .zero }) ?? (amount > .zero) else {
            throw credit == nil
                ? data.failure("amount", "must not be 0 without credit")
                : data.failure("credit", "must be negative")
        }
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let random = try data.string("random", 1...Limits.randomBytes)
        let expiry = try data.timestamp("expiry")
        let active = try data.optionalTimestamp("active")
        let custom = data.object["custom"] == nil ? nil : try data.digest("custom")
        let hashlock = try Self.hashlock(data)
        let preimage = try Self.preimage(data)
        let meta = try MemberReader(
            envelope.meta, "an IOU's meta", ["custom", "scripts", "signatures", "solver"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        let attachments = try Attachments(meta, commitment: custom)
        guard hashlock != nil || (preimage == nil && attachments.preimage == nil) else {
            throw Refusal.malformed("a solver without a locker", at: envelope.value.offset)
        }
        try envelope.check()
        try attachments.check(against: custom)
        var terms = Terms(
            domain: domain, source: try Address(source), target: try Address(target),
            amount: amount, symbol: try Address(symbol), random: random, expiry: expiry)
        terms.active = active
        terms.credit = credit
        terms.custom = custom
        terms.hashlock = hashlock
        terms.preimage = preimage
        self.init(terms, envelope.hash, try Endorsements(shape), attachments)
    }

    private static func hashlock(_ data: MemberReader) throws(Refusal) -> Digest256? {
        guard data.object["locker"] != nil else { return nil }
        // Timers and scripts were planned by WebWallet and never written: a lock that is not
        // enforced is refused.
        return try MemberReader(try data.object("locker"), "a locker", ["puzzle"]).digest("puzzle")
    }

    static func preimage(_ reader: MemberReader) throws(Refusal) -> String? {
        guard reader.object["solver"] != nil else { return nil }
        return try MemberReader(try reader.object("solver"), "a solver", ["hashee"])
            .string("hashee", 1...Limits.preimageBytes)
    }

    /// Rule 9: whether the preimage that opens the hash lock has been stated.
    public var isLocked: Bool {
        guard let hashlock = terms.hashlock else { return false }
        return ![terms.preimage, attachments.preimage].contains {
            $0.map { Hash.sha256(Array($0.utf8)) == hashlock } ?? false
        }
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: terms.data, hash: hash) { writer in
            attachments.writeNote(to: &writer)
            endorsements.write(to: &writer)
            attachments.writePreimage(to: &writer)
        }
    }
}

extension CanonicalWriter {
    mutating func member(_ name: StaticString, _ time: Timestamp) {
        self.name(name)
        plain(time.text.utf8)
    }

    mutating func member(_ name: StaticString, _ address: Address) {
        self.name(name)
        plain(address.textBytes)
    }

    mutating func solver(_ preimage: String) {
        name("solver")
        beginObject()
        name("hashee")
        string(preimage)
        endObject()
    }
}
