// One set folded, and what came of it in canonical JSON.
import Bytes
import Documents
import Graphstore

#if TEST_HOOKS
    @testable import Merge
#else
    import Merge
#endif

/// The shipped code, and nothing else, between a set and its result.
struct Model {
    #if TEST_HOOKS
        var mutant: MergeMutant?
    #endif

    func fold(_ set: DocumentSet) throws -> [UInt8] {
        let chain = chain(set.blocks.map(\.sealed))
        let byHash = Dictionary(
            set.blocks.map { ($0.sealed.hash, $0) }, uniquingKeysWith: { first, _ in first })
        var state = SealedState(set.counters)
        var cut = set.genesis
        for block in chain.compactMap({ byHash[$0.hash] }) {
            for transaction in block.transactions { try state.take(transaction) }
            cut = block.cut
        }
        var base = MergeBase(domain: set.domain, cut: cut)
        for revocation in set.revocations { base.add(revocation) }
        for unit in set.units { base.scales[unit.terms.symbol] = unit.terms.scale }
        #if TEST_HOOKS
            base.mutant = mutant
        #endif
        let before = try MergeFold(
            base, over: state, records: Array(set.records.prefix(set.earlier)), now: set.now
        ).merged
        let fold = try MergeFold(base, over: state, records: set.records, now: set.now)
        let after = fold.merged
        var demotions = Demotions(
            before: before.applied, after: after,
            isSealed: { state.clearedIn($0) != nil }
        ).list
        #if TEST_HOOKS
            if mutant == .silentDemotion { demotions = [] }
        #endif
        let next = try fold.cut(
            granting: set.grants, at: set.now, height: cut.height + 1, holder: cut.holder,
            term: cut.term)
        var counters = state.counters.mapValues(\.state)
        for (key, counter) in after.counters { counters[key] = counter.state }
        return Result(
            id: set.id, chain: chain, view: after, demotions: demotions, cut: next,
            counters: counters
        ).json
    }

    private func chain(_ blocks: [SealedBlock]) -> [SealedBlock] {
        #if TEST_HOOKS
            if mutant == .ignoredSeals { return [] }
            return WinningChain.choose(among: blocks, mutant: mutant)
        #else
            return WinningChain.choose(among: blocks)
        #endif
    }
}

/// What is compared.
private struct Result {
    let id: String
    let chain: [SealedBlock]
    let view: MergedView
    let demotions: [Demotion]
    let cut: CutDocument.Statement
    let counters: [CounterKey: CounterState]

    var json: [UInt8] {
        var writer = CanonicalWriter(capacity: 4096)
        writer.beginObject()
        writer.rows("allowances", cut.allowances) {
            [
                $0.address.text, $0.symbol.text, $0.device.text,
                String($0.expiry.milliseconds), $0.remaining.text,
            ]
        }
        let keys = counters.keys.sorted()
        writer.rows("balances", keys) { key in
            let state = counters[key] ?? .initial(key.address, key.symbol)
            return [
                key.address.text, key.symbol.text, state.net.text, state.min.text, state.max.text,
            ]
        }
        writer.rows("chain", chain) { [$0.hash.hexadecimal] }
        writer.rows("cut", cut.devices) { [$0.device.text, String($0.sequence)] }
        writer.rows("demotions", demotions) {
            [
                $0.record.hexadecimal, $0.after.rawValue, $0.refusal?.code.rawValue ?? "",
                $0.instructions.map(\.hexadecimal).joined(separator: " "),
            ]
        }
        writer.rows("forks", view.forks) {
            [
                $0.device.text, String($0.sequence),
                $0.hashes.map(\.hexadecimal).joined(separator: " "),
            ]
        }
        writer.rows("heads", view.heads) {
            [$0.device.text, String($0.sequence), $0.digest.hexadecimal]
        }
        writer.name("id")
        writer.string(id)
        writer.rows("quarantined", view.quarantined) {
            [$0.record.hash.hexadecimal, $0.reason.rawValue]
        }
        writer.name("statuses")
        writer.string(view.digest.statuses.hexadecimal)
        writer.rows("steps", view.steps) { step in
            var other = step.outcome.transaction?.hash.hexadecimal ?? ""
            if case .duplicate(let hash) = step.outcome { other = hash.hexadecimal }
            return [
                step.record.hash.hexadecimal, step.outcome.resultClass.rawValue,
                step.outcome.refusal?.code.rawValue ?? "", other,
            ]
        }
        writer.name("transactions")
        writer.string(view.digest.transactions.hexadecimal)
        writer.endObject()
        return writer.bytes
    }
}

extension CanonicalWriter {
    /// A member that is a list of lists of texts.
    fileprivate mutating func rows<Row>(
        _ name: StaticString, _ rows: [Row], _ columns: (Row) -> [String]
    ) {
        self.name(name)
        beginArray()
        for row in rows {
            beginArray()
            for column in columns(row) { string(column) }
            endArray()
        }
        endArray()
    }
}
