// Keys with weights and a threshold: an address that several people share.
import Bytes
import Cryptography

/// What must be solved to move an address's counters. WebWallet's *script*:
/// `{"conditions":{"multisig":{"threshold":n}},"identities":[{"public","scheme"[,"weight"]}]}`.
public struct Puzzle: Sendable, Hashable {
    /// A key that counts towards the threshold.
    public struct Identity: Sendable, Hashable {
        /// The public key in the encoding that addresses hash.
        public let publicKey: [UInt8]
        /// The scheme's name; one that we do not verify can never be satisfied.
        public let scheme: String
        /// What its signature counts; 1 where none is stated.
        public let weight: Int?

        /// A key of a puzzle.
        public init(publicKey: [UInt8], scheme: String, weight: Int? = nil) {
            self.publicKey = publicKey
            self.scheme = scheme
            self.weight = weight
        }
    }

    /// The weights that must come together.
    public let threshold: Int
    /// The keys, in the order that the address commits to.
    public let identities: [Identity]
    /// The address: of the canonical data's bytes.
    public let address: Address
    /// The hash of its document.
    public let hash: Digest256

    /// A puzzle of distinct keys that can be solved.
    /// - Throws: `malformed-document` where it could never or always be solved.
    public init(threshold: Int, identities: [Identity]) throws(Refusal) {
        let weights = identities.map { $0.weight ?? 1 }
        guard (1...Limits.puzzleIdentities).contains(identities.count),
            weights.allSatisfy({ (1...Limits.puzzleWeight).contains($0) })
        else {
            throw Refusal(
                .malformedDocument,
                "a puzzle has 1 to \(Limits.puzzleIdentities) keys of weight "
                    + "1 to \(Limits.puzzleWeight)")
        }
        guard Set(identities.map(\.publicKey)).count == identities.count else {
            throw Refusal(.malformedDocument, "a key stands twice in a puzzle")
        }
        guard (1...weights.reduce(0, +)).contains(threshold) else {
            throw Refusal(
                .malformedDocument,
                "the threshold \(threshold) is not between 1 and the sum of "
                    + "the weights")
        }
        self.threshold = threshold
        self.identities = identities
        let data = Self.data(threshold, identities)
        address = Address(of: data)
        hash = Hash.sha256d(data)
    }

    /// Reads the document of a puzzle in `meta.scripts`.
    /// - Throws: `malformed-document`, `hash-mismatch`.
    public init(_ envelope: Envelope) throws(Refusal) {
        _ = try MemberReader(envelope.meta, "a puzzle's meta", [])
        let reader = try MemberReader(envelope.data, "a puzzle", ["conditions", "identities"])
        let conditions = try MemberReader(
            try reader.object("conditions"), "a puzzle's conditions", ["multisig"])
        let multisig = try MemberReader(
            try conditions.object("multisig"), "'multisig'", ["threshold"])
        var identities: [Identity] = []
        for value in try reader.array("identities", 1...Limits.puzzleIdentities) {
            let identity = try MemberReader(
                value, "a key of a puzzle", ["public", "scheme", "weight"])
            identities.append(
                Identity(
                    publicKey: try identity.hexadecimal("public", 32...65),
                    scheme: try identity.string("scheme", 1...32),
                    weight: value["weight"] == nil
                        ? nil : try identity.integer("weight", 1...Limits.puzzleWeight)))
        }
        try self.init(
            threshold: try multisig.integer(
                "threshold", 1...Limits.puzzleWeight * Limits.puzzleIdentities),
            identities: identities)
        guard hash == envelope.hash else {
            throw Refusal(
                .hashMismatch, "the puzzle's hash is \(hash), not \(envelope.hash)",
                ["expected": hash.hexadecimal, "provided": envelope.hash.hexadecimal])
        }
    }

    /// Whether the keys that have signed are enough.
    func isSolved(by keys: Set<[UInt8]>) -> Bool {
        identities.reduce(0) { $0 + (keys.contains($1.publicKey) ? $1.weight ?? 1 : 0) }
            >= threshold
    }

    /// The canonical data.
    public var data: [UInt8] { Self.data(threshold, identities) }

    /// The document's bytes.
    public var document: [UInt8] { Envelope.write(data: data, hash: hash) { _ in } }

    private static func data(_ threshold: Int, _ identities: [Identity]) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.name("conditions")
        writer.raw("{\"multisig\":{\"threshold\":\(threshold)}}".utf8)
        writer.name("identities")
        writer.beginArray()
        for identity in identities {
            writer.beginObject()
            writer.name("public")
            writer.plain(Hexadecimal.encodedBytes(identity.publicKey))
            writer.name("scheme")
            writer.string(identity.scheme)
            if let weight = identity.weight {
                writer.name("weight")
                writer.integer(weight)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
