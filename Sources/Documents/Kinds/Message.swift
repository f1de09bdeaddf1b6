// What one wallet says to another: documents that travel together, signed by who sends them.
import Bytes
import Cryptography

/// Named bounds of messages and of what they carry.
public enum MessageLimits {
    // limit: documents that one message carries
    /// Documents of one message.
    public static let documents = 100
    // limit: a message's subject
    /// Bytes of a message's subject.
    public static let subjectBytes = 200
    // limit: where answers to a message go
    /// Bytes of the URL at which the sender takes messages.
    public static let replyBytes = 1_024
    // limit: the text of a note
    /// Bytes of a note's text.
    public static let noteBytes = 32_768
    // limit: the contents of a file in a note: in base64 they fit into one document
    /// Bytes of a file in a note.
    public static let fileBytes = 45_000
    // limit: the name of a file in a note
    /// Bytes of a file's name.
    public static let fileNameBytes = 200
    // limit: the media type of a file in a note
    /// Bytes of a file's media type.
    public static let mediaTypeBytes = 100
    // limit: days after which a message is no longer taken, nor remembered when it was deleted
    /// Days that a message may be under way.
    public static let ageDays: Int64 = 90
    // limit: how far the sender's clock may be ahead
    /// Minutes that the sender's clock may be ahead of ours.
    public static let aheadMinutes: Int64 = 24 * 60
}

/// `{"kind":"message","documents":[hash…],"domain","from","random","sent","to"[,"answers"]
/// [,"reply"][,"subject"]}`, signed by `from`. The documents stand whole in `meta.documents`, in
/// the same order; `meta.device` may hold the certificate by which the sender's domain vouches for
/// `from`.
public struct Message: Sendable {
    /// What is signed.
    public let terms: Terms
    /// The identity: whoever has taken a message takes it once.
    public let hash: Digest256
    /// The carried documents, each with its hash checked; their own rules are judged elsewhere.
    public let documents: [Envelope]
    /// The certificate of the device that signs, a document without newline.
    public let certificate: [UInt8]?
    /// Who signed.
    public let endorsements: Endorsements

    /// The members of a message's data but the documents.
    public struct Terms: Sendable, Hashable {
        /// The hash of the message that this one answers.
        public var answers: Digest256?
        /// The sender's domain.
        public var domain: String
        /// The device or the address that signs.
        public var from: Address
        /// Makes two messages of the same contents two.
        public var random: String
        /// Where the sender takes messages; nobody has to believe it.
        public var reply: String?
        /// When it was signed.
        public var sent: Timestamp
        /// A line for people.
        public var subject: String?
        /// The receiver's domain.
        public var to: String

        /// A message from a wallet to another.
        public init(domain: String, from: Address, to: String, random: String, sent: Timestamp) {
            self.domain = domain
            self.from = from
            self.to = to
            self.random = random
            self.sent = sent
        }
    }

    /// The kind's name in documents.
    public static let kind: StaticString = "message"

    /// Whether a document says that it is a message.
    public static func isKind(of envelope: Envelope) -> Bool {
        envelope.data["kind"]?.string == kind.description
    }

    /// A message that is being made.
    /// - Parameter documents: 1 to `MessageLimits.documents`, each once.
    public init(
        _ terms: Terms, documents: [Envelope], certificate: [UInt8]?,
        _ endorsements: Endorsements = .init()
    ) {
        self.terms = terms
        self.documents = documents
        self.certificate = certificate
        self.endorsements = endorsements
        hash = Hash.sha256d(Self.data(terms, documents))
    }

    /// Reads a message: its shape, canonical form and hash, and those of every document in it.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a message",
            [
                "answers", "documents", "domain", "from", "kind", "random", "reply", "sent",
                "subject", "to",
            ])
        try data.constant("kind", Self.kind)
        let from = try data.addressText("from")
        let hashes = try Self.hashes(data)
        let answers = data.object["answers"] == nil ? nil : try data.digest("answers")
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let random = try data.string("random", 1...Limits.randomBytes)
        let reply = try data.optionalString("reply", 1...MessageLimits.replyBytes)
        let sent = try data.timestamp("sent")
        let subject = try data.optionalString("subject", 1...MessageLimits.subjectBytes)
        let to = try data.string("to", 1...Limits.domainBytes)
        let meta = try MemberReader(
            envelope.meta, "a message's meta", ["device", "documents", "scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        let carried = try meta.array("documents", hashes.count...hashes.count)
        let device = envelope.meta["device"] == nil ? nil : try meta.object("device")
        try envelope.check()
        var documents: [Envelope] = []
        for (value, hash) in zip(carried, hashes) {
            documents.append(try Self.document(value, hash))
        }
        var terms = Terms(
            domain: domain, from: try Address(from), to: to, random: random, sent: sent)
        terms.answers = answers
        terms.reply = reply
        terms.subject = subject
        self.terms = terms
        self.documents = documents
        certificate = device.map { Array($0.bytes) }
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    private static func hashes(_ data: MemberReader) throws(Refusal) -> [Digest256] {
        var hashes: [Digest256] = []
        for value in try data.array("documents", 1...MessageLimits.documents) {
            guard let text = value.plainString, let hash = Digest256(hexadecimal: text) else {
                throw data.failure("documents", "must hold 64 lower-case hexadecimal digits each")
            }
            guard !hashes.contains(hash) else {
                throw Refusal(
                    .malformedDocument, "the message names the document \(hash) twice",
                    ["hash": hash.hexadecimal])
            }
            hashes.append(hash)
        }
        return hashes
    }

    /// A carried document: of a kind that is known or not, but whole.
    private static func document(
        _ value: JSONValue, _ hash: Digest256
    ) throws(Refusal) -> Envelope {
        let envelope = try Envelope(value)
        try envelope.check()
        guard envelope.hash == hash else {
            throw Refusal(
                .hashMismatch, "the message carries \(envelope.hash) where it names \(hash)",
                ["expected": hash.hexadecimal, "provided": envelope.hash.hexadecimal])
        }
        return envelope
    }

    /// Who must have signed has signed.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkSignatures() throws(Refusal) {
        try endorsements.check(hash, signedBy: terms.from)
    }

    /// The same with other signatures.
    public func replacing(_ endorsements: Endorsements) -> Message {
        Message(terms, documents: documents, certificate: certificate, endorsements)
    }

    private static func data(_ terms: Terms, _ documents: [Envelope]) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 1_024)
        writer.beginObject()
        if let answers = terms.answers {
            writer.name("answers")
            writer.string(answers.hexadecimal)
        }
        writer.name("documents")
        writer.beginArray()
        for document in documents { writer.string(document.hash.hexadecimal) }
        writer.endArray()
        writer.name("domain")
        writer.string(terms.domain)
        writer.member("from", terms.from)
        writer.name("kind")
        writer.string(kind.description)
        writer.name("random")
        writer.string(terms.random)
        if let reply = terms.reply {
            writer.name("reply")
            writer.string(reply)
        }
        writer.member("sent", terms.sent)
        if let subject = terms.subject {
            writer.name("subject")
            writer.string(subject)
        }
        writer.name("to")
        writer.string(terms.to)
        writer.endObject()
        return writer.bytes
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: Self.data(terms, documents), hash: hash) { writer in
            if let certificate {
                writer.name("device")
                writer.raw(certificate)
            }
            writer.name("documents")
            writer.beginArray()
            for document in documents { writer.raw(document.bytes) }
            writer.endArray()
            endorsements.write(to: &writer)
        }
    }
}
