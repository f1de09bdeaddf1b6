// Who clears and seals for a while.
import Bytes
import Cryptography

/// `{"kind":"lease","domain","from","holder","issued","previous","term","until"}`, signed by the
/// holder, or by the holder before it: a handover.
public struct LeaseDocument: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The identity.
    public let hash: Digest256
    /// Who signed.
    public let endorsements: Endorsements

    /// What stands in `previous` of the first lease.
    public static let noLease = Digest256.zero

    /// The members of a lease's data.
    public struct Terms: Sendable, Hashable {
        /// The clearing domain.
        public var domain: String
        /// The first moment of it.
        public var from: Timestamp
        /// The device that holds it.
        public var holder: Address
        /// When it was signed.
        public var issued: Timestamp
        /// The lease before it; `noLease` for the first.
        public var previous: Digest256
        /// Counts leases, from 1: the highest is the one in force.
        public var term: Int
        /// The first moment after it; after `from`.
        public var until: Timestamp

        /// All members.
        public init(
            domain: String, from: Timestamp, holder: Address, issued: Timestamp,
            previous: Digest256, term: Int, until: Timestamp
        ) {
            self.domain = domain
            self.from = from
            self.holder = holder
            self.issued = issued
            self.previous = previous
            self.term = term
            self.until = until
        }

        /// The canonical data.
        public var data: [UInt8] {
            var writer = CanonicalWriter(capacity: 512)
            writer.beginObject()
            writer.name("domain")
            writer.string(domain)
            writer.member("from", from)
            writer.member("holder", holder)
            writer.member("issued", issued)
            writer.name("kind")
            writer.string("lease")
            writer.member("previous", previous)
            writer.name("term")
            writer.integer(term)
            writer.member("until", until)
            writer.endObject()
            return writer.bytes
        }
    }

    /// A lease that is being made.
    public init(_ terms: Terms, _ endorsements: Endorsements = .init()) {
        self.terms = terms
        hash = Hash.sha256d(terms.data)
        self.endorsements = endorsements
    }

    /// Reads a lease: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a lease",
            ["domain", "from", "holder", "issued", "kind", "previous", "term", "until"])
        try data.constant("kind", "lease")
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let from = try data.timestamp("from")
        let holder = try data.addressText("holder")
        let issued = try data.timestamp("issued")
        let previous = try data.digest("previous")
        let term = try data.integer("term", 1...ReplicaLimits.leaseTerm)
        let until = try data.timestamp("until")
        guard from < until else { throw data.failure("until", "is not after 'from'") }
        guard (term == 1) == (previous == Self.noLease) else {
            throw data.failure("previous", "names a lease where there is one before it")
        }
        let meta = try MemberReader(envelope.meta, "a lease's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        terms = Terms(
            domain: domain, from: from, holder: try Address(holder), issued: issued,
            previous: previous, term: term, until: until)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    /// That the holder has signed, or whoever held the lease before: a handover.
    /// - Parameter oldHolder: who holds the lease that `previous` names; nil where that is not
    ///   known.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    /// - Returns: who it was: the old holder where both have signed.
    @discardableResult
    public func checkSignature(oldHolder: Address? = nil) throws(Refusal) -> Address {
        let signers = endorsements.signatures.map(\.signer)
        let signer = oldHolder.flatMap { signers.contains($0) ? $0 : nil } ?? terms.holder
        try endorsements.check(hash, signedBy: signer)
        return signer
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: terms.data, hash: hash) { endorsements.write(to: &$0) }
    }
}
