// A stack whose signature and work have been verified.
import Bytes
import Documents
import Headers

/// A stack that its key has signed and whose header meets its own bits.
public struct SignedStack: Sendable {
    /// The stack.
    public let stack: StackDocument
    /// Its header.
    public let header: BlockHeader
    /// How many hashes the header takes on average.
    public let work: UInt256
    /// The key, 32 bytes.
    public let publicKey: [UInt8]
    /// The key's address.
    public let signer: Address

    /// Whether the domain's name is the address of the key.
    public var isSelfCertified: Bool { stack.domain.utf8.elementsEqual(signer.textBytes) }

    /// Verifies a stack on its own.
    /// - Throws: what reading it throws, `signature-missing`, `signature-invalid`,
    ///   `unknown-scheme`; `proof-invalid` where the header is none of a stack or lacks its work.
    public init(_ envelope: Envelope) throws(Refusal) {
        stack = try StackDocument(envelope)
        let signature = try stack.checkSignature()
        guard signature.scheme == SignatureScheme.eddsaEd25519.rawValue else {
            throw Refusal(.signatureMissing, "the stack is not signed by an Ed25519 key")
        }
        try SignedBlock.requireOneSignature(stack.endorsements, "a stack")
        publicKey = signature.publicKey
        signer = signature.signer
        do throws(HeaderError) {
            header = try BlockHeader(stack.header)
            try header.checkWork()
            work = try CompactTarget(bits: header.bits).work
        } catch {
            throw Refusal(error)
        }
        let isFirst = stack.height == 0
        guard header.version == BlockHeader.currentVersion,
            isFirst == (header.previous == BlockHeader.noPrevious),
            isFirst == (stack.first == 0), stack.first >= stack.height
        else { throw .unproved("the header of stack \(stack.height) is not a stack's") }
    }

    /// Checks that the branch leads from a block to the header.
    /// - Parameter branch: from the block's sibling up; nil where a node is paired with itself.
    /// - Throws: `proof-invalid`.
    func check(
        _ block: Digest256, at height: Int, branch: [Digest256?]
    ) throws(Refusal) {
        let blocks = stack.first..<stack.first + stack.count
        guard blocks.contains(height) else {
            throw .unproved(
                "stack \(stack.height) holds the blocks \(blocks.lowerBound) to "
                    + "\(blocks.upperBound - 1), not block \(height)")
        }
        let index = height - stack.first
        let root: Digest256
        do throws(HeaderError) {
            let nodes: [MerkleBranch.Node] = branch.map { $0.map { .hash($0) } ?? .duplicate }
            root = try MerkleBranch(index: index, nodes: nodes).root(of: block)
        } catch {
            throw Refusal(error)
        }
        guard Self.isBranch(branch, at: index, of: stack.count) else {
            throw .unproved("the branch is not that of block \(index) of \(stack.count)")
        }
        guard root == header.merkleRoot else {
            throw Refusal(HeaderError.wrongRoot(expected: header.merkleRoot, got: root))
        }
    }

    /// Whether a branch has the levels of a tree of `count` leaves, and its lone nodes where that
    /// tree has them: nothing inside a tree of Bitcoin's form tells a node from a leaf.
    private static func isBranch(_ branch: [Digest256?], at index: Int, of count: Int) -> Bool {
        var position = index
        var width = count
        for node in branch {
            let isAlone = position & 1 == 0 && position == width - 1
            guard width > 1, (node == nil) == isAlone else { return false }
            position >>= 1
            width = (width + 1) / 2
        }
        return width == 1
    }
}
