// What somebody asks to be paid, signed by who asks.
import Bytes
import Cryptography

/// `{"kind":"invoice","amount","code","domain","expiry","issued","key","random","scale","symbol",
/// "target"[,"memo"][,"url"]}`, signed by `target`. It binds nobody to pay; who pays it names its
/// hash in the note of the IOU, so that the payment says by itself what it is for.
public struct Invoice: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The identity.
    public let hash: Digest256
    /// Who signed.
    public let endorsements: Endorsements

    /// The members of an invoice's data.
    public struct Terms: Sendable, Hashable {
        /// How much, above 0.
        public var amount: Amount
        /// What the unit is called where it was made out.
        public var code: String
        /// The domain that clears the payment.
        public var domain: String
        /// The first moment at which it is no longer taken.
        public var expiry: Timestamp
        /// When it was made out.
        public var issued: Timestamp
        /// The verifier key of the domain.
        public var key: String
        /// A text for people.
        public var memo: String?
        /// What makes this invoice different from all others.
        public var random: String
        /// Decimals that people write the unit with.
        public var scale: Int
        /// The unit: its issuer's address.
        public var symbol: Address
        /// Who is to receive, and signs.
        public var target: Address
        /// The relay where it can be paid, below `/api/v1/payment/` and its name; nil where the
        /// payment is handed over in some other way.
        public var url: String?

        /// Terms without the optional members.
        public init(
            amount: Amount, symbol: Address, code: String, scale: Int, target: Address,
            domain: String, key: String, issued: Timestamp, expiry: Timestamp, random: String
        ) {
            self.amount = amount
            self.symbol = symbol
            self.code = code
            self.scale = scale
            self.target = target
            self.domain = domain
            self.key = key
            self.issued = issued
            self.expiry = expiry
            self.random = random
        }

        /// The canonical data.
        var data: [UInt8] {
            var writer = CanonicalWriter(capacity: 1_024)
            writer.beginObject()
            writer.name("amount")
            writer.plain(amount.text.utf8)
            writer.name("code")
            writer.string(code)
            writer.name("domain")
            writer.string(domain)
            writer.member("expiry", expiry)
            writer.member("issued", issued)
            writer.name("key")
            writer.string(key)
            writer.name("kind")
            writer.string("invoice")
            if let memo {
                writer.name("memo")
                writer.string(memo)
            }
            writer.name("random")
            writer.string(random)
            writer.name("scale")
            writer.integer(scale)
            writer.member("symbol", symbol)
            writer.member("target", target)
            if let url {
                writer.name("url")
                writer.string(url)
            }
            writer.endObject()
            return writer.bytes
        }
    }

    /// An invoice that is being made.
    public init(_ terms: Terms, _ endorsements: Endorsements = .init()) {
        self.terms = terms
        self.endorsements = endorsements
        hash = Hash.sha256d(terms.data)
    }

    /// Reads an invoice: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`, `amount-overflow`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "an invoice",
            [
                "amount", "code", "domain", "expiry", "issued", "key", "kind", "memo", "random",
                "scale", "symbol", "target", "url",
            ])
        try data.constant("kind", "invoice")
        let target = try data.addressText("target")
        let symbol = try data.addressText("symbol")
        let amount = try data.amount("amount", .canonical)
        guard amount > .zero else { throw data.failure("amount", "must be above 0") }
        let code = try data.string("code", 1...Limits.domainBytes)
        let scale = try data.integer("scale", 0...Limits.amountDecimals)
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let key = try data.string("key", 1...Limits.verifierKeyBytes)
        let issued = try data.timestamp("issued")
        let expiry = try data.timestamp("expiry")
        let random = try data.string("random", 1...Limits.randomBytes)
        let memo = try data.optionalString("memo", 1...Limits.customTextBytes)
        let url = try data.optionalString("url", 1...Limits.paymentURLBytes)
        let meta = try MemberReader(
            envelope.meta, "an invoice's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        var terms = Terms(
            amount: amount, symbol: try Address(symbol), code: code, scale: scale,
            target: try Address(target), domain: domain, key: key, issued: issued, expiry: expiry,
            random: random)
        terms.memo = memo
        terms.url = url
        self.terms = terms
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    /// Who must have signed has signed.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkSignatures() throws(Refusal) {
        try endorsements.check(hash, signedBy: terms.target)
    }

    /// The name under which it is asked for and paid: letters and digits of base58.
    public var identifier: String { Self.identifier(hash) }

    /// The name of the invoice with a hash.
    public static func identifier(_ hash: Digest256) -> String {
        Base58.encode(Array(hash.bytes.prefix(identifierBytes)))
    }

    private static let identifierBytes = 16

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: terms.data, hash: hash) { endorsements.write(to: &$0) }
    }

    /// Where it can be paid; nil where the payment is handed over in some other way.
    public var paymentURL: String? {
        terms.url.map { $0 + "/api/v1/payment/" + identifier }
    }

    /// The note of a payment: `{"invoice":…}` with the hash, which the IOU commits to.
    public var paymentNote: [UInt8] {
        var writer = CanonicalWriter(capacity: 96)
        writer.beginObject()
        writer.name("invoice")
        writer.string(hash.hexadecimal)
        writer.endObject()
        return writer.bytes
    }
}

extension Attachments {
    /// The invoice that a payment's note names; nil where it names none.
    public var invoice: Digest256? {
        guard let note, let text = try? JSONText(note) else { return nil }
        return text.root["invoice"]?.string.flatMap { Digest256(hexadecimal: $0) }
    }
}
