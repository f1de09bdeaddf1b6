// What counts, said as simply as it can be said: all transactions are looked at again and again.
import Bitcoin
import Bytes
import Coins

/// The transactions that a store was given, in the order in which they came.
struct NaiveCoins {
    struct Known {
        let transaction: BitcoinTransaction
        let isOwn: Bool
        /// Where its proof leads.
        var block: Digest256?
        /// A draft's end.
        var until: Int64?
        var isGivenUp = false
        var wasDraft = false

        mutating func prove(_ block: Digest256) {
            (self.block, until, isGivenUp) = (block, nil, false)
        }
    }

    private(set) var known: [Known] = []

    func contains(_ id: Digest256) -> Bool { known.contains { $0.transaction.id == id } }

    mutating func change(_ id: Digest256, _ body: (inout Known) -> Void) {
        for index in known.indices where known[index].transaction.id == id { body(&known[index]) }
    }

    /// What came from outside.
    mutating func take(_ transaction: BitcoinTransaction, provedBy block: Digest256? = nil) {
        if !contains(transaction.id) { known.append(Known(transaction: transaction, isOwn: false)) }
        change(transaction.id) { entry in
            if !entry.isOwn { entry.isGivenUp = false }
            if let block { entry.prove(block) }
        }
    }

    mutating func prove(_ id: Digest256, _ block: Digest256) {
        change(id) { $0.prove(block) }
    }

    mutating func draft(_ transaction: BitcoinTransaction, until: Int64) {
        known.append(
            Known(transaction: transaction, isOwn: true, until: until, wasDraft: true))
    }

    // MARK: - Judging

    /// How far each is believed.
    mutating func states(_ chain: TestChain, _ now: Int64) -> [Digest256: TransactionState] {
        var states = judged(chain, now)
        while true {
            let next = judged(chain, now)
            if next == states { return states }
            states = next
        }
    }

    private mutating func judged(
        _ chain: TestChain, _ now: Int64
    ) -> [Digest256: TransactionState] {
        var states: [Digest256: TransactionState] = [:]
        for index in known.indices {
            let entry = known[index]
            if chain.blocks.contains(where: { $0.hash == entry.block }) {
                (known[index].isGivenUp, known[index].until) = (false, nil)
                states[entry.transaction.id] = .mined
            } else if entry.wasDraft, let until = entry.until, until <= now {
                known[index].isGivenUp = true
            }
            if known[index].isGivenUp { states[entry.transaction.id] = .dropped }
        }
        while let index = next(states) {
            let state = judge(known[index], states)
            states[known[index].transaction.id] = state
            if state == .dropped { known[index].isGivenUp = true }
        }
        for index in known.indices {
            known[index].wasDraft = states[known[index].transaction.id] == .draft
        }
        return states
    }

    /// The first one that is not judged, and whose parents are.
    private func next(_ states: [Digest256: TransactionState]) -> Int? {
        known.indices.first { index in
            states[known[index].transaction.id] == nil
                && known[index].transaction.inputs.allSatisfy { input in
                    !contains(input.outpoint.transaction)
                        || states[input.outpoint.transaction] != nil
                }
        }
    }

    private func judge(
        _ entry: Known, _ states: [Digest256: TransactionState]
    ) -> TransactionState {
        let transaction = entry.transaction
        if transaction.isCoinbase { return .unverified }
        for input in transaction.inputs {
            let isTaken = known.contains { other in
                other.transaction.id != transaction.id
                    && other.transaction.inputs.contains { $0.outpoint == input.outpoint }
                    && [.mined, .supported, .draft].contains(states[other.transaction.id])
            }
            let parent = states[input.outpoint.transaction]
            if isTaken || parent == .conflicted || parent == .dropped { return .conflicted }
        }
        let isSupported = transaction.inputs.allSatisfy {
            [.mined, .supported].contains(states[$0.outpoint.transaction])
        }
        guard isSupported else { return entry.until == nil ? .unverified : .dropped }
        return entry.until == nil ? .supported : .draft
    }

    // MARK: - Coins

    struct Unspent {
        let satoshis: UInt64
        let state: TransactionState
        let isHeld: Bool
    }

    /// The outputs that are ours, and that nothing that counts has spent.
    func coins(
        _ states: [Digest256: TransactionState], _ now: Int64,
        isOurs: (Script) throws -> Bool
    ) rethrows -> [Outpoint: Unspent] {
        var coins: [Outpoint: Unspent] = [:]
        for entry in known {
            let id = entry.transaction.id
            guard let state = states[id], [.mined, .supported, .unverified].contains(state) else {
                continue
            }
            for (index, output) in entry.transaction.outputs.enumerated()
            where try isOurs(output.script) {
                let place = Outpoint(transaction: id, index: UInt32(index))
                let spenders = known.filter { other in
                    other.transaction.inputs.contains { $0.outpoint == place }
                }
                guard
                    !spenders.contains(where: {
                        [.mined, .supported].contains(states[$0.transaction.id])
                    })
                else { continue }
                coins[place] = Unspent(
                    satoshis: output.satoshis, state: state,
                    isHeld: spenders.contains {
                        states[$0.transaction.id] == .draft && ($0.until ?? 0) > now
                    })
            }
        }
        return coins
    }
}
