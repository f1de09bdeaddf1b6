// A line of the log, verified as far as it can be without the lines before it.
import Blockstack
import Bytes
import Cryptography
import Documents
import Headers

/// The verdict on one line: its form, its hash and every signature. Nearly all the time of a check
/// goes here, so lines are judged on all cores.
struct CheckedLine: Sendable {
    /// What a good line holds.
    struct Content: Sendable {
        let document: StoredDocument
        /// The instructions of a transaction.
        let request: Request?
        /// How many were verified.
        let signatures: Int
        /// The document's leaf in the log's tree.
        let leaf: Digest256
    }

    /// SHA-256 of the line.
    let digest: Digest256
    /// What it holds, or why it is refused.
    let verdict: Result<Content, LogRefusal>

    init(_ bytes: [UInt8]) {
        digest = Hash.sha256(bytes)
        verdict = Self.verdict(bytes)
    }

    /// The verdict alone.
    static func verdict(_ bytes: [UInt8]) -> Result<Content, LogRefusal> {
        do {
            return .success(try content(bytes))
        } catch let refusal as LogRefusal {
            return .failure(refusal)
        } catch let refusal as Refusal {
            return .failure(LogRefusal(refusal))
        } catch {
            return .failure(LogRefusal(code: "malformed-document", message: "\(error)"))
        }
    }

    private static func content(_ bytes: [UInt8]) throws -> Content {
        let document = try StoredDocument(line: bytes)
        // Readers pass over blanks around a document; none was ever written.
        guard document.envelope.bytes.count == bytes.count else {
            throw Refusal(.malformedDocument, "blanks stand before or after the document")
        }
        var request: Request?
        let signatures: Int
        switch document {
        case .transaction(let transaction):
            (request, signatures) = try check(transaction)
        case .unit(let unit, _):
            try unit.checkSignatures()
            signatures = unit.endorsements.signatures.count
        case .device(let device, _):
            // By whom it must be signed, the lines before tell.
            signatures = device.endorsements.signatures.count
        case .block(let block, _):
            try check(block)
            signatures = 2
        case .stack(let stack, _):
            try check(stack)
            signatures = 1
        case .cut(let cut, _): signatures = try check(cut.endorsements, cut.hash)
        case .allowance(let allowance, _):
            signatures = try check(allowance.endorsements, allowance.hash)
        case .revocation(let revocation, _):
            signatures = try check(revocation.endorsements, revocation.hash)
        }
        return Content(
            document: document, request: request, signatures: signatures,
            leaf: MerkleTree.leafHash(document.hash))
    }

    /// One signature, a true one; that it is the domain key's, the lines before tell.
    private static func check(
        _ endorsements: Endorsements, _ hash: Digest256
    ) throws(Refusal) -> Int {
        try checkSingle(endorsements)
        try endorsements.check(hash, signedBy: endorsements.signatures[0].signer)
        return 1
    }

    private static func check(
        _ transaction: TransactionDocument
    ) throws(Refusal) -> (Request, Int) {
        // What a merge has derived anew is signed by nobody before its block is sealed.
        if transaction.record == nil { try transaction.checkReceipt() }
        var signatures = transaction.endorsements.signatures.count
        var instructions: [Instruction] = []
        for envelope in transaction.instructions {
            let instruction = try Instruction(envelope)
            try instruction.checkSignatures()
            signatures += instruction.endorsements.signatures.count
            instructions.append(instruction)
        }
        return (Request(instructions), signatures)
    }

    /// The signatures of the document and of the checkpoint that says the same.
    private static func check(_ block: BlockDocument) throws {
        try checkSingle(block.endorsements)
        _ = try block.checkSignature()
        guard let key = try? block.verifierKey(), let note = try? block.checkpointNote(),
            case .verified = note.check(key)
        else {
            throw LogRefusal(
                code: "block-checkpoint",
                message: "the signature of the block's checkpoint is false")
        }
    }

    /// The signature and the work; whether the header continues the chain, the lines before tell.
    private static func check(_ stack: StackDocument) throws {
        try checkSingle(stack.endorsements)
        _ = try stack.checkSignature()
        let header: BlockHeader
        do throws(HeaderError) {
            header = try BlockHeader(stack.header)
            try header.checkWork()
        } catch {
            throw LogRefusal(code: "stack-work", message: error.message)
        }
        guard header.version == BlockHeader.currentVersion else {
            throw LogRefusal(
                code: "stack-version", message: "the version of the stack's header is not ours")
        }
    }

    private static func checkSingle(_ endorsements: Endorsements) throws(Refusal) {
        guard endorsements.signatures.count == 1, endorsements.signatures[0].script == nil else {
            throw Refusal(.signatureMissing, "it must have one signature, the domain key's")
        }
    }
}
