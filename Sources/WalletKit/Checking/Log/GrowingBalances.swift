// The tree of all counters, kept from block to block: only what has changed is hashed again.
import Blockstack
import Bytes
import Documents
import Graphstore

/// The balances of a domain as its blocks state them (see `BalanceTree`, which makes them from
/// nothing). Between two blocks few counters change, so each block costs what has changed since the
/// last one; a new counter costs the hashes to its right.
struct GrowingBalances {
    /// A leaf's place in the order: a unit's total stands before its counters.
    private struct Key: Comparable {
        let symbol: Address
        let address: Address?

        static func < (left: Key, right: Key) -> Bool {
            if left.symbol != right.symbol { return left.symbol < right.symbol }
            guard let second = right.address else { return false }
            guard let first = left.address else { return true }
            return first < second
        }
    }

    private struct Entry {
        let key: Key
        /// The balance in quanta, to keep the sums.
        var net: Int128
    }

    private var entries: [Entry] = []
    /// The tree from the leaves up: a last node without a partner goes up as it is, which gives
    /// the same root as RFC 6962 §2.1.
    private var levels: [[Digest256]] = [[]]
    private var units: [Address: (counters: Int, sum: Int128)] = [:]
    /// What has changed since the tree was made.
    private var pending: [CounterKey: CounterState] = [:]

    /// Takes in a counter's new state.
    mutating func set(_ address: Address, _ symbol: Address, _ state: CounterState) {
        pending[CounterKey(address, symbol)] = state
    }

    /// Root and size.
    /// - Throws: `GraphError` where a unit's balances do not add up to 0.
    mutating func tree() throws(GraphError) -> BlockDocument.Tree {
        try update()
        return BlockDocument.Tree(
            root: levels.last?.first ?? MerkleTree.emptyRoot, size: entries.count)
    }

    private mutating func update() throws(GraphError) {
        var changed: [Int] = []
        var fresh: [(entry: Entry, leaf: Digest256)] = []
        var touched: Set<Address> = []
        for (key, state) in pending {
            let place = Key(symbol: key.symbol, address: key.address)
            let leaf = MerkleTree.leafHash(
                BalanceLeaf.counter(address: key.address, symbol: key.symbol, state: state).bytes)
            let index = position(of: place)
            var unit = units[key.symbol] ?? (0, 0)
            // Sums wrap and come back: every transaction changes them by nothing.
            if index < entries.count, entries[index].key == place {
                unit.sum &+= state.net.quanta &- entries[index].net
                entries[index].net = state.net.quanta
                levels[0][index] = leaf
                changed.append(index)
            } else {
                unit.sum &+= state.net.quanta
                unit.counters += 1
                fresh.append((Entry(key: place, net: state.net.quanta), leaf))
            }
            units[key.symbol] = unit
            touched.insert(key.symbol)
        }
        pending = [:]
        for symbol in touched {
            let leaf = try total(of: symbol)
            let place = Key(symbol: symbol, address: nil)
            let index = position(of: place)
            if index < entries.count, entries[index].key == place {
                levels[0][index] = leaf
                changed.append(index)
            } else {
                fresh.append((Entry(key: place, net: 0), leaf))
            }
        }
        let first = insert(fresh)
        rehash(Set(changed.filter { $0 < first }).sorted(), from: first)
    }

    private func total(of symbol: Address) throws(GraphError) -> Digest256 {
        let unit = units[symbol] ?? (0, 0)
        guard unit.sum == 0 else {
            throw .contradiction("the balances in \(symbol) do not add up to 0")
        }
        return MerkleTree.leafHash(
            BalanceLeaf.total(symbol: symbol, counters: unit.counters, sum: .zero).bytes)
    }

    /// The position of the first entry that is not before `key`.
    private func position(of key: Key) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Puts new entries in their places.
    /// - Returns: the first position whose leaf is another than before; the count where none is.
    private mutating func insert(_ fresh: [(entry: Entry, leaf: Digest256)]) -> Int {
        let fresh = fresh.sorted { $0.entry.key < $1.entry.key }
        guard let first = fresh.first.map({ position(of: $0.entry.key) }) else {
            return entries.count
        }
        let (oldEntries, oldLeaves) = (Array(entries[first...]), Array(levels[0][first...]))
        entries.removeSubrange(first...)
        levels[0].removeSubrange(first...)
        var next = 0
        for (entry, leaf) in fresh {
            while next < oldEntries.count, oldEntries[next].key < entry.key {
                entries.append(oldEntries[next])
                levels[0].append(oldLeaves[next])
                next += 1
            }
            entries.append(entry)
            levels[0].append(leaf)
        }
        entries += oldEntries[next...]
        levels[0] += oldLeaves[next...]
        return first
    }

    /// Hashes upwards: the parents of `changed`, ascending, and everything from `first` on.
    private mutating func rehash(_ changed: [Int], from first: Int) {
        var (changed, first, level) = (changed, first, 0)
        while levels[level].count > 1 {
            let below = levels[level]
            let count = (below.count + 1) / 2
            if level + 1 == levels.count { levels.append([]) }
            func parent(_ index: Int) -> Digest256 {
                2 * index + 1 < below.count
                    ? MerkleTree.nodeHash(below[2 * index], below[2 * index + 1])
                    : below[2 * index]
            }
            first /= 2
            var parents: [Int] = []
            for index in changed where index / 2 < first && parents.last != index / 2 {
                parents.append(index / 2)
            }
            for index in parents { levels[level + 1][index] = parent(index) }
            if first < count {
                levels[level + 1].removeSubrange(min(first, levels[level + 1].count)...)
                for index in first..<count { levels[level + 1].append(parent(index)) }
            }
            changed = parents
            level += 1
        }
    }
}
