// Proofs, as people ask for them.
import Blockstack
import Bytes
import Documents
import Files
import Graphstore

/// What is to be proved.
public enum ProofRequest: Sendable {
    /// That a document or instruction is in the log; the beginning of its hash is enough.
    case document(String)
    /// What an address had in a unit at the last block, or that it had no counter.
    case balance(who: String, unit: String)
    /// That a document or instruction is in no block from a height on.
    case absence(String, since: Int)
    /// That the log has only grown, from a block or a checkpoint's file on, to a block.
    case consistency(from: EarlierState, to: String?)

    /// Bytes of a checkpoint's file.
    public static let checkpointBytes = Limits.noteBytes

    /// Where a proof of consistency begins.
    public enum EarlierState: Sendable {
        /// A block, by height or by the beginning of its hash.
        case block(String)
        /// A checkpoint that somebody has kept: a signed note.
        case checkpoint([UInt8])
    }
}

extension Wallet {
    /// Makes a proof, and verifies it as a stranger would.
    /// - Throws: `WalletError`, `NoteError`; failures of storage; `Refusal` where the log itself
    ///   does not give a proof that holds.
    public func prove(_ request: ProofRequest) throws -> ProofDocument {
        let proof = try make(request)
        do {
            _ = try ProofVerification(line: proof.document)
            return proof
        } catch {
            // A tile that is not what the log says: they are made anew, once.
            try republish(evenIfWhole: true)
        }
        let second = try make(request)
        _ = try ProofVerification(line: second.document)
        return second
    }

    private func make(_ request: ProofRequest) throws -> ProofDocument {
        let proving = try proving()
        switch request {
        case .document(let prefix):
            return try proving.document(try proving.ledger.find(prefix: prefix))
        case .balance(let who, let unit):
            let resolver = try resolver()
            return try proving.balance(
                CounterKey(try resolver.address(who), try resolver.symbol(unit)))
        case .absence(let id, let first):
            guard let hash = Digest256(hexadecimal: id.lowercased()) else {
                throw WalletError.invalidArgument(
                    what: "hash", value: id, reason: "64 hexadecimal digits are needed")
            }
            if let height = try proving.height(of: hash), height >= first {
                let isOpen = height == proving.ledger.blockCount
                throw WalletError.isPresent(hash: hash, height: isOpen ? nil : height)
            }
            return try proving.absence(hash, from: first)
        case .consistency(let from, let to):
            let last = proving.ledger.blockCount - 1
            let height = try to.map { try blockHeight($0) } ?? last
            guard height >= 0 else { throw WalletError.noBlocks }
            switch from {
            case .checkpoint(let note): return try proving.consistency(from: note, to: height)
            case .block(let name):
                let earlier = try blockHeight(name)
                guard earlier <= height else {
                    throw WalletError.notEarlier(from: earlier, to: height)
                }
                return try proving.consistency(
                    from: try proving.checkpoint(earlier), to: height)
            }
        }
    }

    /// Ready to prove: the tiles hold the log up to its last block.
    func proving() throws -> Proving {
        let ledger = try reader()
        let stacks = stacks
        if let block = try ledger.lastBlock() {
            let isUp = Publication(ledger: ledger, stacks: stacks).holds(block.statement.log)
            // A crash after sealing, or a lost file: they follow from the log.
            if try !isUp || stacks.checkpoint() == nil { try republish() }
        }
        return Proving(ledger: ledger, stacks: stacks, domain: try ownDomain())
    }

    /// Makes tiles, checkpoint and headers anew where they are not what the log says.
    /// - Parameter evenIfWhole: whether tiles are not believed though they give the right root.
    func republish(evenIfWhole: Bool = false) throws {
        let stacks = stacks
        let writer = try ledger(.readWrite)
        try writer.write {
            guard let block = try writer.lastBlock() else { return }
            let publication = Publication(ledger: writer, stacks: stacks)
            if evenIfWhole { try stacks.removeTiles() }
            try publication.bringUp(to: block)
            try publication.bringUpHeaders()
        }
    }

    /// The height that a text names: a number, or the beginning of a block's hash.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; failures of storage.
    func blockHeight(_ name: String) throws -> Int {
        let ledger = try reader()
        if let height = Self.height(name) {
            if height < ledger.blockCount { return height }
            guard name.utf8.count >= Ledger.leastDigits else {
                throw WalletError.unknown(what: "block", name: name, suggestions: [])
            }
        }
        guard case .stored(.block(let block, _)) = try ledger.find(prefix: name) else {
            throw WalletError.unknown(what: "block", name: name, suggestions: [])
        }
        return block.statement.height
    }

    /// A height as people write it; nil for anything else.
    static func height(_ text: String) -> Int? {
        guard (1...8).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text == "0" || !text.hasPrefix("0")
        else { return nil }
        return Int(text)
    }

    /// The document that `name` names: a block by its height, or any document by the beginning of
    /// its hash. A height wins, for a hash can be written longer.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; failures of storage.
    public func document(named name: String) throws -> Envelope {
        let ledger = try reader()
        if let height = Self.height(name) {
            if height < ledger.blockCount { return try ledger.block(at: height).envelope }
            guard name.utf8.count >= Ledger.leastDigits else {
                throw WalletError.unknown(what: "block", name: name, suggestions: [])
            }
        }
        return try ledger.find(prefix: name).envelope
    }
}
