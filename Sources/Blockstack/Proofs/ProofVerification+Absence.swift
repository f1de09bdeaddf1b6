// That something is in none of a range of blocks.
import Bytes
import Documents

extension ProofVerification {
    static func verify(
        _ evidence: AbsenceEvidence, of domain: String
    ) throws(Refusal) -> (VerifiedSeal, Finding) {
        guard evidence.blocks.count == evidence.last - evidence.first + 1 else {
            throw .unproved(
                "\(evidence.blocks.count) blocks cannot be those from \(evidence.first) to "
                    + "\(evidence.last)")
        }
        var blocks: [SignedBlock] = []
        blocks.reserveCapacity(evidence.blocks.count)
        for absent in evidence.blocks {
            let block = try SignedBlock(absent.block)
            if let before = blocks.last { try block.check(follows: before) }
            // A block is in no block's contents, and still there: the next one seals it.
            let isBlock =
                evidence.id == block.block.hash
                || block.statement.height > 0 && evidence.id == block.statement.previous
            guard !isBlock else { throw .unproved("\(evidence.id) is a block") }
            try check(evidence.id, isNotIn: block, absent.leaves)
            blocks.append(block)
        }
        guard let first = blocks.first, let last = blocks.last,
            first.statement.height == evidence.first
        else { throw .unproved("the first block is not block \(evidence.first)") }
        let seal = try VerifiedSeal(last, evidence.checkpoint, of: domain)
        return (seal, .absence(blocks))
    }

    private static func check(
        _ id: Digest256, isNotIn block: SignedBlock,
        _ leaves: [(hash: Digest256, place: TreePlace)]
    ) throws(Refusal) {
        let tree = block.statement.contents
        for (hash, place) in leaves {
            try require(MerkleTree.leafHash(hash), at: place, in: tree, "a neighbour")
        }
        _ = try Neighbours(
            leaves.map { ($0.hash, $0.place.index) }, size: tree.size, isBefore: { $0 < id },
            isAfter: { $0 > id })
    }
}
