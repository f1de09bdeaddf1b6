// What was applied and no longer is: it is reported, never just gone.
import Bytes
import Documents

/// A record that a replica has shown as applied.
public struct AppliedRecord: Sendable, Hashable {
    /// The record's hash.
    public let record: Digest256
    /// The instructions in it.
    public let instructions: [Digest256]
    /// How final it was said to be.
    public let resultClass: ResultClass

    /// A record that was applied: one of a fold, or one of a sealed block whose chain has lost.
    public init(record: Digest256, instructions: [Digest256], resultClass: ResultClass) {
        self.record = record
        self.instructions = instructions
        self.resultClass = resultClass
    }
}

/// A record of which some instruction was applied and no longer is, by whatever record.
public struct Demotion: Sendable {
    /// The record.
    public let record: Digest256
    /// Its instructions that are applied no longer.
    public let instructions: [Digest256]
    /// How final it was said to be.
    public let before: ResultClass
    /// What it is now.
    public let after: ResultClass
    /// Why; nil where it is in quarantine, or where a block has settled its place without it.
    public let refusal: Refusal?
    /// Records that came before it and stand in its way, the nearest last; empty where none does.
    public let winners: [Digest256]
}

extension MergedView {
    /// What it shows as applied.
    public var applied: [AppliedRecord] {
        steps.compactMap { step in
            step.outcome.transaction.map {
                AppliedRecord(
                    record: step.record.hash, instructions: $0.inputs,
                    resultClass: step.outcome.resultClass)
            }
        }
    }
}

/// All that was applied `before` and is not `after`.
public struct Demotions: Sendable {
    /// In the order of `before`.
    public let list: [Demotion]

    /// Compares two views of a replica.
    /// - Parameters:
    ///   - before: what it has shown as applied, of blocks that have lost too.
    ///   - after: what holds now.
    ///   - isSealed: whether an instruction is in the sealed log that holds now.
    /// - Throws: what `isSealed` throws.
    public init(
        before: [AppliedRecord], after: MergedView, isSealed: (Digest256) throws -> Bool
    ) rethrows {
        var applied: Set<Digest256> = []
        var positions: [Digest256: Int] = [:]
        var recordOf: [Digest256: Digest256] = [:]
        for (index, step) in after.steps.enumerated() {
            positions[step.record.hash] = index
            guard let transaction = step.outcome.transaction else { continue }
            applied.formUnion(transaction.inputs)
            recordOf[transaction.hash] = step.record.hash
        }
        let waiting = Set(after.quarantined.map(\.record.hash))
        let earlier = Set(before.map(\.record))
        var list: [Demotion] = []
        for known in before {
            let lost = try known.instructions.filter {
                try !applied.contains($0) && !isSealed($0)
            }
            guard !lost.isEmpty else { continue }
            let position = positions[known.record]
            let outcome = position.map { after.steps[$0].outcome }
            let isWaiting = waiting.contains(known.record)
            list.append(
                Demotion(
                    record: known.record, instructions: lost, before: known.resultClass,
                    after: outcome?.resultClass ?? (isWaiting ? .quarantined : .bounced),
                    refusal: outcome?.refusal,
                    winners: Self.winners(
                        outcome?.refusal, after.steps[..<(position ?? 0)], recordOf, earlier)))
        }
        self.list = list
    }

    private static func winners(
        _ refusal: Refusal?, _ steps: ArraySlice<MergeStep>, _ recordOf: [Digest256: Digest256],
        _ earlier: Set<Digest256>
    ) -> [Digest256] {
        guard let details = refusal?.details else { return [] }
        if let text = details["transaction"], let hash = Digest256(hexadecimal: text) {
            return [recordOf[hash] ?? hash]
        }
        guard let address = details["address"].flatMap({ try? Address(text: $0) }),
            let symbol = details["symbol"].flatMap({ try? Address(text: $0) })
        else { return [] }
        let key = CounterKey(address, symbol)
        let touching = steps.filter { step in
            if case .applied(_, let keys, _) = step.outcome { keys.contains(key) } else { false }
        }.map(\.record.hash)
        let new = touching.filter { !earlier.contains($0) }
        return Array((new.isEmpty ? touching : new).suffix(MergeLimits.namedWinners))
    }
}
