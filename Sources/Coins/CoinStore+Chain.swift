// When another branch becomes the longest: what was proved is looked at again.
import Bitcoin
import Bytes
import Headers
import SQLite

/// What a change of the chain has done to transactions.
public struct ChainEffect: Sendable, Equatable {
    /// Transactions whose blocks have left the longest chain.
    public var demoted: [Digest256] = []
    /// Transactions whose blocks are in it again.
    public var restored: [Digest256] = []

    /// Nothing.
    public init() {}
}

extension CoinStore {
    /// Compares all proofs with the chain as it is now.
    ///
    /// A transaction whose block has left counts as one that is not mined from then on: by its
    /// ancestors, or not at all. Its path is kept, should its block come back.
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: failures of storage.
    public func follow(_ chain: any HeaderLookup, now: Int64) throws -> ChainEffect {
        // While the chain has grown alone, nothing of it has left.
        if let (height, block) = try followed(), try chain.header(at: height)?.hash == block {
            return ChainEffect()
        }
        var moved: [(block: Digest256, isIn: Bool)] = []
        for (block, height, isMined) in try blocks() {
            let isIn = try chain.header(at: height)?.hash == block
            if isIn != isMined { moved.append((block, isIn)) }
        }
        let tip = chain.tip
        return try database.transaction {
            var effect = ChainEffect()
            try setFollowed(tip)
            guard !moved.isEmpty else { return effect }
            for (block, isIn) in moved {
                let ids = try mark(block, isIn: isIn)
                if isIn { effect.restored += ids } else { effect.demoted += ids }
            }
            try settle(now: now)
            return effect
        }
    }

    /// Judges anew what time has changed: drafts whose time is over.
    /// - Throws: failures of storage.
    public func refresh(now: Int64) throws {
        guard try !records(where: "state = 5 AND until <= \(now)").isEmpty else { return }
        try database.transaction { try settle(now: now) }
    }

    private func followed() throws -> (height: Int, block: Digest256)? {
        let query = try database.prepare("SELECT height, block FROM followed")
        defer { query.reset() }
        guard try query.step(), let block = Digest256(query.blob(1)) else { return nil }
        return (Int(query.int64(0)), block)
    }

    private func setFollowed(_ tip: PlacedHeader) throws {
        let insert = try database.prepare(
            "INSERT OR REPLACE INTO followed (id, height, block) VALUES (1, ?1, ?2)")
        try insert.bind(1, Int64(tip.height))
        try insert.bind(2, tip.hash.bytes)
        try insert.run()
    }

    private func blocks() throws -> [(block: Digest256, height: Int, isMined: Bool)] {
        let query = try database.prepare(
            "SELECT block, height, MIN(state) = 0 FROM transactions WHERE block IS NOT NULL "
                + "GROUP BY block, height")
        defer { query.reset() }
        var blocks: [(block: Digest256, height: Int, isMined: Bool)] = []
        while try query.step() {
            if let block = Digest256(query.blob(0)) {
                blocks.append((block, Int(query.int64(1)), query.int64(2) != 0))
            }
        }
        return blocks
    }

    private func mark(_ block: Digest256, isIn: Bool) throws -> [Digest256] {
        let update = try database.prepare(
            "UPDATE transactions SET state = ?2 WHERE block = ?1 RETURNING txid")
        defer { update.reset() }
        try update.bind(1, block.bytes)
        let state: TransactionState = isIn ? .mined : .unverified
        try update.bind(2, Int64(state.rawValue))
        var ids: [Digest256] = []
        while try update.step() {
            if let id = Digest256(update.blob(0)) { ids.append(id) }
        }
        return ids
    }
}
