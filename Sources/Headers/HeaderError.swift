// The one error of this module: what is wrong with a header, a target or a proof, with its values.
import Bitcoin
import Bytes

/// Why a header, a target or a proof is refused.
public enum HeaderError: Error, Equatable, Sendable, ByteReaderError {
    /// What can be wrong with a target in 32 bits.
    public enum BitsDefect: String, Sendable {
        /// The sign bit of the mantissa is set.
        case negative
        /// The target has more than 256 bits.
        case overflow
        /// No hash meets a target of zero.
        case zero
        /// The same target has another, shorter spelling.
        case notMinimal
    }

    // Bytes

    /// The bytes end where more should stand.
    case truncated(offset: Int)
    /// Something follows the end.
    case trailingBytes(offset: Int)
    /// A varint longer than its number needs.
    case varintNotMinimal(offset: Int)
    /// A length, count or number is past its limit; `what` names it.
    case tooLarge(what: String, limit: Int, got: UInt64)

    // Headers

    /// `bits` are no target.
    case invalidBits(UInt32, BitsDefect)
    /// The hash of a header is above the target of its bits.
    case insufficientWork(hash: Digest256, bits: UInt32)
    /// The rules of the network ask for other bits at this height.
    case wrongBits(height: Int, expected: UInt32, got: UInt32)
    /// A header's time is not after the median of the eleven before it; seconds since 1970.
    case timeTooOld(height: Int, median: UInt32, got: UInt32)
    /// A header's time is too far ahead of the clock.
    case timeTooNew(height: Int, limit: Int64, got: UInt32)
    /// A known block stands at this height, or the header belongs to a chain that has parted.
    case otherChain(height: Int, got: Digest256)
    /// The header before is not known.
    case unknownParent(Digest256)
    /// A rule looks at a header that is not there.
    case outOfReach(height: Int)
    /// A message between nodes begins with another network's magic.
    case notThisNetwork(magic: [UInt8])
    /// A message between nodes is not what its command says.
    case malformedMessage(command: String, reason: String)
    /// A header does not name the header before it.
    case notLinked(previous: Digest256, expected: Digest256)

    // Stores

    /// Another process writes to a store.
    case busy(path: String)
    /// There is no store at a path.
    case noStore(path: String)
    /// A write has failed before: nothing more is taken in until the store is opened anew.
    case unusable(path: String)
    /// A file of headers has something that is none.
    case malformedText(line: Int, reason: String)

    // Trees and branches

    /// A tree of no leaves.
    case emptyTree
    /// A leaf's place is outside of its tree.
    case indexOutOfRange(index: Int, levels: Int)
    /// A duplicate stands where the tree has no last node without a partner.
    case misplacedDuplicate(level: Int)
    /// A node stands to the right of the last node of its level.
    case nodeBeyondLast(level: Int)
    /// Two neighbours are equal: the tree could have been made from fewer leaves (CVE-2012-2459).
    case mutatedTree(level: Int)
    /// The two hashes of an inner node read as a transaction of 64 bytes (CVE-2017-12842).
    case transactionAsNode(level: Int)

    // Proofs

    /// A text is neither JSON nor hexadecimal digits.
    case unreadableText
    /// A text is not the JSON of a proof.
    case malformedJSON(reason: String, offset: Int)
    /// Flags that no proof has.
    case invalidFlags(UInt8, offset: Int)
    /// A kind of proof that is not verified here: tree or composite.
    case unsupportedProof(kind: String)
    /// The bytes are no transaction.
    case malformedTransaction(byteCount: Int)
    /// 64 bytes may be an inner node of the tree: no transaction of that length is accepted.
    case ambiguousTransaction
    /// A proof for another header than the one that it is checked against.
    case wrongTarget(expected: Digest256, got: Digest256)
    /// A proof for another height than the header's; nil where the height is not known.
    case wrongHeight(expected: Int?, got: Int)
    /// The branch leads to another root than the header's.
    case wrongRoot(expected: Digest256, got: Digest256)
    /// A path says nothing about this transaction.
    case notInPath(Digest256)
    /// A node of a path has no partner.
    case missingSibling(level: Int, offset: Int)
    /// A place of a path holds two different hashes.
    case conflictingNodes(level: Int, offset: Int)
    /// A path has no leaves.
    case emptyPath
    /// The bytes are no transactions with their ancestors.
    case malformedBEEF(reason: String)
    /// A transaction's parent is neither mined nor there.
    case missingParent(transaction: Digest256, parent: Digest256)
    /// Outputs are worth more than the inputs.
    case overspent(transaction: Digest256)
    /// An unmined transaction of a BEEF breaks a rule that needs its parents alone: its scripts do
    /// not unlock what it spends.
    case invalidTransaction(Digest256, BitcoinError)
    /// An unmined transaction of a BEEF spends a script of a form that is not verified here.
    case unverifiableScript(transaction: Digest256, input: Int)
    /// An unmined transaction of a BEEF may not be mined yet: its lock time is not over.
    case notFinal(transaction: Digest256, lockTime: UInt32)
    /// An unmined transaction of a BEEF spends what a block's first transaction pays, before a
    /// hundred blocks are above it.
    case immature(transaction: Digest256, parent: Digest256)
    /// A block's first transaction without the path that shows the block.
    case unminedCoinbase(Digest256)
    /// Above the leaves no hash is a transaction's.
    case transactionAboveLeaves(level: Int)
}

/// The first header of a chain that is refused.
public struct BadHeader: Error, Equatable, Sendable {
    /// Its place in what was verified; the first is 0.
    public let index: Int
    /// What is wrong with it.
    public let reason: HeaderError

    /// The header at `index` is refused.
    public init(index: Int, reason: HeaderError) {
        self.index = index
        self.reason = reason
    }

    /// A sentence for people.
    public var message: String { "header \(index): \(reason.message)" }
}

extension HeaderError {
    /// Stable: `unverifiable-script` where nobody can say, `proof-invalid` for what is false.
    public var proofCode: String {
        if case .unverifiableScript = self { "unverifiable-script" } else { "proof-invalid" }
    }

    /// What a transaction inside a proof is refused for.
    init(_ error: BitcoinError, byteCount: Int) {
        self =
            error == .ambiguousTransaction
            ? .ambiguousTransaction : .malformedTransaction(byteCount: byteCount)
    }
}
