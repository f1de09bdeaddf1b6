// What a stack must say: which blocks it holds, and which header it follows.
import Bytes
import Documents
import Headers

/// The stacks so far: what the next one must continue.
struct StackChain {
    private var height = 0
    /// The height of the first block that no stack holds.
    private var first = 0
    /// The hash of the last header.
    private var previous = BlockHeader.noPrevious
    /// The hashes of the blocks from `first` on.
    private var waiting: [Digest256] = []

    /// Takes in a block.
    mutating func add(block: Digest256) { waiting.append(block) }

    /// Checks a stack, whose work has been checked, and takes it in.
    mutating func append(_ stack: StackDocument) throws(LogRefusal) {
        func require(
            _ holds: Bool, _ code: String, _ message: @autoclosure () -> String
        ) throws(LogRefusal) {
            if !holds { throw LogRefusal(code: code, message: message()) }
        }
        try require(
            stack.height == height, "stack-height",
            "the stack's height is \(stack.height), \(height) comes next")
        try require(
            stack.first == first && stack.count <= waiting.count, "stack-range",
            "the stack has \(stack.count) blocks from \(stack.first) on; \(waiting.count) from "
                + "\(first) on are in none")
        let (header, root): (BlockHeader, BitcoinTree.Root)
        do throws(HeaderError) {
            header = try BlockHeader(stack.header)
            root = try BitcoinTree.root(of: Array(waiting.prefix(stack.count)))
        } catch {
            throw LogRefusal(code: "stack-root", message: error.message)
        }
        try require(
            header.previous == previous, "stack-previous",
            "the stack's header follows \(header.previous), the last one's hash is \(previous)")
        try require(
            header.merkleRoot == root.hash && !root.isMutated, "stack-root",
            "the Merkle root of the stack's header is not that of its blocks")
        height += 1
        first += stack.count
        previous = header.hash
        waiting.removeFirst(stack.count)
    }
}
