// What a unit of account is called and how finely it divides.
import Bytes
import Cryptography

/// `{"kind":"unit","code","form","name","scale","symbol","terms"}`, signed by the symbol's keys.
public struct UnitDefinition: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The identity.
    public let hash: Digest256
    /// Who signed.
    public let endorsements: Endorsements

    /// What a unit is used as.
    public enum Form: String, Sendable, CaseIterable {
        case currency, points, ticket, voucher, coupon, card, badge
    }

    /// The members of a unit's data.
    public struct Terms: Sendable, Hashable {
        /// The issuer's address.
        public var symbol: Address
        /// A short name: a letter, then letters, digits, `_`, `-`, `.`.
        public var code: String
        /// A name for people; may be empty.
        public var name: String
        /// Decimals of its amounts.
        public var scale: Int
        /// What it is used as.
        public var form: Form
        /// What its issuer promises; may be empty.
        public var terms: String

        /// All members.
        public init(
            symbol: Address, code: String, name: String, scale: Int, form: Form, terms: String
        ) {
            self.symbol = symbol
            self.code = code
            self.name = name
            self.scale = scale
            self.form = form
            self.terms = terms
        }

        /// The canonical data.
        public var data: [UInt8] {
            var writer = CanonicalWriter(capacity: 512)
            writer.beginObject()
            writer.name("code")
            writer.string(code)
            writer.name("form")
            writer.string(form.rawValue)
            writer.name("kind")
            writer.string("unit")
            writer.name("name")
            writer.string(name)
            writer.name("scale")
            writer.integer(scale)
            writer.member("symbol", symbol)
            writer.name("terms")
            writer.string(terms)
            writer.endObject()
            return writer.bytes
        }
    }

    /// Whether `code` may be a unit's code.
    public static func isCode(_ code: String) -> Bool {
        let bytes = Array(code.utf8)
        guard (1...Limits.unitCodeBytes).contains(bytes.count), isLetter(bytes[0]) else {
            return false
        }
        return bytes.allSatisfy {
            isLetter($0) || (0x30...0x39).contains($0) || [0x5f, 0x2d, 0x2e].contains($0)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    /// A unit that is being made.
    public init(_ terms: Terms, _ endorsements: Endorsements = .init()) {
        self.terms = terms
        hash = Hash.sha256d(terms.data)
        self.endorsements = endorsements
    }

    /// Reads a unit: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a unit", ["code", "form", "kind", "name", "scale", "symbol", "terms"])
        let code = try data.string("code", 1...Limits.unitCodeBytes)
        guard Self.isCode(code) else {
            throw data.failure("code", "must be a letter, then letters, digits, '_', '-' or '.'")
        }
        guard let form = Form(rawValue: try data.string("form", 1...16)) else {
            throw data.failure(
                "form",
                "must be one of "
                    + Form.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let symbol = try data.addressText("symbol")
        let name = try data.string("name", 0...Limits.unitNameBytes)
        let scale = try data.integer("scale", 0...Limits.amountDecimals)
        let text = try data.string("terms", 0...Limits.unitTermsBytes)
        let meta = try MemberReader(envelope.meta, "a unit's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        terms = Terms(
            symbol: try Address(symbol), code: code, name: name, scale: scale, form: form,
            terms: text)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    /// Rule 8: the issuer has signed.
    public func checkSignatures() throws(Refusal) {
        try endorsements.check(hash, signedBy: terms.symbol)
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: terms.data, hash: hash) { endorsements.write(to: &$0) }
    }
}
