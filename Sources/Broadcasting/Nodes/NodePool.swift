// What a node says that its pool has (BIP35), if it says that to us.
import Bitcoin
import Bytes
import Headers
import Network

enum NodePool {
    /// A pool that was told.
    struct Listing {
        /// Whether the transaction is in it.
        var has = false
        /// The hashes that were told, up to a limit.
        var hashes: [Digest256] = []
    }

    private static let nonce: UInt64 = 0x706f_6f6c

    /// - Returns: nil where the node does not say: it hangs up, or has been silent. An empty pool is
    ///   told by silence too.
    static func listing(
        _ talk: NodeTalk, _ id: Digest256, _ surroundings: BroadcastSurroundings
    ) throws(NodeError) -> Listing? {
        var listing: Listing?
        do throws(NodeError) {
            try talk.send(talk.session.memoryPool())
            try talk.send(talk.session.ping(nonce))
            var end = surroundings.elapsed() + surroundings.limits.poolMilliseconds
            while let event = try talk.event(until: end) {
                guard case .announced(let items) = event else { continue }
                let hashes = items.filter { $0.kind == .transaction }.map(\.hash)
                guard !hashes.isEmpty else { continue }
                var told = listing ?? Listing()
                told.has = told.has || hashes.contains(id)
                let room = Limits.poolHashes - told.hashes.count
                guard hashes.count <= room else { return told }
                told.hashes += hashes
                listing = told
                if told.has { return told }
                // A message that is not full is the last one.
                if items.count < Limits.nodeItems {
                    end = min(end, surroundings.elapsed() + 200)
                }
            }
            return listing
        } catch {
            guard case .network = error else { throw error }
            return listing
        }
    }

    /// Those of a pool that spend what a transaction spends.
    static func rivals(
        of transaction: BitcoinTransaction, _ pool: [Digest256], _ talk: NodeTalk,
        _ surroundings: BroadcastSurroundings
    ) throws(NodeError) -> [Digest256] {
        let hashes = Set(pool.prefix(Limits.poolTransactions))
        guard pool.count <= Limits.poolTransactions, !hashes.isEmpty else { return [] }
        let spent = Set(transaction.inputs.map(\.outpoint))
        var rivals: [Digest256] = []
        var left = hashes
        // Only what the pool had when it was told is given away.
        try talk.send(talk.session.memoryPool())
        try talk.send(talk.session.getData(hashes.map { NodeItem(.transaction, $0) }))
        let end = surroundings.elapsed() + surroundings.limits.poolMilliseconds
        while !left.isEmpty, let event = try talk.event(until: end) {
            switch event {
            case .transaction(let bytes):
                guard let other = try? BitcoinTransaction(bytes),
                    left.remove(other.id) != nil, other.id != transaction.id
                else { continue }
                if other.inputs.contains(where: { spent.contains($0.outpoint) }) {
                    rivals.append(other.id)
                }
            case .missing(let items): for item in items { left.remove(item.hash) }
            default: break
            }
        }
        return rivals.sorted()
    }
}
