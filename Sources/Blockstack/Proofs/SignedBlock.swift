// A block whose signatures have been verified.
import Bytes
import Documents

/// A block that its key has signed twice: the document, and the checkpoint that says the same.
/// Whose key it is, is for the reader to judge.
public struct SignedBlock: Sendable {
    /// The block.
    public let block: BlockDocument
    /// The key, named after the domain as in notes.
    public let key: VerifierKey
    /// The key's address.
    public let signer: Address
    /// The checkpoint, with the key's signature alone.
    public let note: SignedNote

    /// What the block says.
    public var statement: BlockDocument.Statement { block.statement }

    /// Whether the domain's name is the address of the key: then it is the domain's, whoever says
    /// so.
    public var isSelfCertified: Bool { key.isNamedAfterItself }

    /// Verifies a block on its own.
    /// - Throws: what reading it throws, `signature-missing`, `signature-invalid`,
    ///   `unknown-scheme`; `proof-invalid` where its numbers contradict each other.
    public init(_ envelope: Envelope) throws(Refusal) {
        block = try BlockDocument(envelope)
        signer = try block.checkSignature().signer
        try Self.requireOneSignature(block.endorsements, "a block")
        do throws(NoteError) {
            key = try block.verifierKey()
            note = try block.checkpointNote()
        } catch {
            throw Refusal(error)
        }
        guard note.check(key) == .verified else {
            throw Refusal(
                .signatureInvalid, "the signature of the block's checkpoint is false",
                ["signer": signer.text])
        }
        try Self.check(block.statement)
    }

    /// The domain key signs alone, so that nobody can read another key off the document.
    static func requireOneSignature(
        _ endorsements: Endorsements, _ what: String
    ) throws(Refusal) {
        guard endorsements.signatures.count == 1 else {
            throw Refusal(
                .signatureInvalid,
                "\(what) has one signature, not \(endorsements.signatures.count)")
        }
    }

    /// What a block's numbers say of each other.
    private static func check(_ statement: BlockDocument.Statement) throws(Refusal) {
        let before = statement.log.size - statement.count
        let isFirst = statement.height == 0
        // Every block before it is a document of the log.
        guard before >= statement.height, !isFirst || before == 0 else {
            throw .unproved(
                "a block of height \(statement.height) with \(statement.count) documents cannot "
                    + "stand in a log of \(statement.log.size)")
        }
        guard isFirst == (statement.previous == BlockDocument.noBlock) else {
            throw .unproved("the first block, and no other, follows none")
        }
        guard (statement.count == 0) == (statement.contents.size == 0) else {
            throw .unproved(
                "\(statement.count) documents make known \(statement.contents.size) hashes")
        }
        for tree in [statement.log, statement.contents, statement.balances]
        where tree.size == 0 && tree.root != MerkleTree.emptyRoot {
            throw .unproved("a tree without leaves has a root")
        }
    }

    /// Checks that this block comes right after another.
    /// - Throws: `proof-invalid`.
    func check(follows earlier: SignedBlock) throws(Refusal) {
        let before = earlier.statement
        guard statement.domain.isSpelled(as: before.domain), key == earlier.key else {
            throw .unproved(
                "block \(statement.height) is signed by another key than block \(before.height)")
        }
        guard statement.height == before.height + 1,
            statement.previous == earlier.block.hash, statement.opened == before.sealed,
            statement.log.size == before.log.size + 1 + statement.count
        else {
            throw .unproved(
                "block \(statement.height) does not follow block \(before.height)",
                [
                    "expected": earlier.block.hash.hexadecimal,
                    "provided": statement.previous.hexadecimal,
                ])
        }
    }
}

extension VerifierKey {
    /// Whether the key's name is its own address.
    public var isNamedAfterItself: Bool {
        name.bytes.elementsEqual(Address(of: publicKey).textBytes)
    }
}
