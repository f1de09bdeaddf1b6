// What a fold has come to, as a value that can be kept and compared.
import Bytes
import Documents
import Graphstore

/// The result of a fold.
public struct MergedView: Sendable {
    /// What became of the records that count, in order.
    public let steps: [MergeStep]
    /// Records that do not count yet, and why.
    public let quarantined: [(record: ClearingRecord, reason: QuarantineReason)]
    /// Every device's head.
    public let heads: [ChainHead]
    /// Every fork.
    public let forks: [ChainFork]
    /// The counters that the open block touches, as it leaves them.
    public let counters: [CounterKey: Counter]
    /// What is left of the allowances, ended ones included.
    public let allowances: [CutDocument.Remainder]
    /// The latest clock among the records that count.
    public let clock: HybridClock
    /// Equal where equal records have given equal results.
    public let digest: ViewDigest
}

extension MergeFold {
    /// What it has come to.
    public var merged: MergedView {
        MergedView(
            steps: steps, quarantined: chains.quarantined, heads: chains.heads,
            forks: chains.forks, counters: state.counters,
            allowances: book.remainders(at: .earliest),
            clock: last.map { HybridClock($0.clock) } ?? .start, digest: ViewDigest(steps))
    }

    /// What the cut of a block that settles all records that count must state.
    /// - Parameters:
    ///   - grants: allowances that the block seals. They begin here: each gets as much as is free,
    ///     in the order of their hashes.
    ///   - time: when it is sealed: allowances that end before are given back.
    ///   - height: of the block.
    ///   - holder: the device that seals.
    ///   - term: of its lease; 0 where the domain has none.
    /// - Throws: what the sealed state throws.
    public func cut(
        granting grants: [Allowance], at time: Timestamp, height: Int, holder: Address, term: Int
    ) throws -> CutDocument.Statement {
        var book = book
        var room = ReplicaLimits.cutAllowances - book.remainders(at: time).count
        for grant in grants.sorted(by: { $0.hash < $1.hash }) where grant.terms.expiry > time {
            let terms = grant.terms
            let key = CounterKey(terms.address, terms.symbol)
            let free = try headroom(key, at: time, book)
            let amount = min(terms.amount, free)
            guard amount > .zero, room > 0 else { continue }
            book.grant(amount, of: key, to: terms.device, until: terms.expiry)
            room -= 1
        }
        return CutDocument.Statement(
            allowances: book.remainders(at: time),
            devices: chains.heads.map {
                CutDocument.Settled(device: $0.device, sequence: $0.sequence)
            },
            domain: base.domain, height: height, holder: holder, term: term)
    }

    /// How much of a counter may still be set aside at `time`.
    /// - Throws: what the sealed state throws.
    public func headroom(_ key: CounterKey, at time: Timestamp) throws -> Amount {
        try headroom(key, at: time, book)
    }

    private func headroom(
        _ key: CounterKey, at time: Timestamp, _ book: AllowanceBook
    ) throws -> Amount {
        let counter = try state.counter(key).state
        guard case .finite(let limit) = counter.min else { return .largest }
        let free = counter.net.subtracting(limit)?.subtracting(book.reserved(key, at: time))
        return max(free ?? .zero, .zero)
    }

    /// What is left of its allowances for one device, at `time`.
    public func allowance(
        of key: CounterKey, for device: Address, at time: Timestamp
    ) -> Amount {
        book.left(key, for: device, at: time)
    }
}
