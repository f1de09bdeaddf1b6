// The proof in bytes: flags · varint index · transaction or its hash · target · varint count ·
// nodes. Hashes stand in internal order.
import Bytes

extension TSCProof {
    /// The bits of the first byte; the others are zero.
    private enum Flag {
        static let transaction: UInt8 = 0x01
        static let target: UInt8 = 0x06
        static let targetHeader: UInt8 = 0x02
        static let targetRoot: UInt8 = 0x04
        static let targetHeight: UInt8 = 0x06
        static let tree: UInt8 = 0x08
        static let composite: UInt8 = 0x10
        static let known: UInt8 = 0x1f
    }

    /// What a node begins with.
    private enum NodeType {
        static let hash: UInt8 = 0
        static let duplicate: UInt8 = 1
    }

    /// Reads the binary form; nothing may follow.
    /// - Throws: `HeaderError`: `.unsupportedProof` for trees and composites, `.invalidFlags`,
    ///   `.truncated`, `.trailingBytes`, `.varintNotMinimal`, `.tooLarge`, and what a branch and a
    ///   proof of its parts refuse.
    public init(binary bytes: ArraySlice<UInt8>) throws(HeaderError) {
        var reader = ByteReader<HeaderError>(bytes)
        let flags = try reader.byte()
        guard flags & ~Flag.known == 0 else { throw .invalidFlags(flags, offset: 0) }
        if flags & Flag.tree != 0 { throw .unsupportedProof(kind: "tree") }
        if flags & Flag.composite != 0 { throw .unsupportedProof(kind: "composite") }
        let index = try reader.integer("index", limit: Limits.branchIndex)
        let subject: Subject
        if flags & Flag.transaction != 0 {
            let limit = Limits.proofTransactionBytes
            let count = try reader.integer("transaction", limit: limit)
            subject = .transaction(Array(try reader.take(count)))
        } else {
            subject = .hash(try reader.digest())
        }
        let target: Target
        switch flags & Flag.target {
        case Flag.targetHeader: target = .header(try BlockHeader(&reader))
        case Flag.targetRoot: target = .merkleRoot(try reader.digest())
        case Flag.targetHeight:
            target = .height(try reader.integer("height", limit: Limits.blockHeight))
        default: target = .hash(try reader.digest())
        }
        let count = try reader.integer("nodes", limit: Limits.branchLevels)
        var nodes: [MerkleBranch.Node] = []
        for _ in 0..<count {
            let offset = reader.offset
            switch try reader.byte() {
            case NodeType.hash: nodes.append(.hash(try reader.digest()))
            case NodeType.duplicate: nodes.append(.duplicate)
            case let other: throw .invalidFlags(other, offset: offset)
            }
        }
        try reader.end()
        try self.init(
            subject: subject, branch: MerkleBranch(index: index, nodes: nodes), target: target)
    }

    /// Reads the binary form; nothing may follow.
    /// - Throws: `HeaderError`; see above.
    public init(binary bytes: [UInt8]) throws(HeaderError) {
        try self.init(binary: bytes[...])
    }

    /// The binary form.
    public var binary: [UInt8] {
        var flags: UInt8 = 0
        if case .transaction = subject { flags |= Flag.transaction }
        switch target {
        case .hash: break
        case .header: flags |= Flag.targetHeader
        case .merkleRoot: flags |= Flag.targetRoot
        case .height: flags |= Flag.targetHeight
        }
        var bytes: [UInt8] = [flags]
        bytes.appendVarint(branch.index)
        switch subject {
        case .hash(let hash): bytes += hash.bytes
        case .transaction(let transaction):
            bytes.appendVarint(transaction.count)
            bytes += transaction
        }
        switch target {
        case .hash(let hash), .merkleRoot(let hash): bytes += hash.bytes
        case .header(let header): bytes += header.bytes
        case .height(let height): bytes.appendVarint(height)
        }
        bytes.appendVarint(branch.nodes.count)
        for node in branch.nodes {
            switch node {
            case .hash(let hash): bytes += [NodeType.hash] + hash.bytes
            case .duplicate: bytes.append(NodeType.duplicate)
            }
        }
        return bytes
    }
}
