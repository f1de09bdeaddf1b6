// That a log has only grown between two checkpoints.
import Bytes
import Documents

extension ProofVerification {
    static func verify(
        _ evidence: ConsistencyEvidence, of domain: String
    ) throws(Refusal) -> (VerifiedSeal, Finding) {
        let seal = try VerifiedSeal(evidence.seal, of: domain)
        guard evidence.to == seal.block.statement.log else {
            throw .unproved(
                "the block is of a log of \(seal.block.statement.log.size) documents, the claim "
                    + "is about \(evidence.to.size)")
        }
        let earlier = try VerifiedSeal.note(
            evidence.earlier, of: evidence.from, "the earlier checkpoint", under: seal.block)
        guard
            MerkleTree.verifyConsistency(
                firstSize: evidence.from.size, firstRoot: evidence.from.root,
                secondSize: evidence.to.size, secondRoot: evidence.to.root, path: evidence.path)
        else {
            throw .unproved(
                "the log of \(evidence.from.size) documents is not shown to be the beginning of "
                    + "the log of \(evidence.to.size)")
        }
        return (seal, .consistency(earlier: earlier))
    }
}
