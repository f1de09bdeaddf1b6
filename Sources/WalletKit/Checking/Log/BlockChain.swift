// What a block must say: of its segment, of the block before it, of the log and the counters.
import Blockstack
import Bytes
import Documents

/// A defect of a block.
struct BlockDefect {
    let code: String
    let message: String
    /// Whether a line above the block may be the one that is not as it was; else it is the block.
    var isOfSegment = false
}

/// What stands in the segment that is being read, its block left out.
struct SegmentSums {
    /// The documents' hashes, in order.
    private(set) var documents: [Digest256] = []
    /// Those and the hashes of the instructions inside them.
    private(set) var contents: [Digest256] = []
    /// Whether a line could not be read: nothing can be said of the whole.
    var isDamaged = false
    /// The block, once it has come.
    var block: BlockDocument?
    /// Whether the cut has come, after which only the block does.
    var hasCut = false
    /// The clock of the latest transaction.
    var clock: Transaction.Clock?

    mutating func append(_ document: StoredDocument) {
        documents.append(document.hash)
        contents.append(document.hash)
        if case .transaction(let stored) = document { contents += stored.transaction.inputs }
    }

    /// What is wrong with what `block` says of them.
    /// - Parameter above: SHA-256 of the bytes above the block.
    func defects(of block: BlockDocument, above: Digest256?) -> [BlockDefect] {
        guard !isDamaged else { return [] }
        let statement = block.statement
        var defects: [BlockDefect] = []
        func expect(_ holds: Bool, _ code: String, _ message: @autoclosure () -> String) {
            guard !holds else { return }
            defects.append(BlockDefect(code: code, message: message(), isOfSegment: true))
        }
        expect(
            statement.journal == above, "block-journal",
            "the SHA-256 of the bytes above the block is not \(statement.journal)")
        expect(
            statement.count == documents.count, "block-count",
            "the block counts \(statement.count) documents, \(documents.count) stand above it")
        expect(
            statement.contents == ContentsTree(contents).tree, "block-contents",
            "the documents above the block do not give its contents \(statement.contents.root)")
        return defects
    }
}

/// The blocks so far: what the next one must continue.
struct BlockChain {
    /// The last one; nil before the first, and where it could not be read.
    private var last: (hash: Digest256, sealed: Timestamp)?
    private var isLost = false

    /// The hash of the last block: a leaf of the log.
    var lastHash: Digest256? { last?.hash }

    /// What is wrong with the way in which `block` follows the last one.
    /// - Parameters:
    ///   - height: the number of its segment.
    ///   - begun: when the first device was certified; nil where that is not known.
    func defects(
        of block: BlockDocument, height: Int, begun: Timestamp?
    ) -> [BlockDefect] {
        let statement = block.statement
        var defects: [BlockDefect] = []
        func expect(_ holds: Bool, _ code: String, _ message: @autoclosure () -> String) {
            if !holds { defects.append(BlockDefect(code: code, message: message())) }
        }
        expect(
            statement.height == height, "block-height",
            "the block's height is \(statement.height), \(height) comes next")
        guard !isLost else { return defects }
        let previous = last?.hash ?? BlockDocument.noBlock
        expect(
            statement.previous == previous, "block-previous",
            "the block follows \(statement.previous), the last one is \(previous)")
        if let opened = last?.sealed ?? begun {
            expect(
                statement.opened == opened, "block-times",
                "the block was opened at \(statement.opened), not \(opened)")
        }
        return defects
    }

    /// What is wrong with what `block` says of the log and the counters.
    static func defects(
        of block: BlockDocument, log: CompactRange, balances: BlockDocument.Tree
    ) -> [BlockDefect] {
        let statement = block.statement
        var defects: [BlockDefect] = []
        if statement.log.size != log.size || statement.log.root != log.root {
            defects.append(
                BlockDefect(
                    code: "block-log",
                    message: "the log has \(log.size) documents and the root \(log.root), not "
                        + "\(statement.log.size) and \(statement.log.root)"))
        }
        if statement.balances != balances {
            defects.append(
                BlockDefect(
                    code: "block-balances",
                    message: "the counters do not give the balances \(statement.balances.root)"))
        }
        return defects
    }

    mutating func append(_ block: BlockDocument) {
        last = (block.hash, block.statement.sealed)
        isLost = false
    }

    /// The next block cannot be compared with the last one, which could not be read.
    mutating func lose() { isLost = true }
}
