// The domain key's two signatures on a block: on the document, and on its checkpoint.
import Bytes
import Documents

extension BlockDocument.Statement {
    /// The block, signed.
    /// - Throws: `KeyError`; `NoteError` where the domain's name cannot be a key's name.
    func signed(by key: SigningKey) throws -> BlockDocument {
        let verifier = try VerifierKey(
            name: try KeyName(domain), kind: .ed25519, publicKey: key.publicKey)
        let line = try verifier.signature(try key.sign(message: try checkpoint.text))
        let unsigned = BlockDocument(self)
        return BlockDocument(
            self, Endorsements(signatures: [try key.signature(of: unsigned.hash)]),
            checkpointSignature: line.base64)
    }
}

extension SigningKey {
    /// A document's signature under the key's own address.
    /// - Throws: as `sign`.
    func signature(of hash: Digest256) throws(KeyError) -> DocumentSignature {
        DocumentSignature(
            publicKey: publicKey, scheme: scheme, signer: Address(of: publicKey),
            signature: try sign(hash))
    }
}
