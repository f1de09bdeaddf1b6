// How much a holder accepts, how much an issuer may issue, a line taken back.
import Bytes
import Cryptography

/// `{"kind":"limit","address","domain","expiry","max"|"min","random","symbol"}`. A holder signs its
/// own `max`; the issuer signs its own `min` (a ceiling of supply) and may raise the `min` of a
/// holder, which lowers an unused credit line.
public struct LimitChange: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The identity.
    public let hash: Digest256
    /// Who signed.
    public let endorsements: Endorsements

    /// Which end of the interval.
    public enum End: String, Sendable, Hashable {
        case max, min
    }

    /// The members of a limit's data.
    public struct Terms: Sendable, Hashable {
        /// The clearing domain.
        public var domain: String
        /// Whose counter.
        public var address: Address
        /// The unit.
        public var symbol: Address
        /// Which end.
        public var end: End
        /// The new limit: `max` is not negative, `min` not positive.
        public var amount: Amount
        /// What makes this document different from all others.
        public var random: String
        /// The first moment at which it no longer clears.
        public var expiry: Timestamp

        /// All members.
        public init(
            domain: String, address: Address, symbol: Address, end: End, amount: Amount,
            random: String, expiry: Timestamp
        ) {
            self.domain = domain
            self.address = address
            self.symbol = symbol
            self.end = end
            self.amount = amount
            self.random = random
            self.expiry = expiry
        }

        /// The canonical data.
        public var data: [UInt8] {
            var writer = CanonicalWriter(capacity: 512)
            writer.beginObject()
            writer.member("address", address)
            writer.name("domain")
            writer.string(domain)
            writer.member("expiry", expiry)
            writer.name("kind")
            writer.string("limit")
            writer.name(end.rawValue)
            writer.plain(amount.text.utf8)
            writer.name("random")
            writer.string(random)
            writer.member("symbol", symbol)
            writer.endObject()
            return writer.bytes
        }

        /// Who must sign: the holder its own `max`, the issuer every `min`.
        public var signer: Address { end == .max ? address : symbol }
    }

    /// A limit that is being made.
    public init(_ terms: Terms, _ endorsements: Endorsements = .init()) {
        self.terms = terms
        hash = Hash.sha256d(terms.data)
        self.endorsements = endorsements
    }

    /// The same with other signatures; they are outside the hash.
    public func replacing(_ endorsements: Endorsements) -> LimitChange {
        LimitChange(terms, endorsements)
    }

    /// Reads a limit: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`, `amount-overflow`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a limit",
            ["address", "domain", "expiry", "kind", "max", "min", "random", "symbol"])
        let address = try data.addressText("address")
        let symbol = try data.addressText("symbol")
        guard (data.object["max"] == nil) != (data.object["min"] == nil) else {
            throw Refusal.malformed("a limit has either 'max' or 'min'", at: envelope.data.offset)
        }
        let end: End = data.object["max"] == nil ? .min : .max
        let amount = try data.amount(end == .max ? "max" : "min", .signed)
        guard end == .max ? amount >= .zero : amount <= .zero else {
            throw end == .max
                ? data.failure("max", "must not be negative")
                : data.failure("min", "must not be positive")
        }
        guard end == .min || address != symbol else {
            throw data.failure("max", "of an issuer is always 0")
        }
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let random = try data.string("random", 1...Limits.randomBytes)
        let expiry = try data.timestamp("expiry")
        let meta = try MemberReader(envelope.meta, "a limit's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        terms = Terms(
            domain: domain, address: try Address(address), symbol: try Address(symbol), end: end,
            amount: amount, random: random, expiry: expiry)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: terms.data, hash: hash) { endorsements.write(to: &$0) }
    }
}
