// Signing with this wallet's keys, and passing documents around until enough people have signed.
import Bytes
import Cryptography
import Documents

extension Wallet {
    /// `endorsements` with what this wallet can add for `signer`: its key's signature, or for a
    /// puzzle those of every key of it that we hold.
    /// - Throws: `WalletError.noKey` where this wallet has none; key failures.
    func endorse(
        _ endorsements: Endorsements, _ hash: Digest256, as signer: Address
    ) throws -> Endorsements {
        let own = book.own(signer)
        let carried = endorsements.puzzles.first { $0.address == signer }
        guard let puzzle = own?.puzzle ?? carried else {
            guard let own else { throw WalletError.noKey(address: signer) }
            let key = try signingKey(own)
            return endorsements.adding(
                DocumentSignature(
                    publicKey: key.publicKey, scheme: key.scheme, signer: signer,
                    signature: try key.sign(hash)))
        }
        var result = endorsements
        var hasKey = false
        for identity in puzzle.identities {
            guard let own = book.own.first(where: { $0.publicKey == identity.publicKey }) else {
                continue
            }
            hasKey = true
            let key = try signingKey(own)
            result = result.adding(
                DocumentSignature(
                    publicKey: key.publicKey, scheme: key.scheme, signer: signer,
                    signature: try key.sign(hash), script: puzzle.hash), puzzle: puzzle)
        }
        guard hasKey else { throw WalletError.noKey(address: signer) }
        return result
    }

    /// A line with this wallet's signatures added, and a preimage if one is given.
    /// - Throws: `Refusal` for what is no document; `WalletError.noKey` where nothing can be added.
    public func sign(line: [UInt8], preimage: String?) throws -> [UInt8] {
        let envelope = try Envelope(line: line)
        if DocumentKind(envelope) == .unit {
            let unit = try UnitDefinition(envelope)
            return UnitDefinition(
                unit.terms, try endorse(unit.endorsements, unit.hash, as: unit.terms.symbol)
            ).document
        }
        var instruction = try Instruction(envelope)
        if let preimage {
            guard case .iou(let iou) = instruction, let hashlock = iou.terms.hashlock,
                Hash.sha256(Array(preimage.utf8)) == hashlock
            else {
                throw Refusal(.locked, "the preimage does not open a hash lock of this document")
            }
            instruction = .iou(
                iou.replacing(
                    nil, Attachments(note: iou.attachments.note, preimage: preimage)))
        }
        do {
            instruction = instruction.replacing(
                try endorse(instruction.endorsements, instruction.hash, as: instruction.signer))
        } catch let error as WalletError {
            // Whoever knows a preimage may state it without having a key.
            guard preimage != nil, case .noKey = error else { throw error }
        }
        return instruction.document
    }
}
