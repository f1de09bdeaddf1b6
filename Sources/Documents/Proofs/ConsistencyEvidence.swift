// Evidence that a log has only grown.
import Bytes

/// A consistency path (RFC 6962 §2.1.2) between two checkpoints.
public struct ConsistencyEvidence: Sendable {
    /// The earlier state.
    public let from: BlockDocument.Tree
    /// The later state.
    public let to: BlockDocument.Tree
    /// The earlier checkpoint, a signed note.
    public let earlier: String
    /// The block of the later state, and its checkpoint.
    public let seal: SealEvidence
    /// The path.
    public let path: [Digest256]

    /// Evidence.
    public init(
        from: BlockDocument.Tree, to: BlockDocument.Tree, earlier: String, seal: SealEvidence,
        path: [Digest256]
    ) {
        self.from = from
        self.to = to
        self.earlier = earlier
        self.seal = seal
        self.path = path
    }

    init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a proof", ["domain", "from", "kind", "proves", "to"])
        from = try BlockDocument.tree(try data.object("from"))
        to = try BlockDocument.tree(try data.object("to"))
        let meta = try MemberReader(
            envelope.meta, "a proof's meta", ["block", "checkpoint", "earlier", "path"])
        seal = try SealEvidence(meta)
        earlier = try meta.string("earlier", 1...Limits.noteBytes)
        path = try meta.digests("path", 0...Limits.treeLevels)
    }

    func writeClaim(_ domain: String, to writer: inout CanonicalWriter) {
        writer.name("domain")
        writer.string(domain)
        writer.name("from")
        from.write(to: &writer)
        writer.name("kind")
        writer.string("proof")
        writer.name("proves")
        writer.string("consistency")
        writer.name("to")
        to.write(to: &writer)
    }

    func write(to writer: inout CanonicalWriter) {
        seal.write(to: &writer)
        writer.name("earlier")
        writer.string(earlier)
        writer.name("path")
        writer.digests(path)
    }
}
