// Merkle trees as RFC 6962 §2.1 has them, leaf after leaf, and what blocks put into them.
import Bytes
import Cryptography
import Documents

/// The number of leaves and the root of a tree.
struct TreeHead: Sendable, Equatable {
    let size: Int
    let root: Digest256
}

/// A tree that grows at its right side. Only the roots of its full subtrees are kept: one for each
/// bit that is set in the number of leaves, the largest first.
struct HashTree: Sendable {
    private(set) var size = 0
    private var peaks: [Digest256] = []

    /// Appends a leaf: SHA256(0x00 ‖ content).
    mutating func append(_ content: [UInt8]) {
        peaks.append(Hash.sha256([0] + content))
        // Two subtrees of one size become one: as often as the binary counter carries.
        var carries = size
        while carries & 1 == 1 {
            let right = peaks.removeLast()
            let left = peaks.removeLast()
            peaks.append(Self.node(left, right))
            carries >>= 1
        }
        size += 1
    }

    var head: TreeHead {
        guard var root = peaks.last else { return TreeHead(size: 0, root: Hash.sha256([])) }
        for peak in peaks.dropLast().reversed() { root = Self.node(peak, root) }
        return TreeHead(size: size, root: root)
    }

    /// SHA256(0x01 ‖ left ‖ right).
    private static func node(_ left: Digest256, _ right: Digest256) -> Digest256 {
        Hash.sha256([1] + left.bytes + right.bytes)
    }

    /// What a block made known: its hashes, ascending, each once.
    static func contents(_ hashes: [Digest256]) -> TreeHead {
        var tree = HashTree()
        var last: Digest256?
        for hash in hashes.sorted() where hash != last {
            tree.append(hash.bytes)
            last = hash
        }
        return tree.head
    }

    /// All counters by symbol and address, before those of each symbol their number and sum. The
    /// sum is 0: the books have refused every transaction that would change it.
    static func balances(_ counters: [AuditReport.Counter]) -> TreeHead {
        var bySymbol: [Address: [AuditReport.Counter]] = [:]
        for counter in counters { bySymbol[counter.symbol, default: []].append(counter) }
        var tree = HashTree()
        for (symbol, counters) in bySymbol.sorted(by: { $0.key < $1.key }) {
            tree.append(
                Array(#"{"counters":\#(counters.count),"sum":"0","symbol":"\#(symbol)"}"#.utf8))
            for counter in counters.sorted(by: { $0.address < $1.address }) {
                let limits = #""max":"\#(counter.max.text)","min":"\#(counter.min.text)""#
                tree.append(
                    Array(
                        (#"{"address":"\#(counter.address)",\#(limits),"#
                            + #""net":"\#(counter.net)","symbol":"\#(symbol)"}"#).utf8))
            }
        }
        return tree.head
    }
}
