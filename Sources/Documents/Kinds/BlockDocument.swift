// What seals a range of the log: the last line of its segment.
import Bytes
import Cryptography

/// `{"kind":"block","balances","contents","count","domain","height","journal","opened","previous",
/// "root","sealed","size"}`, signed by the domain key; `meta.checkpoint` is the signature of the
/// C2SP checkpoint that says the same.
public struct BlockDocument: Sendable {
    /// What a block states.
    public let statement: Statement
    /// The identity, and the name of the segment.
    public let hash: Digest256
    /// The domain key's signature.
    public let endorsements: Endorsements
    /// Base64 of key id and Ed25519 signature over the checkpoint's text.
    public let checkpointSignature: String

    /// The root of a Merkle tree (RFC 6962) and the number of its leaves.
    public struct Tree: Sendable, Hashable {
        /// The root.
        public let root: Digest256
        /// Leaves.
        public let size: Int

        /// A tree.
        public init(root: Digest256, size: Int) {
            self.root = root
            self.size = size
        }
    }

    /// The members of `data`.
    public struct Statement: Sendable, Hashable {
        /// Every counter of the domain as it stood then, sorted, with a total for each unit.
        public var balances: Tree
        /// The hashes that this block made known, its documents' and their instructions', sorted.
        public var contents: Tree
        /// Documents of the block, itself not counted.
        public var count: Int
        /// The clearing domain.
        public var domain: String
        /// Blocks before it.
        public var height: Int
        /// SHA-256 of the segment's bytes above the block.
        public var journal: Digest256
        /// When the block before it was sealed.
        public var opened: Timestamp
        /// The block before it; `noBlock` for the first.
        public var previous: Digest256
        /// When it was sealed.
        public var sealed: Timestamp
        /// The log before this document.
        public var log: Tree

        /// A statement.
        public init(
            balances: Tree, contents: Tree, count: Int, domain: String, height: Int,
            journal: Digest256, opened: Timestamp, previous: Digest256, sealed: Timestamp,
            log: Tree
        ) {
            self.balances = balances
            self.contents = contents
            self.count = count
            self.domain = domain
            self.height = height
            self.journal = journal
            self.opened = opened
            self.previous = previous
            self.sealed = sealed
            self.log = log
        }
    }

    /// What stands in `previous` of the first block.
    public static let noBlock = Digest256.zero
    /// Characters of a checkpoint's signature: base64 of 68 bytes.
    static let checkpointTextBytes = 92

    /// A block that is being made.
    public init(
        _ statement: Statement, _ endorsements: Endorsements = .init(),
        checkpointSignature: String = ""
    ) {
        self.statement = statement
        self.endorsements = endorsements
        self.checkpointSignature = checkpointSignature
        hash = Hash.sha256d(statement.data)
    }

    /// Reads a block: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a block",
            [
                "balances", "contents", "count", "domain", "height", "journal", "kind", "opened",
                "previous", "root", "sealed", "size",
            ])
        let numbers = 0...Limits.logDocuments
        statement = Statement(
            balances: try Self.tree(try data.object("balances")),
            contents: try Self.tree(try data.object("contents")),
            count: try data.integer("count", numbers),
            domain: try data.string("domain", 1...Limits.domainBytes),
            height: try data.integer("height", 0...Limits.blocks - 1),
            journal: try data.digest("journal"), opened: try data.timestamp("opened"),
            previous: try data.digest("previous"), sealed: try data.timestamp("sealed"),
            log: Tree(root: try data.digest("root"), size: try data.integer("size", numbers)))
        let meta = try MemberReader(
            envelope.meta, "a block's meta", ["checkpoint", "signatures"])
        checkpointSignature = try meta.string(
            "checkpoint", Self.checkpointTextBytes...Self.checkpointTextBytes)
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        guard statement.opened <= statement.sealed else {
            throw data.failure("sealed", "is before 'opened'")
        }
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    static func tree(_ value: JSONValue) throws(Refusal) -> Tree {
        let reader = try MemberReader(value, "a tree", ["root", "size"])
        return Tree(
            root: try reader.digest("root"),
            size: try reader.integer("size", 0...Limits.logDocuments))
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: statement.data, hash: hash) { writer in
            writer.name("checkpoint")
            writer.string(checkpointSignature)
            endorsements.write(to: &writer)
        }
    }

    /// The one who has signed: a block has one signature, the domain key's.
    /// - Throws: `signature-missing`, `signature-invalid`, `unknown-scheme`.
    public func checkSignature() throws(Refusal) -> DocumentSignature {
        guard let signature = endorsements.signatures.first,
            signature.scheme == SignatureScheme.eddsaEd25519.rawValue
        else { throw Refusal(.signatureMissing, "the block is not signed by an Ed25519 key") }
        try endorsements.check(hash, signedBy: signature.signer)
        return signature
    }

    /// Whether a line begins as a block's does. Cheap, and never wrong about a document that has
    /// been read: members stand in order.
    public static func isBegun(by line: some Collection<UInt8>) -> Bool {
        line.starts(with: #"{"data":{"balances":"#.utf8)
    }
}

extension BlockDocument.Statement {
    /// The canonical data.
    var data: [UInt8] {
        var writer = CanonicalWriter(capacity: 1024)
        writer.beginObject()
        writer.name("balances")
        balances.write(to: &writer)
        writer.name("contents")
        contents.write(to: &writer)
        writer.name("count")
        writer.integer(count)
        writer.name("domain")
        writer.string(domain)
        writer.name("height")
        writer.integer(height)
        writer.member("journal", journal)
        writer.name("kind")
        writer.string("block")
        writer.member("opened", opened)
        writer.member("previous", previous)
        writer.member("root", log.root)
        writer.member("sealed", sealed)
        writer.name("size")
        writer.integer(log.size)
        writer.endObject()
        return writer.bytes
    }
}

extension BlockDocument.Tree {
    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("root", root)
        writer.name("size")
        writer.integer(size)
        writer.endObject()
    }
}
