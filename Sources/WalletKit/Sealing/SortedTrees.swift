// The two sorted trees of a block: what it made known, and who had what.
import Blockstack
import Bytes
import Documents
import Graphstore

/// The tree of the hashes that a block made known, ascending (RFC 6962).
struct ContentsTree {
    /// The hashes, ascending and distinct.
    let hashes: [Digest256]
    private let leaves: [Digest256]

    init(_ unsorted: [Digest256]) {
        var sorted = unsorted
        sorted.sort()
        var distinct: [Digest256] = []
        distinct.reserveCapacity(sorted.count)
        for hash in sorted where distinct.last != hash { distinct.append(hash) }
        hashes = distinct
        leaves = distinct.parallelMap { MerkleTree.leafHash($0) }
    }

    /// Root and size.
    var tree: BlockDocument.Tree {
        BlockDocument.Tree(root: MerkleTree.root(ofLeaves: leaves), size: leaves.count)
    }

    /// The position of the first hash that is not less than `hash`.
    func position(of hash: Digest256) -> Int {
        var (low, high) = (0, hashes.count)
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The hash at `index` and the way from it to the root.
    func leaf(_ index: Int) -> (hash: Digest256, place: TreePlace) {
        let path = MerkleTree.inclusionPath(of: index, inLeaves: leaves)
        return (hashes[index], TreePlace(index: index, path: path))
    }
}

/// The tree of all counters, sorted by symbol and address, with each unit's total before its
/// counters (RFC 6962). Holds hashes, and the leaves at the positions that somebody asks for.
struct BalanceTree {
    /// Where a counter stands.
    struct Position {
        /// Leaves before it, or before where it would be.
        var index = 0
        /// Whether it is there.
        var isThere = false
        /// The position of its unit's total; nil where the unit has no counters.
        var total: Int?
    }

    private let wanted: CounterKey?
    private let captured: Set<Int>
    private var leaves: [Digest256] = []
    /// The unit whose counters are being added.
    private var unit: (symbol: Address, index: Int, counters: Int, sum: ExactSum)?
    /// The leaves at the captured positions.
    private var found: [Int: BalanceLeaf] = [:]
    /// Where the wanted counter stands.
    private(set) var position = Position()

    /// - Parameter wanted: the counter whose position is noted.
    /// - Parameter captured: the positions whose leaves are kept.
    init(lookingFor wanted: CounterKey? = nil, capturing captured: Set<Int> = []) {
        self.wanted = wanted
        self.captured = captured
    }

    /// Adds a counter; they come ascending by symbol and address.
    /// - Throws: `GraphError` where the unit before adds up to anything but 0.
    mutating func add(_ key: CounterKey, _ state: CounterState) throws {
        if unit?.symbol != key.symbol {
            try close()
            unit = (key.symbol, leaves.count, 0, ExactSum())
            if let wanted, key.symbol <= wanted.symbol { position.index += 1 }
            if key.symbol == wanted?.symbol { position.total = leaves.count }
            // The total is known when the unit's counters are.
            leaves.append(MerkleTree.emptyRoot)
        }
        unit?.sum.add(state.net)
        unit?.counters += 1
        if let wanted {
            if (key.symbol, key.address) < (wanted.symbol, wanted.address) { position.index += 1 }
            if key == wanted { position.isThere = true }
        }
        append(.counter(address: key.address, symbol: key.symbol, state: state))
    }

    private mutating func append(_ leaf: BalanceLeaf) {
        if captured.contains(leaves.count) { found[leaves.count] = leaf }
        leaves.append(MerkleTree.leafHash(leaf.bytes))
    }

    /// No counter of the unit follows.
    /// - Throws: `GraphError` where it adds up to anything but 0.
    mutating func close() throws {
        guard let closing = unit else { return }
        guard closing.sum.isZero else {
            throw GraphError.contradiction("the balances in \(closing.symbol) do not add up to 0")
        }
        let total = BalanceLeaf.total(
            symbol: closing.symbol, counters: closing.counters, sum: .zero)
        leaves[closing.index] = MerkleTree.leafHash(total.bytes)
        if captured.contains(closing.index) { found[closing.index] = total }
        unit = nil
    }

    /// Root and size.
    var tree: BlockDocument.Tree {
        BlockDocument.Tree(root: MerkleTree.root(ofLeaves: leaves), size: leaves.count)
    }

    /// The captured leaves, ascending, each with the way from it to the root.
    var evidence: [(leaf: BalanceLeaf, place: TreePlace)] {
        found.sorted { $0.key < $1.key }.map { index, leaf in
            let path = MerkleTree.inclusionPath(of: index, inLeaves: leaves)
            return (leaf, TreePlace(index: index, path: path))
        }
    }
}

/// A sum of amounts that may pass all bounds on its way: in an order of addresses, what somebody
/// owes comes after all that others have of it.
struct ExactSum {
    private var high: Int128 = 0
    private var low: UInt128 = 0
    private static let limbBits: Int128 = 64

    /// Adds an amount; 2^63 of them fit.
    mutating func add(_ amount: Amount) {
        high += amount.quanta >> Self.limbBits
        low += UInt128(UInt64(truncatingIfNeeded: amount.quanta))
    }

    /// Whether it is nothing.
    var isZero: Bool {
        high + Int128(low >> 64) == 0 && UInt64(truncatingIfNeeded: low) == 0
    }
}
