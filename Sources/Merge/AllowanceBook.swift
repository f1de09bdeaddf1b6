// Which part of a counter's headroom is set aside for which device.
import Bytes
import Documents
import Graphstore

/// What is left of the allowances, at some point of the order.
struct AllowanceBook: Sendable {
    private struct Entry: Sendable {
        let device: Address
        let expiry: Timestamp
        var remaining: Amount
    }

    /// By counter, then ascending by device and expiry.
    private var entries: [CounterKey: [Entry]] = [:]
    private let mutant: MergeMutant?

    init(_ remainders: [CutDocument.Remainder], mutant: MergeMutant?) {
        self.mutant = mutant
        for left in remainders.sorted() {
            entries[CounterKey(left.address, left.symbol), default: []].append(
                Entry(device: left.device, expiry: left.expiry, remaining: left.remaining))
        }
    }

    /// What is set aside of `key` at `time`, for all devices together.
    func reserved(_ key: CounterKey, at time: Timestamp) -> Amount {
        guard mutant != .unreserved, let entries = entries[key] else { return .zero }
        return entries.reduce(.zero) { $1.expiry > time ? $0.saturating($1.remaining) : $0 }
    }

    /// What is left for `device` of `key` at `time`.
    func left(_ key: CounterKey, for device: Address, at time: Timestamp) -> Amount {
        guard let entries = entries[key] else { return .zero }
        return entries.reduce(.zero) {
            $1.device == device && $1.expiry > time ? $0.saturating($1.remaining) : $0
        }
    }

    /// Takes debits out of what is left for `device`, the allowance that ends first before others,
    /// as far as it goes. Whatever becomes of the record: what a device may still spend must follow
    /// from its own chain alone, or records of others could take back what it has promised.
    mutating func consume(
        _ debits: [CounterKey: Amount], by device: Address, at time: Timestamp
    ) {
        for (key, debit) in debits {
            guard var list = entries[key] else { continue }
            var rest = debit
            for index in list.indices
            where list[index].device == device && list[index].expiry > time {
                let part = min(rest, list[index].remaining)
                list[index].remaining = list[index].remaining.subtracting(part) ?? .zero
                rest = rest.subtracting(part) ?? .zero
            }
            entries[key] = list
        }
    }

    /// Sets `amount` of `key` aside for `device`.
    mutating func grant(
        _ amount: Amount, of key: CounterKey, to device: Address, until expiry: Timestamp
    ) {
        var list = entries[key] ?? []
        if let index = list.firstIndex(where: { $0.device == device && $0.expiry == expiry }) {
            list[index].remaining = list[index].remaining.saturating(amount)
        } else {
            list.append(Entry(device: device, expiry: expiry, remaining: amount))
            list.sort { ($0.device, $0.expiry) < ($1.device, $1.expiry) }
        }
        entries[key] = list
    }

    /// What is left of all that have not ended at `time`, in the order of a cut.
    func remainders(at time: Timestamp) -> [CutDocument.Remainder] {
        var remainders: [CutDocument.Remainder] = []
        for (key, list) in entries {
            for entry in list where entry.expiry > time && entry.remaining > .zero {
                remainders.append(
                    CutDocument.Remainder(
                        address: key.address, device: entry.device, expiry: entry.expiry,
                        remaining: entry.remaining, symbol: key.symbol))
            }
        }
        return remainders.sorted()
    }
}

extension Amount {
    /// The largest amount.
    static let largest = Amount(quanta: largestQuanta) ?? .zero

    /// The sum, or the largest amount where there is none: for what is set aside, more than
    /// everything is everything.
    func saturating(_ other: Amount) -> Amount { adding(other) ?? .largest }
}

extension Request {
    /// By how much its IOUs narrow the headroom of counters, whatever the state: amounts given less
    /// amounts received, credit lines handed over like amounts. Counters that gain are not in it.
    var debits: [CounterKey: Amount] {
        var out: [CounterKey: Amount] = [:]
        var into: [CounterKey: Amount] = [:]
        for case .iou(let iou) in instructions {
            let terms = iou.terms
            let moved = terms.amount.saturating((terms.credit ?? .zero).negated)
            let source = CounterKey(terms.source, terms.symbol)
            let target = CounterKey(terms.target, terms.symbol)
            out[source] = (out[source] ?? .zero).saturating(moved)
            into[target] = (into[target] ?? .zero).saturating(moved)
        }
        var debits: [CounterKey: Amount] = [:]
        for (key, amount) in out {
            let debit = amount.subtracting(into[key] ?? .zero) ?? .zero
            if debit > .zero { debits[key] = debit }
        }
        return debits
    }
}
