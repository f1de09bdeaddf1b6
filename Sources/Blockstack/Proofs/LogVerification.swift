// Verifying blocks against the documents that stand above them, as the files of a log have them.
import Bytes
import Cryptography
import Documents

/// A fold over the lines of a log. It keeps 32 bytes for every hash of the open segment, and
/// nothing else that grows.
public struct LogVerification: Sendable {
    /// What a block that fits the lines above it has shown.
    public struct Segment: Sendable, Equatable {
        /// The documents that it seals.
        public let documents: Int
        /// Whether the block before it stood above too.
        public let isFollowing: Bool
        /// Whether all of the log stood above: then its root has been verified as well.
        public let isWholeLog: Bool
    }

    private var journal = SHA256Stream()
    private var count = 0
    private var contents: [Digest256] = []
    /// Whether a line of the segment is no document of a log, or not known at all.
    private var isBroken = false
    /// Whether a line of the segment is empty.
    private var hasBlank = false
    /// What the segment begins with.
    private var first: VerifiedDocument?
    /// The lines of the segment as the beginning of a log.
    private var beginning = CompactRange()
    /// The whole log up to here; nil where its beginning has not been seen.
    private var log: CompactRange?
    private var last: SignedBlock?
    /// Whether the last block had its lines above it: then the next one must have them too.
    private var isLastClosed = false

    /// Before the first line.
    public init() {}

    /// The lines that follow stand in another file: a block there has none of the lines of this one
    /// above it, but may follow its blocks.
    public mutating func beginFile() {
        if count > 0 || isBroken { log = nil }
        beginSegment()
        isLastClosed = false
    }

    private mutating func beginSegment() {
        journal = SHA256Stream()
        count = 0
        contents.removeAll(keepingCapacity: true)
        isBroken = false
        hasBlank = false
        first = nil
        beginning = CompactRange()
    }

    /// Takes in a line that is no block.
    /// - Parameter line: all of its bytes, the newline included.
    /// - Parameter document: what stands in it, and nothing beside it; nil where that is nothing a
    ///   log holds.
    public mutating func add(_ line: [UInt8], _ document: VerifiedDocument?) {
        journal.update(line)
        guard let document else {
            isBroken = true
            return
        }
        if count == 0 { first = document }
        count += 1
        contents += document.contents
        let leaf = MerkleTree.leafHash(document.hash)
        beginning.append(leaf)
        log?.append(leaf)
    }

    /// Takes in a line without a document, as an empty one.
    public mutating func add(blank line: [UInt8]) {
        journal.update(line)
        hasBlank = true
    }

    /// Takes in a block that is false: what follows it begins anew.
    public mutating func addFalseBlock() {
        beginSegment()
        log = nil
        last = nil
        isLastClosed = false
    }

    /// Judges a block by the lines above it.
    /// - Returns: nil where it has none: then it stands for itself.
    /// - Throws: `proof-invalid`.
    public mutating func close(_ block: SignedBlock) throws(Refusal) -> Segment? {
        do throws(Refusal) {
            let isFollowing = try check(chain: block)
            guard count > 0 || isBroken || isLastClosed && isFollowing else {
                begin(after: block, log: nil, isClosed: false)
                return nil
            }
            try check(lines: block.statement)
            let before = isFollowing ? log : block.statement.height == 0 ? beginning : nil
            if let before { try check(before, block) }
            let documents = count
            begin(after: block, log: before, isClosed: true)
            return Segment(
                documents: documents, isFollowing: isFollowing, isWholeLog: before != nil)
        } catch {
            addFalseBlock()
            throw error
        }
    }

    private mutating func begin(after block: SignedBlock, log: CompactRange?, isClosed: Bool) {
        beginSegment()
        self.log = log
        self.log?.append(MerkleTree.leafHash(block.block.hash))
        last = block
        isLastClosed = isClosed
    }

    /// Whether the block comes right after the last one.
    /// - Throws: where it says so, and does not.
    private func check(chain block: SignedBlock) throws(Refusal) -> Bool {
        guard let last else { return false }
        let isNamed = block.statement.previous == last.block.hash
        let isNext =
            block.key == last.key && block.statement.height == last.statement.height + 1
        guard isNamed || isNext else { return false }
        try block.check(follows: last)
        return true
    }

    /// The lines of the segment, as the block states them.
    private mutating func check(lines statement: BlockDocument.Statement) throws(Refusal) {
        func changed(_ difference: String) -> Refusal {
            .unproved(
                "a document of the segment was changed, added or taken out: \(difference)",
                ["height": String(statement.height)])
        }
        guard !isBroken, !hasBlank else {
            throw changed("a line above block \(statement.height) is no document of a log")
        }
        guard statement.count == count else {
            throw changed(
                "\(count) stand above block \(statement.height), which sealed \(statement.count)")
        }
        let digest = journal.finalize()
        guard statement.journal == digest else {
            throw changed("the SHA-256 of the lines is \(digest), not \(statement.journal)")
        }
        var tree = CompactRange()
        var before: Digest256?
        contents.sort()
        for hash in contents where hash != before {
            tree.append(MerkleTree.leafHash(hash))
            before = hash
        }
        guard statement.contents == BlockDocument.Tree(root: tree.root, size: tree.size) else {
            throw changed("the root of its hashes is \(tree.root), not \(statement.contents.root)")
        }
    }

    /// The whole log, as the block states it; its first line names the key that all blocks have.
    private func check(_ log: CompactRange, _ block: SignedBlock) throws(Refusal) {
        let statement = block.statement
        guard statement.log == BlockDocument.Tree(root: log.root, size: log.size) else {
            throw .unproved(
                "the log above block \(statement.height) has \(log.size) documents and the root "
                    + "\(log.root), not \(statement.log.size) and \(statement.log.root)")
        }
        guard statement.height == 0 else { return }
        guard case .device(let device, let issuer)? = first,
            device.domain.isSpelled(as: statement.domain), issuer == block.signer,
            device.issued == statement.opened
        else {
            throw .unproved(
                "the log does not begin with a device that the key of block 0 has certified")
        }
    }
}
