// A world in memory that clearing is judged against, and the checks that hold in every one.

import Bytes
import Documents
import Graphstore
import Testing

/// Counters and cleared instructions in dictionaries: no storage, no cache, no laziness.
final class Ledger: LedgerView {
    var counters: [CounterKey: Counter] = [:]
    var cleared: [Digest256: ClearedIn] = [:]
    var cancelled: [CancelledInstruction: Digest256] = [:]
    var scales: [Address: Int] = [:]
    var transactions: [Transaction] = []
    var policy = ClearingPolicy()
    private var clock = Transaction.Clock(device: device, sequence: 0, tick: 0, time: now)

    func counter(_ key: CounterKey) throws -> Counter { counters[key] ?? .fresh(key) }
    func clearedIn(_ instruction: Digest256) throws -> ClearedIn? { cleared[instruction] }
    func cancelledIn(_ instruction: CancelledInstruction) throws -> Digest256? {
        cancelled[instruction]
    }
    func scale(of symbol: Address) throws -> Int? { scales[symbol] }

    /// Judges without taking anything in.
    func judge(
        _ instructions: [Instruction], at moment: Timestamp = now, signatures: Refusal? = nil
    ) throws -> Clearing.Outcome {
        guard let next = clock.next(device: device, now: max(moment, clock.time)) else {
            fatalError("the clock has ended")
        }
        // A replica whose clock is ahead would judge by that; these tests say what time it is.
        let clock = Transaction.Clock(
            device: device, sequence: next.sequence, tick: next.tick, time: moment)
        return try Clearing(domain: domain, policy: policy)
            .clear(Request(instructions), signatures: signatures, at: clock, in: self)
    }

    /// Judges and takes in what clears; returns the new transaction, nil for a replay.
    @discardableResult
    func clear(_ instructions: Instruction..., at moment: Timestamp = now) throws -> Transaction? {
        try clear(all: instructions, at: moment)
    }

    @discardableResult
    func clear(all instructions: [Instruction], at moment: Timestamp = now) throws -> Transaction? {
        guard case .cleared(let transaction, let keys) = try judge(instructions, at: moment) else {
            return nil
        }
        #expect(keys == transaction.outputs.map { CounterKey($0.address, $0.symbol) })
        take(transaction)
        for target in Request(instructions).cancelled { cancelled[target] = transaction.hash }
        return transaction
    }

    func take(_ transaction: Transaction) {
        for (index, output) in transaction.outputs.enumerated() {
            counters[CounterKey(output.address, output.symbol)] = Counter(
                state: output.state, head: .init(transaction: transaction.hash, index: index))
        }
        for input in transaction.inputs {
            cleared[input] = ClearedIn(
                transaction: transaction.hash, instructionCount: transaction.inputs.count)
        }
        transactions.append(transaction)
        clock = transaction.clock
    }

    /// The code of the refusal; nil where it clears.
    func code(
        _ instructions: Instruction..., at moment: Timestamp = now, signatures: Refusal? = nil
    ) throws -> RefusalCode? {
        try refusal(instructions, at: moment, signatures: signatures)?.code
    }

    func refusal(
        _ instructions: [Instruction], at moment: Timestamp = now, signatures: Refusal? = nil
    ) throws -> Refusal? {
        do {
            _ = try judge(instructions, at: moment, signatures: signatures)
            return nil
        } catch let refusal as Refusal {
            return refusal
        }
    }

    func state(_ address: Address, _ symbol: Address = issuer) -> CounterState {
        (counters[CounterKey(address, symbol)] ?? .fresh(CounterKey(address, symbol))).state
    }

    func net(_ address: Address, _ symbol: Address = issuer) -> String {
        state(address, symbol).net.text
    }

    /// DESIGN §5: the sum of each symbol is 0, no counter is outside its limits, every output but a counter's first
    /// spends the one before it, and each is spent once.
    func checkInvariants(_ comment: Comment) {
        var sums: [Address: Int128] = [:]
        for (key, counter) in counters {
            sums[key.symbol, default: 0] += counter.state.net.quanta
            #expect(counter.state.isAboveMinimum && counter.state.isBelowMaximum, comment)
        }
        #expect(sums.values.allSatisfy { $0 == 0 }, comment)
        var unspent: Set<Transaction.Pointer> = []
        for transaction in transactions {
            for (index, output) in transaction.outputs.enumerated() {
                if let source = output.source {
                    #expect(unspent.remove(source) != nil, comment)
                }
                unspent.insert(.init(transaction: transaction.hash, index: index))
            }
        }
        #expect(unspent == Set(counters.values.compactMap(\.head)), comment)
        let inputs = transactions.flatMap(\.inputs)
        #expect(Set(inputs).count == inputs.count, comment)
    }
}
