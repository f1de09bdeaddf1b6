// Trees as their specifications define them, by recursion over all leaves: slow and plain.

import Bytes
import Cryptography
import Documents

enum Oracle {
    /// RFC 6962 §2.1, MTH.
    static func root(_ leaves: ArraySlice<[UInt8]>) -> Digest256 {
        if leaves.isEmpty { return Hash.sha256([]) }
        if leaves.count == 1 { return Hash.sha256([0x00] + leaves[leaves.startIndex]) }
        // The largest power of two that is smaller than the number of leaves.
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return Hash.sha256([0x01] + root(leaves[..<middle]).bytes + root(leaves[middle...]).bytes)
    }

    /// Bitcoin's tree over hashes in the order in which it hashes them.
    static func merkle(_ hashes: [Digest256]) -> Digest256 {
        if hashes.count <= 1 { return hashes.first ?? .zero }
        let even = hashes.count % 2 == 0 ? hashes : hashes + [hashes[hashes.count - 1]]
        var parents: [Digest256] = []
        for index in 0..<even.count / 2 {
            parents.append(Hash.sha256d(even[2 * index].bytes + even[2 * index + 1].bytes))
        }
        return merkle(parents)
    }

    /// The leaves of the balances, sorted as texts.
    static func balances(_ counters: [LogMaker.Name: LogMaker.Counter]) -> [[UInt8]] {
        var sums: [String: (count: Int, sum: Int128)] = [:]
        var leaves: [(symbol: String, address: String, text: String)] = []
        for (name, counter) in counters {
            let (symbol, address) = (name.symbol.text, name.address.text)
            let known = sums[symbol] ?? (0, 0)
            sums[symbol] = (known.count + 1, known.sum &+ counter.state.net.quanta)
            leaves.append(
                (
                    symbol, address,
                    json([
                        "address": quoted(address), "max": quoted(counter.state.max.text),
                        "min": quoted(counter.state.min.text),
                        "net": quoted(counter.state.net.text), "symbol": quoted(symbol),
                    ])
                ))
        }
        for (symbol, total) in sums {
            let text = json([
                "counters": String(total.count), "sum": quoted(String(total.sum)),
                "symbol": quoted(symbol),
            ])
            // No address sorts before the empty text.
            leaves.append((symbol, "", text))
        }
        return leaves.sorted { ($0.symbol, $0.address) < ($1.symbol, $1.address) }
            .map { Array($0.text.utf8) }
    }
}

func quoted(_ text: some CustomStringConvertible) -> String { "\"\(text)\"" }

/// An object whose members' values are JSON already.
func json(_ members: [String: String]) -> String {
    "{"
        + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        .joined(separator: ",") + "}"
}
