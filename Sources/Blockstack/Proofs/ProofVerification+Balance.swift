// What a counter was at a block, or that there was none.
import Bytes
import Documents

extension ProofVerification {
    static func verify(
        _ evidence: BalanceEvidence, of domain: String
    ) throws(Refusal) -> (VerifiedSeal, Finding) {
        let seal = try VerifiedSeal(evidence.seal, of: domain)
        try require(evidence.height, seal)
        let tree = seal.block.statement.balances
        for (leaf, place) in evidence.leaves {
            try require(MerkleTree.leafHash(leaf.bytes), at: place, in: tree, "a balance")
            guard case .total(let symbol, let counters, let sum) = leaf else { continue }
            guard sum == .zero else {
                throw .unproved(
                    "the balances in \(symbol) add up to \(sum), not to 0", ["sum": sum.text])
            }
            guard counters > 0 else { throw .unproved("a unit without counters has a total") }
        }
        if evidence.isThere { return (seal, .balance(try state(evidence))) }
        try checkAbsence(evidence, from: tree)
        return (seal, .noBalance)
    }

    /// The unit's total, and the counter among the leaves that follow it.
    private static func state(_ evidence: BalanceEvidence) throws(Refusal) -> CounterState {
        guard evidence.leaves.count == 2,
            case .total(let symbol, let counters, _) = evidence.leaves[0].leaf,
            case .counter(let address, let unit, let state) = evidence.leaves[1].leaf
        else { throw .unproved("a balance is shown by its unit's total and its counter") }
        guard address == evidence.address, unit == evidence.symbol, symbol == evidence.symbol
        else {
            throw .unproved(
                "the leaves are of \(address) in \(unit), not of \(evidence.address) in "
                    + "\(evidence.symbol)")
        }
        let distance = evidence.leaves[1].place.index - evidence.leaves[0].place.index
        guard (1...counters).contains(distance) else {
            throw .unproved("the counter does not stand among the \(counters) of its total")
        }
        return state
    }

    /// Two leaves that stand side by side around the missing one, one at an end, none in no tree.
    private static func checkAbsence(
        _ evidence: BalanceEvidence, from tree: BlockDocument.Tree
    ) throws(Refusal) {
        let missing = BalanceLeaf.counter(
            address: evidence.address, symbol: evidence.symbol,
            state: .initial(evidence.address, evidence.symbol))
        let neighbours = try Neighbours(
            evidence.leaves.map { ($0.leaf, $0.place.index) }, size: tree.size,
            isBefore: { BalanceLeaf.precedes($0, missing) },
            isAfter: { BalanceLeaf.precedes(missing, $0) })
        guard isPossible(neighbours.left, neighbours.right) else {
            throw .unproved("the leaves cannot stand side by side: their totals say otherwise")
        }
    }

    /// Whether two leaves can be neighbours where each unit's total stands before its counters.
    private static func isPossible(_ left: BalanceLeaf?, _ right: BalanceLeaf?) -> Bool {
        if let right, right.address != nil { return left?.symbol == right.symbol }
        // A unit's counters follow its total: the next leaf is one of them.
        return left.map { $0.address != nil } ?? true
    }
}
