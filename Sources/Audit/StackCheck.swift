// A stack: blocks under a header of Bitcoin's form.
import Bytes
import Cryptography
import Documents

/// A stack document as it was read, its signature verified.
struct StackRecord: Sendable {
    let domain: String
    let height: Int
    /// The height of its first block.
    let first: Int
    /// How many blocks.
    let count: Int
    /// 80 bytes: version, previous header, Merkle root, time, bits, nonce; numbers little-endian.
    let header: [UInt8]
    /// The public key that signed the document.
    let key: [UInt8]

    init(_ envelope: Envelope) throws(Refusal) {
        let data = try Members(
            envelope.data, ["count", "domain", "first", "header", "height", "kind"])
        domain = try data.text("domain")
        height = try data.integer("height")
        first = try data.integer("first")
        count = try data.integer("count")
        header = try data.bytes("header", 80)
        key = try Members(envelope.meta, ["signatures"]).signer(
            "signatures", of: envelope.hash)
    }
}

/// The stacks so far: what the next one must continue.
struct StackChain: Sendable {
    private var height = 0
    /// The height of the first block that no stack holds.
    private var first = 0
    /// The hash of the last header.
    private var previous = Digest256.zero
    /// The hashes of the blocks from `first` on.
    private var waiting: [Digest256] = []

    mutating func add(block: Digest256) { waiting.append(block) }

    /// Checks a stack and takes it in.
    mutating func append(_ stack: StackRecord) throws(AuditFinding) {
        let header = stack.header
        try require(
            stack.height == height, .stackHeight,
            "the stack's height is \(stack.height), \(height) comes next")
        try require(
            stack.first == first && (1...max(1, waiting.count)).contains(stack.count)
                && !waiting.isEmpty, .stackRange,
            "the stack has \(stack.count) blocks from \(stack.first) on; \(waiting.count) from "
                + "\(first) on are in none")
        try require(
            header[0..<4] == [0, 0, 0, 0x20], .stackVersion,
            "the version of the stack's header is not 0x20000000")
        try require(
            header[4..<36].elementsEqual(previous.bytes), .stackPrevious,
            "the stack's header does not follow the last one's hash")
        try require(
            header[36..<68].elementsEqual(Self.root(Array(waiting.prefix(stack.count))).bytes),
            .stackRoot, "the Merkle root of the stack's header is not its blocks'")
        let hash = Hash.sha256d(header)
        try require(
            Self.hasWork(hash, bits: Array(header[72..<76])), .stackWork,
            "the hash of the stack's header is above its target")
        height += 1
        first += stack.count
        previous = hash
        waiting.removeFirst(stack.count)
    }

    /// Bitcoin's tree: nodes are SHA256d, the last of an odd number is paired with itself.
    static func root(_ hashes: [Digest256]) -> Digest256 {
        var level = hashes
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                let right = min(index + 1, level.count - 1)
                return Hash.sha256d(level[index].bytes + level[right].bytes)
            }
        }
        return level.first ?? .zero
    }

    /// Whether the hash, read as a little-endian number, is at most the target.
    static func hasWork(_ hash: Digest256, bits: [UInt8]) -> Bool {
        guard let target = target(bits) else { return false }
        return !target.lexicographicallyPrecedes(Array(hash.bytes.reversed()))
    }

    /// The target's 32 bytes, the largest first: three digits to the base 256 and where they begin
    /// (the last of the four bytes). Nil for a negative one and for one of more than 32 bytes.
    static func target(_ bits: [UInt8]) -> [UInt8]? {
        guard bits[2] & 0x80 == 0 else { return nil }
        var target = [UInt8](repeating: 0, count: 32)
        for digit in 0..<3 where bits[digit] != 0 {
            let place = Int(bits[3]) - 3 + digit
            if place > 31 { return nil }
            // What falls below the point is cut off.
            if place >= 0 { target[31 - place] = bits[digit] }
        }
        return target
    }
}
