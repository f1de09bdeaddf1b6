// A promise taken back before it has cleared.
import Bytes
import Cryptography

/// `{"kind":"cancel","address","domain","expiry","instruction","random","symbol"}`, signed by
/// `address`. It touches the counter of `address` in `symbol` and changes nothing in it; from then
/// on the instruction that it names is refused, if `address` is who signs that.
public struct Cancellation: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The identity.
    public let hash: Digest256
    /// Who signed.
    public let endorsements: Endorsements

    /// The members of a cancellation's data.
    public struct Terms: Sendable, Hashable {
        /// The clearing domain.
        public var domain: String
        /// Who takes back: the signer of the instruction, an IOU's source.
        public var address: Address
        /// The unit of the instruction.
        public var symbol: Address
        /// The hash of the instruction.
        public var instruction: Digest256
        /// What makes this document different from all others.
        public var random: String
        /// The first moment at which it no longer clears.
        public var expiry: Timestamp

        /// All members.
        public init(
            domain: String, address: Address, symbol: Address, instruction: Digest256,
            random: String, expiry: Timestamp
        ) {
            self.domain = domain
            self.address = address
            self.symbol = symbol
            self.instruction = instruction
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
            writer.member("instruction", instruction)
            writer.name("kind")
            writer.string("cancel")
            writer.name("random")
            writer.string(random)
            writer.member("symbol", symbol)
            writer.endObject()
            return writer.bytes
        }
    }

    /// A cancellation that is being made.
    public init(_ terms: Terms, _ endorsements: Endorsements = .init()) {
        self.terms = terms
        hash = Hash.sha256d(terms.data)
        self.endorsements = endorsements
    }

    /// The same with other signatures; they are outside the hash.
    public func replacing(_ endorsements: Endorsements) -> Cancellation {
        Cancellation(terms, endorsements)
    }

    /// Reads a cancellation: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a cancellation",
            ["address", "domain", "expiry", "instruction", "kind", "random", "symbol"])
        try data.constant("kind", "cancel")
        let address = try data.addressText("address")
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let expiry = try data.timestamp("expiry")
        let instruction = try data.digest("instruction")
        let random = try data.string("random", 1...Limits.randomBytes)
        let symbol = try data.addressText("symbol")
        let meta = try MemberReader(
            envelope.meta, "a cancellation's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        terms = Terms(
            domain: domain, address: try Address(address), symbol: try Address(symbol),
            instruction: instruction, random: random, expiry: expiry)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    /// What it takes back.
    public var target: CancelledInstruction {
        CancelledInstruction(
            hash: terms.instruction, signer: CounterKey(terms.address, terms.symbol))
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: terms.data, hash: hash) { endorsements.write(to: &$0) }
    }
}

/// What a cancellation names. Its hash alone would let anybody take back anybody's promise.
public struct CancelledInstruction: Sendable, Hashable {
    /// The instruction's hash.
    public let hash: Digest256
    /// Who signs it, and its unit.
    public let signer: CounterKey

    /// An instruction and who may take it back.
    public init(hash: Digest256, signer: CounterKey) {
        self.hash = hash
        self.signer = signer
    }
}
