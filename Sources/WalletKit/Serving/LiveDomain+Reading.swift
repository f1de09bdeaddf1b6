// Documents, counters, outputs and units for those who ask over the network.
import Bytes
import Documents
import Graphstore
import Service
import Synchronization

extension LiveDomain {
    /// The document or instruction of a hash.
    public func document(_ hash: Digest256) throws -> ServedDocument? {
        try ServiceFailure.wrapping {
            if let line = try ledger.transactionLine(hash) {
                return ServedDocument(line: line, kind: .transaction, transaction: nil)
            }
            guard let (envelope, _) = try ledger.envelope(hash) else { return nil }
            if envelope.hash == hash {
                return DocumentKind(envelope).map {
                    ServedDocument(line: Array(envelope.bytes), kind: $0, transaction: nil)
                }
            }
            for value in envelope.meta["inputs"]?.elements ?? [] {
                let instruction = try Envelope(value)
                guard instruction.hash == hash, let kind = DocumentKind(instruction) else {
                    continue
                }
                return ServedDocument(
                    line: Array(instruction.bytes), kind: kind, transaction: envelope.hash)
            }
            return nil
        }
    }

    /// The counters of an address.
    public func counters(
        of address: Address, symbol: Address?, page: Page
    ) throws -> [ServedCounter] {
        try page.gather { take in
            try ledger.read { ledger in
                try ledger.graph.forEachCounter(address: address, symbol: symbol, take)
            }
        }
    }

    /// Who has a counter in a unit.
    public func holders(of symbol: Address, page: Page) throws -> [ServedCounter] {
        try page.gather { take in
            try ledger.read { ledger in
                try ledger.graph.forEachCounter(symbol: symbol) { key, counter in
                    if key.address != symbol { try take(key, counter) }
                }
            }
        }
    }

    /// The outputs of an address in one unit, the latest first.
    public func outputs(
        of key: CounterKey, isUnspent: Bool, page: Page
    ) throws -> [ServedOutput] {
        try ServiceFailure.wrapping {
            var pointer = try ledger.read { try $0.graph.counter(key).head }
            var outputs: [ServedOutput] = []
            var left = page.skip
            // The lock is free between two steps: a long history delays nobody.
            while let here = pointer, outputs.count < page.limit {
                guard let document = try ledger.transaction(here.transaction),
                    document.transaction.outputs.indices.contains(here.index)
                else { throw ServiceFailure("storage", "a document of the log is not there") }
                let output = document.transaction.outputs[here.index]
                if left == 0 {
                    outputs.append(
                        ServedOutput(
                            pointer: here, output: output,
                            time: document.transaction.clock.time))
                } else {
                    left -= 1
                }
                pointer = isUnspent ? nil : output.source
            }
            return outputs
        }
    }

    /// The units that have a definition, ordered by code and symbol.
    public func units(page: Page) throws -> [ServedUnit] {
        try ServiceFailure.wrapping {
            let symbols = try ledger.read { try $0.graph.units().map(\.symbol) }
            return try symbols.dropFirst(page.skip).prefix(page.limit).compactMap {
                try unit($0)
            }
        }
    }

    /// One unit; nil where nothing is known of it.
    public func unit(_ symbol: Address) throws -> ServedUnit? {
        try ServiceFailure.wrapping {
            try ledger.read { ledger in
                let issuer = try ledger.graph.counter(CounterKey(symbol, symbol))
                let entry = try ledger.graph.unit(symbol)
                guard entry != nil || issuer.head != nil else { return nil }
                let definition = try entry.map {
                    Array(try ledger.document(at: $0.place).envelope.bytes)
                }
                return ServedUnit(
                    symbol: symbol, definition: definition, supply: issuer.state.net.negated,
                    ceiling: issuer.state.min.negated,
                    holders: try holderCounts.count(symbol, ledger, surroundings.now()))
            }
        }
    }
}

/// Ends a walk through counters.
private struct Enough: Error {}

extension Page {
    /// The counters of this page out of all that `walk` gives.
    fileprivate func gather(
        _ walk: ((CounterKey, Counter) throws -> Void) throws -> Void
    ) throws -> [ServedCounter] {
        var left = skip
        var counters: [ServedCounter] = []
        guard limit > 0 else { return [] }
        do {
            try walk { key, counter in
                // A counter that was looked at but never changed is none.
                guard counter.head != nil else { return }
                guard left == 0 else {
                    left -= 1
                    return
                }
                counters.append(
                    ServedCounter(key: key, state: counter.state, pointer: counter.head))
                if counters.count == limit { throw Enough() }
            }
        } catch is Enough {
        } catch {
            throw ServiceFailure(error)
        }
        return counters
    }
}

/// How many hold a unit: counting takes time with many, and may be some seconds old.
final class HolderCounts: Sendable {
    private struct Counted {
        let count: Int
        let time: Timestamp
    }

    private let counts = Mutex<[Address: Counted]>([:])
    private static let freshMilliseconds: Int64 = 5_000
    /// Counting that many takes no time worth saving.
    private static let fewHolders = 1_000

    func count(_ symbol: Address, _ ledger: Ledger, _ now: Timestamp) throws -> Int {
        let known = counts.withLock { $0[symbol] }
        if let known,
            (0..<Self.freshMilliseconds).contains(
                now.milliseconds - known.time.milliseconds)
        {
            return known.count
        }
        var count = 0
        try ledger.graph.forEachCounter(symbol: symbol) { key, counter in
            if key.address != symbol, counter.head != nil { count += 1 }
        }
        if count >= Self.fewHolders {
            counts.withLock { counts in
                if counts.count > Limits.batchLines { counts = [:] }
                counts[symbol] = Counted(count: count, time: now)
            }
        }
        return count
    }
}
