// Blocks, stacks, proofs, tiles and cosignatures for those who ask over the network.
import Blockstack
import Bytes
import Documents
import Graphstore
import Hashtable
import Service

extension LiveDomain {
    /// A block's document by height.
    public func block(height: Int) throws -> [UInt8]? {
        try ServiceFailure.wrapping {
            try ledger.read { ledger in
                guard (0..<ledger.blockCount).contains(height) else { return nil }
                return Array(try ledger.block(at: height).envelope.bytes)
            }
        }
    }

    /// A stack's document by height.
    public func stack(height: Int) throws -> [UInt8]? {
        try ServiceFailure.wrapping {
            try ledger.read { ledger in
                guard let entry = try ledger.graph.stack(at: height) else { return nil }
                return Array(try ledger.document(at: entry.place).envelope.bytes)
            }
        }
    }

    /// The proof that a document is in a block.
    public func proof(of hash: Digest256) throws -> ServedProof {
        try ServiceFailure.wrapping {
            guard let (_, place) = try ledger.envelope(hash) else { return .unknown }
            let blocks = try ledger.read { $0.blockCount }
            guard Place(packed: place).segment < blocks else { return .notSealed }
            return try owner.use { wallet in
                let proof = try wallet.prove(.document(hash.hexadecimal))
                guard case .document(let evidence) = proof.claim else { return .unknown }
                // A block comes into a stack once; until then the proof may gain that part.
                return .proof(proof.document, isFinal: evidence.stack != nil)
            }
        }
    }

    /// The proof of a counter at the last block.
    public func balanceProof(of key: CounterKey) throws -> ServedProof {
        try ServiceFailure.wrapping {
            try owner.use { wallet in
                guard try wallet.reader().blockCount > 0 else { return .notSealed }
                let request = ProofRequest.balance(who: key.address.text, unit: key.symbol.text)
                return .proof(try wallet.prove(request).document, isFinal: false)
            }
        }
    }

    /// The last checkpoint.
    public func checkpoint() throws -> [UInt8]? {
        try ServiceFailure.wrapping {
            try owner.use { wallet in
                guard try wallet.reader().blockCount > 0 else { return nil }
                return try wallet.checkpoint(nil).note
            }
        }
    }

    /// A tile or entry bundle.
    public func tile(_ path: String) throws -> [UInt8]? {
        try ServiceFailure.wrapping {
            guard let path = TilePath(path) else { return nil }
            return try owner.use { wallet in
                guard let block = try wallet.reader().lastBlock() else { return nil }
                _ = try wallet.proving()
                let size = block.statement.log.size
                return try? wallet.stacks.tiles(size: size).contents(of: path)
            }
        }
    }

    /// Witnesses a checkpoint of another log.
    public func addCheckpoint(_ body: [UInt8]) -> WitnessAnswer {
        do {
            let cosigned = try owner.use { try $0.addCheckpoint(body) }
            return WitnessAnswer(
                status: 200, contentType: "text/plain; charset=utf-8", body: cosigned.lines)
        } catch let error as WitnessError {
            if let size = error.seenSize {
                return WitnessAnswer(
                    status: error.httpStatus ?? 409, contentType: "text/x.tlog.size",
                    body: Array("\(size)\n".utf8))
            }
            guard let status = error.httpStatus else { return .unavailable }
            return .plain(status, "\(error.code): \(error)\n")
        } catch {
            return .unavailable
        }
    }
}

extension WitnessAnswer {
    fileprivate static func plain(_ status: Int, _ text: String) -> WitnessAnswer {
        WitnessAnswer(
            status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    fileprivate static let unavailable = plain(503, "unavailable\n")
}
