// That a document, or an instruction inside it, stands in a block.
import Bytes
import Documents

extension ProofVerification {
    static func verify(
        _ evidence: DocumentEvidence, of domain: String
    ) throws(Refusal) -> (VerifiedSeal, Finding) {
        let document = try VerifiedDocument(evidence.document)
        try check(document, is: evidence.id, of: domain)
        let seal = try VerifiedSeal(evidence.seal, of: domain)
        try require(evidence.height, seal)
        let index = evidence.place.index
        try require(
            MerkleTree.leafHash(document.hash), at: evidence.place, in: seal.block.statement.log,
            "the document")
        try check(document, at: index, isSealedBy: seal.block)
        let stack = try stack(evidence.stack, holding: seal.block)
        return (seal, .document(document, index: index, stack: stack))
    }

    /// That the document can stand in the domain's log, and is what the claim names.
    private static func check(
        _ document: VerifiedDocument, is id: Digest256, of domain: String
    ) throws(Refusal) {
        if case .instruction = document {
            throw .unproved("an instruction stands in a log only inside a transaction")
        }
        guard document.domain.map({ $0.isSpelled(as: domain) }) ?? true else {
            throw .unproved("the document is not of the domain '\(domain)'")
        }
        guard document.contents.contains(id) else {
            throw .unproved(
                "the document is \(document.hash), and \(id) is not in it",
                ["expected": id.hexadecimal, "provided": document.hash.hexadecimal])
        }
    }

    /// A block seals the last `count` documents of its log; before them stands the block before it,
    /// which no other block seals.
    private static func check(
        _ document: VerifiedDocument, at index: Int, isSealedBy block: SignedBlock
    ) throws(Refusal) {
        let statement = block.statement
        let first = statement.log.size - statement.count
        if case .block(let sealed) = document {
            guard index == first - 1, sealed.key == block.key,
                sealed.block.hash == statement.previous
            else {
                throw .unproved("the block is not the one before block \(statement.height)")
            }
        } else if index < first {
            throw .unproved(
                "document \(index) of the log was there before block \(statement.height), which "
                    + "begins with document \(first)")
        }
    }

    private static func stack(
        _ evidence: StackEvidence?, holding block: SignedBlock
    ) throws(Refusal) -> SignedStack? {
        guard let evidence else { return nil }
        let stack = try SignedStack(evidence.document)
        guard stack.stack.domain.isSpelled(as: block.statement.domain),
            stack.publicKey == block.key.publicKey
        else { throw .unproved("the stack is not signed by the key of the block") }
        try stack.check(
            block.block.hash, at: block.statement.height, branch: evidence.branch)
        return stack
    }
}
