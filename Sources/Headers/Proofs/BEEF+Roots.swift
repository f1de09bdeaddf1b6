// What of a BEEF can be checked without a chain (BRC-62, BRC-67), and the roots that the chain must
// have.
import Bitcoin
import Bytes

extension BEEF {
    /// Checks what needs no chain: every transaction is in the path that it names, or all that it
    /// spends is there and its scripts unlock it; nothing spends what is not there, nor an output
    /// twice, nor pays more than it spends, nor waits for a lock time, nor spends a young reward.
    ///
    /// - Parameters:
    ///   - height: of the last block that is known; nil for the highest of the paths, and then
    ///     nothing is said of the age of rewards.
    ///   - time: the median of the last eleven blocks' times, seconds since 1970; nil where it is
    ///     not known: then nothing that waits for a time is final.
    /// - Returns: the root that each path leads to; the chain must have it at the path's height.
    /// - Throws: `HeaderError.notInPath`, `.missingParent`, `.overspent`, `.unminedCoinbase`,
    ///   `.immature`, `.notFinal`, `.unverifiableScript`, `.invalidTransaction`, and what paths
    ///   refuse.
    public func roots(
        at height: Int? = nil, time: UInt32? = nil
    ) throws(HeaderError) -> [(height: Int, root: Digest256)] {
        var roots: [(height: Int, root: Digest256)] = []
        for path in paths { roots.append((path.height, try path.root())) }
        let leaves = paths.map { Set($0.levels[0].compactMap(\.hash)) }
        let known = height ?? paths.map(\.height).max() ?? 0
        var ledger = Ledger(height: known, time: time ?? 0)
        for entry in entries {
            if let path = entry.path, !leaves[path].contains(entry.id) {
                throw .notInPath(entry.id)
            }
            guard let transaction = entry.transaction else { continue }
            try ledger.add(transaction, isMined: entry.path != nil)
            if let path = entry.path, transaction.isCoinbase, let height,
                height - paths[path].height + 1 < Ledger.coinbaseMaturity
            {
                ledger.young.insert(entry.id)
            }
        }
        guard ledger.known[subject] != nil else {
            throw .malformedBEEF(reason: "its subject is a hash alone")
        }
        return roots
    }
}

/// What the transactions so far pay and spend.
private struct Ledger {
    let height: Int
    let time: UInt32
    private(set) var known: [Digest256: BitcoinTransaction] = [:]
    /// First transactions of blocks whose outputs the next block may not spend.
    var young: Set<Digest256> = []
    private var spent: Set<Outpoint> = []

    /// Blocks that a reward has to be deep, its own included.
    static let coinbaseMaturity = 100
    /// Lock times below are heights, the others seconds since 1970.
    private static let firstLockTimeInSeconds: UInt32 = 500_000_000

    init(height: Int, time: UInt32) {
        self.height = height
        self.time = time
    }

    mutating func add(_ transaction: BitcoinTransaction, isMined: Bool) throws(HeaderError) {
        if !isMined { try check(transaction) }
        for input in transaction.inputs where !transaction.isCoinbase {
            guard spent.insert(input.outpoint).inserted else {
                throw .malformedBEEF(reason: "an output is spent twice")
            }
        }
        known[transaction.id] = transaction
    }

    private func check(_ transaction: BitcoinTransaction) throws(HeaderError) {
        guard !transaction.isCoinbase else { throw .unminedCoinbase(transaction.id) }
        guard isFinal(transaction) else {
            throw .notFinal(transaction: transaction.id, lockTime: transaction.lockTime)
        }
        var spending: [TransactionOutput] = []
        for input in transaction.inputs {
            guard let parent = known[input.outpoint.transaction],
                let index = Int(exactly: input.outpoint.index),
                parent.outputs.indices.contains(index)
            else {
                throw .missingParent(
                    transaction: transaction.id, parent: input.outpoint.transaction)
            }
            guard !young.contains(parent.id) else {
                throw .immature(transaction: transaction.id, parent: parent.id)
            }
            // A second spending is told as such, before its script is looked at.
            guard !spent.contains(input.outpoint) else {
                throw .malformedBEEF(reason: "an output is spent twice")
            }
            spending.append(parent.outputs[index])
        }
        guard let sum = TransactionOutput.sum(spending) else {
            throw .invalidTransaction(transaction.id, .tooManySatoshis)
        }
        // What a transaction pays is at most all satoshis: its reader has seen to it.
        guard let paid = TransactionOutput.sum(transaction.outputs), paid <= sum else {
            throw .overspent(transaction: transaction.id)
        }
        do throws(BitcoinError) {
            try ScriptVerifier.verify(transaction, spending: spending)
        } catch .unverifiableScript(let input) {
            throw .unverifiableScript(transaction: transaction.id, input: input)
        } catch {
            throw .invalidTransaction(transaction.id, error)
        }
    }

    /// Whether the next block may have it.
    private func isFinal(_ transaction: BitcoinTransaction) -> Bool {
        let lockTime = transaction.lockTime
        if lockTime == 0 || transaction.inputs.allSatisfy({ $0.sequence == .max }) { return true }
        return lockTime < Self.firstLockTimeInSeconds
            ? Int(lockTime) <= height : lockTime < time
    }
}
