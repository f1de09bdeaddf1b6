// What shows a stranger, offline, that something stands in a domain's log.
import Bytes
import Cryptography

/// `{"kind":"proof","proves",…}`: `data` is the claim, `meta` the evidence. Nobody signs a proof:
/// the block's signatures in it do.
public struct ProofDocument: Sendable {
    /// The clearing domain.
    public let domain: String
    /// What is claimed, and what shows it.
    public let claim: Claim
    /// The identity: of the claim alone.
    public let hash: Digest256

    /// What a proof claims.
    public enum Claim: Sendable {
        /// A document, or an instruction inside one, stands in a block.
        case document(DocumentEvidence)
        /// A counter's state at a block, or that there was no such counter.
        case balance(BalanceEvidence)
        /// A document is in none of a range of blocks.
        case absence(AbsenceEvidence)
        /// One state of the log is a beginning of a later one.
        case consistency(ConsistencyEvidence)
    }

    /// A proof that is being made.
    public init(domain: String, claim: Claim) {
        self.domain = domain
        self.claim = claim
        hash = Hash.sha256d(Self.data(domain, claim))
    }

    /// Reads a proof. Nothing in it is believed yet.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = envelope.data
        switch data["proves"]?.string {
        case "document": claim = .document(try DocumentEvidence(envelope))
        case "balance", "no-balance": claim = .balance(try BalanceEvidence(envelope))
        case "absence": claim = .absence(try AbsenceEvidence(envelope))
        case "consistency": claim = .consistency(try ConsistencyEvidence(envelope))
        default: throw Refusal.malformed("'proves' names no claim", at: data.offset)
        }
        guard let domain = data["domain"]?.string,
            (1...Limits.domainBytes).contains(domain.utf8.count)
        else { throw Refusal.malformed("'domain' must be a domain's name", at: data.offset) }
        self.domain = domain
        try envelope.check()
        hash = envelope.hash
    }

    private static func data(_ domain: String, _ claim: Claim) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        switch claim {
        case .document(let evidence): evidence.writeClaim(domain, to: &writer)
        case .balance(let evidence): evidence.writeClaim(domain, to: &writer)
        case .absence(let evidence): evidence.writeClaim(domain, to: &writer)
        case .consistency(let evidence): evidence.writeClaim(domain, to: &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: Self.data(domain, claim), hash: hash) { writer in
            switch claim {
            case .document(let evidence): evidence.write(to: &writer)
            case .balance(let evidence): evidence.write(to: &writer)
            case .absence(let evidence): evidence.write(to: &writer)
            case .consistency(let evidence): evidence.write(to: &writer)
            }
        }
    }
}

/// A block and its checkpoint.
public struct SealEvidence: Sendable {
    /// The block's document.
    public let block: Envelope
    /// The checkpoint, a signed note, with the cosignatures of witnesses.
    public let checkpoint: String

    /// A block and its checkpoint.
    public init(block: Envelope, checkpoint: String) {
        self.block = block
        self.checkpoint = checkpoint
    }

    init(_ meta: MemberReader) throws(Refusal) {
        block = try Envelope(try meta.object("block"))
        checkpoint = try meta.string("checkpoint", 1...Limits.noteBytes)
    }

    func write(to writer: inout CanonicalWriter) {
        writer.name("block")
        writer.raw(block.bytes)
        writer.name("checkpoint")
        writer.string(checkpoint)
    }
}

/// Evidence that a document stands in a block.
public struct DocumentEvidence: Sendable {
    /// What was asked for: the document, or an instruction inside it.
    public let id: Digest256
    /// Height of the block.
    public let height: Int
    /// The document, as the log has it.
    public let document: Envelope
    /// The block.
    public let seal: SealEvidence
    /// The document's place in the log.
    public let place: TreePlace
    /// The block's place in a stack, where it is in one.
    public let stack: StackEvidence?

    /// Evidence.
    public init(
        id: Digest256, height: Int, document: Envelope, seal: SealEvidence, place: TreePlace,
        stack: StackEvidence?
    ) {
        self.id = id
        self.height = height
        self.document = document
        self.seal = seal
        self.place = place
        self.stack = stack
    }

    init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a proof", ["domain", "height", "id", "kind", "proves"])
        id = try data.digest("id")
        height = try data.integer("height", 0...Limits.blocks - 1)
        let meta = try MemberReader(
            envelope.meta, "a proof's meta",
            ["block", "checkpoint", "document", "index", "path", "stack"])
        seal = try SealEvidence(meta)
        document = try Envelope(try meta.object("document"))
        place = try TreePlace(meta)
        stack = meta.object["stack"] == nil ? nil : try StackEvidence(try meta.object("stack"))
    }

    func writeClaim(_ domain: String, to writer: inout CanonicalWriter) {
        writer.name("domain")
        writer.string(domain)
        writer.name("height")
        writer.integer(height)
        writer.member("id", id)
        writer.name("kind")
        writer.string("proof")
        writer.name("proves")
        writer.string("document")
    }

    func write(to writer: inout CanonicalWriter) {
        seal.write(to: &writer)
        writer.name("document")
        writer.raw(document.bytes)
        place.write(to: &writer)
        if let stack {
            writer.name("stack")
            stack.write(to: &writer)
        }
    }
}

/// Evidence that a block stands in a stack.
public struct StackEvidence: Sendable {
    /// The stack's document, with the header.
    public let document: Envelope
    /// Bitcoin's Merkle branch, from the block's sibling up; nil where a node is paired with
    /// itself.
    public let branch: [Digest256?]

    /// Evidence.
    public init(document: Envelope, branch: [Digest256?]) {
        self.document = document
        self.branch = branch
    }

    init(_ value: JSONValue) throws(Refusal) {
        let reader = try MemberReader(value, "a stack's evidence", ["branch", "document"])
        document = try Envelope(try reader.object("document"))
        var branch: [Digest256?] = []
        for node in try reader.array("branch", 0...Limits.treeLevels) {
            if node.string == "*" {
                branch.append(nil)
            } else if let text = node.plainString, let digest = Digest256(hexadecimal: text) {
                branch.append(digest)
            } else {
                throw reader.failure("branch", "must hold digests or '*'")
            }
        }
        self.branch = branch
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.name("branch")
        writer.beginArray()
        for node in branch { writer.string(node?.hexadecimal ?? "*") }
        writer.endArray()
        writer.name("document")
        writer.raw(document.bytes)
        writer.endObject()
    }
}
