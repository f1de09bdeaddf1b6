// What one device may spend of a counter without asking the others.
import Bytes
import Cryptography

/// `{"kind":"allowance","address","amount","device","domain","expiry","issued","random","symbol"}`,
/// signed by the domain key: a line of the log, in force from the block that seals it.
public struct Allowance: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The identity.
    public let hash: Digest256
    /// The domain key's signature.
    public let endorsements: Endorsements

    /// The members of an allowance's data.
    public struct Terms: Sendable, Hashable {
        /// Whose counter.
        public var address: Address
        /// How much of the counter's headroom; more than 0.
        public var amount: Amount
        /// The device that may spend it.
        public var device: Address
        /// The clearing domain.
        public var domain: String
        /// The first moment at which it counts no longer.
        public var expiry: Timestamp
        /// When the domain key signed it; before `expiry`.
        public var issued: Timestamp
        /// What makes this document different from all others.
        public var random: String
        /// The unit.
        public var symbol: Address

        /// All members.
        public init(
            address: Address, amount: Amount, device: Address, domain: String, expiry: Timestamp,
            issued: Timestamp, random: String, symbol: Address
        ) {
            self.address = address
            self.amount = amount
            self.device = device
            self.domain = domain
            self.expiry = expiry
            self.issued = issued
            self.random = random
            self.symbol = symbol
        }

        /// The canonical data.
        public var data: [UInt8] {
            var writer = CanonicalWriter(capacity: 512)
            writer.beginObject()
            writer.member("address", address)
            writer.name("amount")
            writer.plain(amount.text.utf8)
            writer.member("device", device)
            writer.name("domain")
            writer.string(domain)
            writer.member("expiry", expiry)
            writer.member("issued", issued)
            writer.name("kind")
            writer.string("allowance")
            writer.name("random")
            writer.string(random)
            writer.member("symbol", symbol)
            writer.endObject()
            return writer.bytes
        }
    }

    /// An allowance that is being made.
    public init(_ terms: Terms, _ endorsements: Endorsements = .init()) {
        self.terms = terms
        hash = Hash.sha256d(terms.data)
        self.endorsements = endorsements
    }

    /// Reads an allowance: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`, `amount-overflow`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "an allowance",
            [
                "address", "amount", "device", "domain", "expiry", "issued", "kind", "random",
                "symbol",
            ])
        try data.constant("kind", "allowance")
        let address = try data.addressText("address")
        let amount = try data.amount("amount", .canonical)
        guard amount > .zero else { throw data.failure("amount", "must not be 0") }
        let device = try data.addressText("device")
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let expiry = try data.timestamp("expiry")
        let issued = try data.timestamp("issued")
        guard issued < expiry else { throw data.failure("expiry", "is not after 'issued'") }
        let random = try data.string("random", 1...Limits.randomBytes)
        let symbol = try data.addressText("symbol")
        let meta = try MemberReader(
            envelope.meta, "an allowance's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        terms = Terms(
            address: try Address(address), amount: amount, device: try Address(device),
            domain: domain, expiry: expiry, issued: issued, random: random,
            symbol: try Address(symbol))
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    /// That the domain key has signed.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkSignature(by domainKey: Address) throws(Refusal) {
        try endorsements.check(hash, signedBy: domainKey)
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: terms.data, hash: hash) { endorsements.write(to: &$0) }
    }
}
