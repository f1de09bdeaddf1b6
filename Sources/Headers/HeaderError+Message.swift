// The errors as sentences: no capital, no full stop, what failed first.
import Bitcoin
import Bytes

extension HeaderError {
    /// A sentence for people.
    public var message: String {
        switch self {
        case .truncated(let offset): "the bytes end too early, at byte \(offset)"
        case .trailingBytes(let offset): "something follows the end, at byte \(offset)"
        case .varintNotMinimal(let offset): "a varint is longer than it need be, at byte \(offset)"
        case .tooLarge(let what, let limit, let got): "\(what) is \(got), \(limit) is the limit"
        case .invalidBits(let bits, let defect):
            "bits '\(Self.hexadecimal(bits))' are no target: \(defect.sentence)"
        case .insufficientWork(let hash, let bits):
            "hash '\(hash.displayed)' does not meet the target of bits '\(Self.hexadecimal(bits))'"
        case .wrongBits(let height, let expected, let got):
            "bits at height \(height) are '\(Self.hexadecimal(got))', "
                + "not '\(Self.hexadecimal(expected))'"
        case .timeTooOld(let height, let median, let got):
            "time \(got) at height \(height) is not after the median \(median)"
        case .timeTooNew(let height, let limit, let got):
            "time \(got) at height \(height) is after \(limit)"
        case .otherChain(let height, let got):
            "'\(got.displayed)' at height \(height) belongs to another chain"
        case .unknownParent(let previous): "nothing is known of '\(previous.displayed)'"
        case .outOfReach(let height): "no header is known at height \(height)"
        case .notThisNetwork(let magic):
            "a message of another network: it begins with '\(Hexadecimal.encode(magic))'"
        case .malformedMessage(let command, let reason): "message '\(command)': \(reason)"
        case .notLinked(let previous, let expected):
            "header follows '\(previous.displayed)', not '\(expected.displayed)'"
        case .busy(let path): "another process is writing to the headers in '\(path)'"
        case .noStore(let path): "there are no headers in '\(path)'"
        case .unusable(let path): "writing to '\(path)' has failed before"
        case .malformedText(let line, let reason): "line \(line): \(reason)"
        case .malformedBEEF(let reason): "no BEEF: \(reason)"
        case .missingParent(let transaction, let parent):
            "'\(transaction.displayed)' spends '\(parent.displayed)', which is not there"
        case .overspent(let transaction):
            "'\(transaction.displayed)' pays more than it spends"
        case .invalidTransaction(let transaction, let reason):
            "'\(transaction.displayed)': \(reason.message)"
        case .unverifiableScript(let transaction, let input):
            "input \(input) of '\(transaction.displayed)' spends a script of a form that is not "
                + "verified here"
        case .notFinal(let transaction, let lockTime):
            "'\(transaction.displayed)' is locked until \(lockTime)"
        case .immature(let transaction, let parent):
            "'\(transaction.displayed)' spends the miner's reward '\(parent.displayed)', which is "
                + "too young"
        case .unminedCoinbase(let transaction):
            "'\(transaction.displayed)' is a block's first transaction, and no path shows the block"
        case .emptyTree: "a tree needs a leaf"
        case .indexOutOfRange(let index, let levels):
            "index \(index) is outside of a tree of \(levels) levels"
        case .misplacedDuplicate(let level): "a duplicate stands where none can be, level \(level)"
        case .nodeBeyondLast(let level): "a node follows the last one of its level, level \(level)"
        case .mutatedTree(let level): "two neighbours are equal, level \(level)"
        case .transactionAsNode(let level): "a node is a transaction as well, level \(level)"
        case .malformedJSON(let reason, let offset): "\(reason), at byte \(offset)"
        case .invalidFlags(let flags, let offset): "no proof has flags \(flags), at byte \(offset)"
        case .unreadableText:
            "this is neither binary nor hexadecimal digits nor JSON: no transaction, and no proof"
        case .unsupportedProof(let kind): "\(kind) proofs are not supported"
        case .malformedTransaction(let count): "\(count) bytes are no transaction"
        case .ambiguousTransaction: "a transaction of 64 bytes may be an inner node"
        case .wrongTarget(let expected, let got):
            "proof is for '\(got.displayed)', not '\(expected.displayed)'"
        case .wrongHeight(let expected, let got):
            "proof is for height \(got), not \(expected.map(String.init) ?? "an unknown one")"
        case .wrongRoot(let expected, let got):
            "branch leads to '\(got.displayed)', not '\(expected.displayed)'"
        case .notInPath(let hash): "path says nothing of '\(hash.displayed)'"
        case .missingSibling(let level, let offset):
            "node \(offset) has no partner, level \(level)"
        case .conflictingNodes(let level, let offset):
            "node \(offset) stands twice, level \(level)"
        case .emptyPath: "a path needs a leaf"
        case .transactionAboveLeaves(let level):
            "a transaction stands above the leaves, level \(level)"
        }
    }

    private static func hexadecimal(_ bits: UInt32) -> String {
        Hexadecimal.encode(bits.littleEndianBytes.reversed())
    }
}

extension HeaderError.BitsDefect {
    fileprivate var sentence: String {
        switch self {
        case .negative: "they are negative"
        case .overflow: "they have more than 256 bits"
        case .zero: "they are zero"
        case .notMinimal: "they have another spelling"
        }
    }
}
