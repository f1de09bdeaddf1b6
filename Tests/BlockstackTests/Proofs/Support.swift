// Judging proofs as they are sent.

import Bytes
import Documents

@testable import Blockstack

/// Verifies a proof as it is sent: written and read again.
@discardableResult
func verify(_ proof: ProofDocument) throws(Refusal) -> ProofVerification {
    try ProofVerification(line: proof.document)
}

/// The refusal of a proof; nil where it is accepted.
func refusal(_ proof: ProofDocument) -> Refusal? {
    do throws(Refusal) {
        try verify(proof)
        return nil
    } catch {
        return error
    }
}

/// The code of the refusal; nil for what is accepted.
func code(_ proof: ProofDocument) -> RefusalCode? { refusal(proof)?.code }
