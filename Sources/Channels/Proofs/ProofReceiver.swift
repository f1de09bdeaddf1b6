// Takes callbacks, and keeps a proof only if it is true.
import Bytes
import Headers
import Synchronization

/// What has changed because another branch has become the longest.
public struct ProofChanges: Sendable, Equatable {
    /// Transactions whose block has left the longest chain, in internal order.
    public var orphaned: [Digest256] = []
    /// Transactions whose block is in it again.
    public var restored: [Digest256] = []
}

/// Verifies callbacks of miners against a chain of headers. For several threads.
///
///     let receiver = try ProofReceiver("proofs.db", headers)
///     try receiver.take(ProofCallback(body), expecting: transaction, now: …)
///     try receiver.proof(of: transaction)
public final class ProofReceiver: Sendable {
    private final class Lent: @unchecked Sendable {  // Safe: used under the lock alone.
        let store: ProofStore
        var tip: Digest256?

        init(_ store: ProofStore) { self.store = store }
    }

    /// What has become of a callback.
    public enum Reception: Sendable, Equatable {
        /// The proof is true, and kept.
        case proved(isNew: Bool)
        /// A double spend is noted; nothing proves it.
        case noted(isNew: Bool)
    }

    private let chain: any HeaderChain
    private let lent: Mutex<Lent>

    /// Opens the file of proofs, or makes it.
    /// - Throws: `ChannelError.unknownSchema`; `DatabaseError`.
    public init(_ path: String, _ chain: any HeaderChain) throws {
        self.chain = chain
        lent = Mutex(Lent(try ProofStore(path)))
    }

    /// Verifies a callback, and keeps what is true. The same again changes nothing.
    /// - Parameters:
    ///   - transaction: which one it must be of, in internal order; nil for any.
    ///   - now: milliseconds since 1970.
    /// - Throws: `ProofError`; what the chain throws; `DatabaseError`.
    public func take(
        _ callback: ProofCallback, expecting transaction: Digest256?, now: Int64
    ) throws -> Reception {
        if let transaction, transaction != callback.transaction {
            throw ProofError.otherTransaction(expected: transaction, got: callback.transaction)
        }
        switch callback.content {
        case .proof(let proof):
            let header = try verify(proof, of: callback)
            let stored = StoredProof(
                transaction: callback.transaction, block: header.header.hash,
                height: header.height, proof: proof.json, state: .confirmed)
            return .proved(isNew: try lent.withLock { try $0.store.keep(stored) })
        case .doubleSpend(let reason, let other, let bytes):
            let notice = DoubleSpendNotice(
                reason: reason, other: other, transaction: bytes, received: now)
            return .noted(
                isNew: try lent.withLock {
                    try $0.store.keep(notice, of: callback.transaction)
                })
        }
    }

    /// The header of the longest chain to which a proof leads.
    private func verify(_ proof: TSCProof, of callback: ProofCallback) throws -> ChainedHeader {
        guard let found = try header(of: proof, callback.block) else {
            throw ProofError.unknownBlock
        }
        if let block = callback.block, block != found.header.hash {
            throw ProofError.otherBlock(expected: block, got: found.header.hash)
        }
        if let height = callback.height, height != found.height {
            throw ProofError.otherHeight(expected: found.height, got: height)
        }
        do throws(HeaderError) {
            try proof.verify(against: found.header, at: found.height)
        } catch { throw ProofError.refused(error) }
        return found
    }

    private func header(of proof: TSCProof, _ block: Digest256?) throws -> ChainedHeader? {
        switch proof.target {
        case .hash(let hash): return try chain.header(hash: hash)
        case .header(let header): return try chain.header(hash: header.hash)
        case .height(let height): return try chain.header(height: height)
        case .merkleRoot(let root):
            if let block { return try chain.header(hash: block) }
            return try chain.header(root: root)
        }
    }

    /// The proof of a transaction; nil where none has come.
    /// - Throws: `DatabaseError`.
    public func proof(of transaction: Digest256) throws -> StoredProof? {
        try lent.withLock { try $0.store.proof(of: transaction) }
    }

    /// What was told of double spends of a transaction.
    /// - Throws: `DatabaseError`.
    public func notices(of transaction: Digest256) throws -> [DoubleSpendNotice] {
        try lent.withLock { try $0.store.notices(of: transaction) }
    }

    /// Looks at all proofs again, after another branch has become the longest.
    /// - Throws: what the chain throws; `DatabaseError`.
    public func recheck() throws -> ProofChanges {
        try lent.withLock { lent in
            var changes = ProofChanges()
            for (block, state) in try lent.store.blocks() {
                let isThere = try chain.header(hash: block) != nil
                switch (isThere, state) {
                case (true, .orphaned):
                    changes.restored += try lent.store.set(.confirmed, of: block)
                case (false, .confirmed):
                    changes.orphaned += try lent.store.set(.orphaned, of: block)
                default: break
                }
            }
            return changes
        }
    }

    /// Looks at all proofs again where the tip is another one and does not go on from the last.
    /// - Throws: as `recheck`.
    @discardableResult
    public func follow() throws -> ProofChanges {
        let tip = try chain.tip().header.hash
        let last = lent.withLock { lent in
            defer { lent.tip = tip }
            return lent.tip
        }
        if last == tip { return ProofChanges() }
        // At the start everything is looked at: the chain may have changed meanwhile.
        if let last, try chain.header(hash: last) != nil { return ProofChanges() }
        return try recheck()
    }
}
