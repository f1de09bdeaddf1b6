// What proofs and accusations show.
import Blockstack
import Bytes
import Documents
import Headers

extension Verdict {
    /// What a proof shows.
    /// - Parameter extendsHeld: whether it begins at a state that the verifier holds.
    init(
        _ verified: ProofVerification, _ standing: Standing, extendsHeld: Bool,
        _ headers: VerifiedHeaders?
    ) {
        let statement = verified.seal.block.statement
        let seal = Seal(statement: statement, standing: standing)
        let (proved, unproved) =
            switch verified.finding {
            case .document(let document, _, let stack):
                Self.document(verified.proof, document, stack, seal, headers)
            case .balance, .noBalance: Self.balance(verified, seal)
            case .absence(let blocks): Self.absence(verified.proof, blocks, seal)
            case .consistency(let earlier):
                Self.consistency(verified.proof, earlier, seal, extendsHeld)
            }
        self.init(
            .proof, verified.proof.hash, proved: proved,
            unproved: unproved + standing.unproved(extendsHeld: extendsHeld))
        domain = statement.domain
        height = statement.height
        sealed = statement.sealed
        size = statement.log.size
        key = standing.signer
        switch verified.proof.claim {
        case .document(let evidence): id = evidence.id
        case .absence(let evidence): id = evidence.id
        case .balance, .consistency: break
        }
    }

    private typealias Sentences = (proved: String, unproved: [String])

    /// The block that a proof ends in.
    private struct Seal {
        let statement: BlockDocument.Statement
        let standing: Standing

        /// `sealed …`, with the key.
        var sealed: String {
            "sealed at \(statement.sealed) \(standing.phrase)"
                + (standing.relation == .held ? ", in the log that you hold" : "")
        }

        /// `block 3 of '…', sealed …`.
        var block: String { "block \(statement.height) of '\(statement.domain)', \(sealed)" }
    }

    private static func document(
        _ proof: ProofDocument, _ document: VerifiedDocument, _ stack: SignedStack?, _ seal: Seal,
        _ headers: VerifiedHeaders?
    ) -> Sentences {
        var id = document.hash
        if case .document(let evidence) = proof.claim { id = evidence.id }
        var proved = "\(subject(document, id)) is in \(seal.block)"
        var unproved: [String] = []
        if let stack {
            let place = HeaderPlace(stack, in: headers)
            proved += "; stack \(stack.stack.height) holds the block, \(place.phrase)"
            unproved += place.unproved
        } else {
            unproved.append("that work was spent on the block")
        }
        if case .transaction = document {
            unproved.insert(
                "that the balances before it were right: 'wallet audit' shows that", at: 0)
        }
        return (proved, unproved)
    }

    private static func subject(_ document: VerifiedDocument, _ id: Digest256) -> String {
        switch document {
        case .transaction(let transaction) where id != document.hash:
            let signer = transaction.instructions.first { $0.hash == id }
                .flatMap { try? Instruction($0).signer }
            return "the promise \(id.abbreviated)" + (signer.map { " of \($0)" } ?? "")
                + " has cleared: the transaction \(document.hash.abbreviated)"
        case .transaction: return "the transaction \(id.abbreviated)"
        case .unit(let unit): return "the unit '\(unit.terms.code)' of \(unit.terms.symbol)"
        case .device(let device, _): return "the certificate of the device \(device.address)"
        case .block(let block): return "block \(block.statement.height)"
        case .stack(let stack): return "stack \(stack.stack.height)"
        case .invoice: return "the invoice \(id.abbreviated)"
        case .instruction: return "the promise \(id.abbreviated)"
        }
    }

    private static func balance(_ verified: ProofVerification, _ seal: Seal) -> Sentences {
        guard case .balance(let evidence) = verified.proof.claim else { return ("", []) }
        let (address, symbol) = (evidence.address, evidence.symbol)
        let proved =
            if case .balance(let state) = verified.finding {
                "\(address) had \(state.net) of \(symbol), within the limits "
                    + "\(state.min.text) and \(state.max.text), at \(seal.block); all of it adds "
                    + "up to 0"
            } else {
                "\(address) had no counter of \(symbol) at \(seal.block)"
            }
        return (
            proved,
            ["that the block's balances follow from its documents: 'wallet audit' shows that"]
        )
    }

    private static func absence(
        _ proof: ProofDocument, _ blocks: [SignedBlock], _ seal: Seal
    ) -> Sentences {
        guard case .absence(let evidence) = proof.claim else { return ("", []) }
        let range =
            evidence.first == evidence.last
            ? seal.block
            : "the blocks \(evidence.first) to \(evidence.last) of '\(proof.domain)', the last "
                + seal.sealed
        var unproved = ["what is sealed after block \(evidence.last)"]
        if evidence.first > 0 { unproved.insert("what the blocks before them hold", at: 0) }
        return ("no document or instruction \(evidence.id) is in \(range)", unproved)
    }

    private static func consistency(
        _ proof: ProofDocument, _ earlier: SignedNote, _ seal: Seal, _ extendsHeld: Bool
    ) -> Sentences {
        guard case .consistency(let evidence) = proof.claim else { return ("", []) }
        let first = documents(evidence.from.size)
        return (
            "the log of \(documents(evidence.to.size)) at \(seal.block), begins with the log of "
                + first + (extendsHeld ? " whose checkpoint you hold" : " under the same key")
                + ": nothing in that has changed",
            ["what the documents are"]
        )
    }

    /// What an accusation shows.
    init(_ verified: AccusationVerification, _ standing: Standing) {
        let accusation = verified.accusation
        self.init(
            .accusation, accusation.hash,
            proved: "the domain '\(accusation.domain)' has told two stories: two logs of "
                + "\(Self.documents(verified.size)) with different roots are signed "
                + standing.phrase,
            unproved: ["which of them others were shown"] + standing.unprovedKey)
        domain = accusation.domain
        size = verified.size
        key = verified.signer
    }
}
