// Which of several sealed chains counts, without asking anybody.
import Bytes

/// A sealed block, as far as the choice needs to know it.
public struct SealedBlock: Sendable, Hashable {
    /// The block's hash.
    public let hash: Digest256
    /// The block before it; zeros for the first.
    public let previous: Digest256
    /// The term of the lease under which it was sealed; 0 where there was none.
    public let term: Int
    /// Whether its segment is here, whole and verified.
    public let isWhole: Bool

    /// A block.
    public init(hash: Digest256, previous: Digest256, term: Int, isWhole: Bool) {
        self.hash = hash
        self.previous = previous
        self.term = term
        self.isWhole = isWhole
    }
}

/// The rule: highest term of the last block, then most blocks, then lowest hash of the last block.
public enum WinningChain {
    /// The chain that counts, from the first block on; empty where none is known whole from there.
    /// - Parameter blocks: in any order, with any repetition.
    public static func choose(among blocks: some Sequence<SealedBlock>) -> [SealedBlock] {
        choose(among: blocks, mutant: nil)
    }

    static func choose(
        among blocks: some Sequence<SealedBlock>, mutant: MergeMutant?
    ) -> [SealedBlock] {
        var next: [Digest256: [SealedBlock]] = [:]
        var known: [Digest256: SealedBlock] = [:]
        var arrival: [Digest256: Int] = [:]
        for block in blocks where block.isWhole || mutant == .sealBeforeClosure {
            guard known.updateValue(block, forKey: block.hash) == nil else { continue }
            arrival[block.hash] = arrival.count
            next[block.previous, default: []].append(block)
        }
        var best: (block: SealedBlock, length: Int)?
        var frontier = (next[.zero] ?? []).map { ($0, 1) }
        while let (block, length) = frontier.popLast() {
            let isBetter =
                best.map { best in
                    switch mutant {
                    case .lastSealWins:
                        (arrival[block.hash] ?? 0) > (arrival[best.block.hash] ?? 0)
                    case .noTieBreak:
                        (block.term, length) > (best.block.term, best.length)
                    default:
                        (block.term, length) == (best.block.term, best.length)
                            ? block.hash < best.block.hash
                            : (block.term, length) > (best.block.term, best.length)
                    }
                } ?? true
            if isBetter { best = (block, length) }
            // A block has one predecessor: no block is met twice.
            frontier += (next[block.hash] ?? []).map { ($0, length + 1) }
        }
        var chain: [SealedBlock] = []
        var block = best?.block
        while let current = block {
            chain.append(current)
            block = known[current.previous]
        }
        return chain.reversed()
    }
}
