// A block, and what it must say.
import Bytes
import Cryptography
import Documents

/// A block document as it was read, its signature verified.
struct BlockRecord: Sendable {
    let hash: Digest256
    let domain: String
    let height: Int
    let previous: Digest256
    let opened: Timestamp
    let sealed: Timestamp
    let count: Int
    let journal: Digest256
    let log: TreeHead
    let contents: TreeHead
    let balances: TreeHead
    /// Base64 of the checkpoint's signature.
    let checkpoint: String
    /// The public key that signed the document.
    let key: [UInt8]

    init(_ envelope: Envelope) throws(Refusal) {
        let data = try Members(
            envelope.data,
            [
                "balances", "contents", "count", "domain", "height", "journal", "kind", "opened",
                "previous", "root", "sealed", "size",
            ])
        hash = envelope.hash
        domain = try data.text("domain")
        height = try data.integer("height")
        previous = try data.digest("previous")
        opened = try data.time("opened")
        sealed = try data.time("sealed")
        count = try data.integer("count")
        journal = try data.digest("journal")
        log = TreeHead(size: try data.integer("size"), root: try data.digest("root"))
        contents = try data.tree("contents")
        balances = try data.tree("balances")
        let meta = try Members(envelope.meta, ["checkpoint", "signatures"])
        checkpoint = try meta.text("checkpoint")
        key = try meta.signer("signatures", of: hash)
    }

    /// The name of the file that holds the block.
    var segmentName: String {
        let digits = String(height)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count))
            + "\(digits)-\(hash).ndjson"
    }

    /// Compares every member with what the auditor has counted itself.
    func check(
        _ chain: BlockChain, _ segment: Segment, log: TreeHead, balances: TreeHead
    ) throws(AuditFinding) {
        try require(
            height == chain.height, .blockHeight,
            "the block's height is \(height), \(chain.height) comes next")
        try require(
            previous == chain.previous, .blockPrevious,
            "the block follows \(previous), the last one is \(chain.previous)")
        try require(
            opened == chain.opened && opened <= sealed, .blockTimes,
            "the block was open from \(opened) to \(sealed), it begins at \(chain.opened)")
        try require(
            count == segment.count, .blockCount,
            "the block counts \(count) documents, \(segment.count) stand in its segment")
        let digest = segment.journal.finalize()
        try require(
            journal == digest, .blockJournal,
            "the digest of the segment's bytes is \(digest), not \(journal)")
        try Self.compare(self.log, log, .blockLog, "the log")
        try Self.compare(
            contents, HashTree.contents(segment.contents), .blockContents, "the block's contents")
        try Self.compare(self.balances, balances, .blockBalances, "the balances")
        try checkCheckpoint()
    }

    private static func compare(
        _ stated: TreeHead, _ counted: TreeHead, _ code: AuditFinding.Code, _ what: String
    ) throws(AuditFinding) {
        try require(
            stated == counted, code,
            "the tree of \(what) has \(counted.size) leaves and the root \(counted.root), "
                + "not \(stated.size) and \(stated.root)")
    }

    /// The signature of the C2SP note that says the same as the block: key id (4 bytes), then
    /// Ed25519 (64) over the note's text.
    private func checkCheckpoint() throws(AuditFinding) {
        let note = "\(domain)\n\(log.size)\n\(Base64.encode(log.root.bytes))\n"
        let id = Hash.sha256(Array(domain.utf8) + [0x0a, 0x01] + key).bytes.prefix(4)
        guard let line = Base64.decode(checkpoint), line.prefix(4) == id,
            Ed25519.verify(
                signature: Array(line.dropFirst(4)), message: Array(note.utf8), publicKey: key)
        else {
            throw AuditFinding(.blockCheckpoint, "the signature of the block's checkpoint is false")
        }
    }
}

/// The sealed blocks: what the next one must continue.
struct BlockChain: Sendable {
    private(set) var height = 0
    private(set) var previous = Digest256.zero
    private(set) var opened: Timestamp

    /// - Parameter begun: when the first device certificate was issued.
    init(begun: Timestamp) { opened = begun }

    mutating func append(_ block: BlockRecord) {
        height += 1
        previous = block.hash
        opened = block.sealed
    }
}

/// The lines since the last block.
struct Segment: Sendable {
    private(set) var count = 0
    /// SHA-256 of the lines, newlines included.
    private(set) var journal = SHA256Stream()
    /// The hashes that they made known, in their order.
    private(set) var contents: [Digest256] = []
    /// The name that the block gives the segment, once it has come.
    var name: String?
    /// Whether the cut has come, after which only the block does.
    var isCut = false
    /// The clock of the latest transaction.
    var clock: Transaction.Clock?

    mutating func append(_ line: [UInt8], _ hashes: [Digest256]) {
        count += 1
        journal.update(line)
        journal.update([UInt8(ascii: "\n")])
        contents += hashes
    }
}
