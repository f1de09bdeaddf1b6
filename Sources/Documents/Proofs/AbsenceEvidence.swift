// Evidence that a document is not in a range of blocks.
import Bytes

/// For each block, the hashes that would be its neighbours in the block's sorted contents.
public struct AbsenceEvidence: Sendable {
    /// What is not there.
    public let id: Digest256
    /// The first block of the range.
    public let first: Int
    /// The last block of the range.
    public let last: Int
    /// The blocks, ascending.
    public let blocks: [AbsentFrom]
    /// The checkpoint of the last block.
    public let checkpoint: String

    /// One block without the document.
    public struct AbsentFrom: Sendable {
        /// The block's document.
        public let block: Envelope
        /// The neighbours, ascending: two that stand side by side, one at an end, or none in an
        /// empty block.
        public let leaves: [(hash: Digest256, place: TreePlace)]

        /// One block.
        public init(block: Envelope, leaves: [(hash: Digest256, place: TreePlace)]) {
            self.block = block
            self.leaves = leaves
        }

        init(_ value: JSONValue) throws(Refusal) {
            let reader = try MemberReader(value, "a block of an absence", ["block", "leaves"])
            block = try Envelope(try reader.object("block"))
            var leaves: [(hash: Digest256, place: TreePlace)] = []
            for value in try reader.array("leaves", 0...2) {
                let leaf = try MemberReader(value, "a leaf", ["hash", "index", "path"])
                leaves.append((try leaf.digest("hash"), try TreePlace(leaf)))
            }
            self.leaves = leaves
        }

        func write(to writer: inout CanonicalWriter) {
            writer.beginObject()
            writer.name("block")
            writer.raw(block.bytes)
            writer.name("leaves")
            writer.beginArray()
            for (hash, place) in leaves {
                writer.beginObject()
                writer.member("hash", hash)
                place.write(to: &writer)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
    }

    /// Evidence.
    public init(
        id: Digest256, first: Int, last: Int, blocks: [AbsentFrom], checkpoint: String
    ) {
        self.id = id
        self.first = first
        self.last = last
        self.blocks = blocks
        self.checkpoint = checkpoint
    }

    init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a proof", ["domain", "first", "id", "kind", "last", "proves"])
        id = try data.digest("id")
        first = try data.integer("first", 0...Limits.blocks - 1)
        last = try data.integer("last", first...max(first, Limits.blocks - 1))
        let meta = try MemberReader(envelope.meta, "a proof's meta", ["blocks", "checkpoint"])
        checkpoint = try meta.string("checkpoint", 1...Limits.noteBytes)
        var blocks: [AbsentFrom] = []
        for value in try meta.array("blocks", 1...Limits.proofBlocks) {
            blocks.append(try AbsentFrom(value))
        }
        self.blocks = blocks
    }

    func writeClaim(_ domain: String, to writer: inout CanonicalWriter) {
        writer.name("domain")
        writer.string(domain)
        writer.name("first")
        writer.integer(first)
        writer.member("id", id)
        writer.name("kind")
        writer.string("proof")
        writer.name("last")
        writer.integer(last)
        writer.name("proves")
        writer.string("absence")
    }

    func write(to writer: inout CanonicalWriter) {
        writer.name("blocks")
        writer.beginArray()
        for block in blocks { block.write(to: &writer) }
        writer.endArray()
        writer.name("checkpoint")
        writer.string(checkpoint)
    }
}
