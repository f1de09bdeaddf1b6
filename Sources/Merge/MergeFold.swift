// Clearing again, in the one order, what is not sealed: a pure function of the sealed state, the
// records and the wall clock, which only says what waits.
import Bytes
import Documents
import Graphstore

/// The records of all devices folded over a sealed state.
public struct MergeFold<Sealed: LedgerView> {
    /// What it started from.
    public let base: MergeBase
    /// The records by what counts of them.
    public let chains: RecordChains
    /// What became of those that count, in order.
    public private(set) var steps: [MergeStep] = []
    /// The last record that counts.
    public private(set) var last: RecordOrder?
    private(set) var state: OpenState<Sealed>
    private(set) var book: AllowanceBook
    private let clearing: Clearing

    /// Folds records, in any order and with any repetition.
    /// - Parameters:
    ///   - base: the last cut, and what the open block states.
    ///   - sealed: the state at that cut.
    ///   - now: the wall clock.
    /// - Throws: what `sealed` throws.
    public init(
        _ base: MergeBase, over sealed: Sealed, records: [ClearingRecord], now: Timestamp
    ) throws {
        self.base = base
        // Without an operator's policy: all replicas must come to the same result.
        clearing = Clearing(domain: base.domain)
        state = OpenState(sealed, scales: base.scales, mutant: base.mutant)
        book = AllowanceBook(base.allowances, mutant: base.mutant)
        chains = RecordChains(
            records, settled: base.settled, now: now, mutant: base.mutant)
        steps.reserveCapacity(chains.counted.count)
        for record in chains.counted {
            let outcome = try clear(
                record.request, signatures: record.signatures, at: record.clock)
            steps.append(MergeStep(record: record, outcome: outcome))
        }
        last = steps.last?.record.order
    }

    /// What would become of a request if a record of it came now. Nothing is taken in.
    /// - Throws: what the sealed state throws.
    public func judge(
        _ request: Request, signatures: Refusal?, at clock: Transaction.Clock
    ) throws -> MergeOutcome {
        var book = book
        return try judge(request, signatures: signatures, at: clock, &book)
    }

    /// Judges a request and takes in what comes of it, which includes what a refused one takes out
    /// of its device's allowance.
    mutating func clear(
        _ request: Request, signatures: Refusal?, at clock: Transaction.Clock
    ) throws -> MergeOutcome {
        let outcome = try judge(request, signatures: signatures, at: clock, &book)
        if case .applied(let transaction, _, _) = outcome {
            state.take(transaction, cancelling: request.cancelled)
        }
        return outcome
    }

    /// Takes in what `judge` has found to be applied.
    mutating func take(_ request: Request, _ transaction: Transaction) {
        let clock = transaction.clock
        book.consume(request.debits, by: clock.device, at: clock.time)
        state.take(transaction, cancelling: request.cancelled)
    }

    private func judge(
        _ request: Request, signatures: Refusal?, at clock: Transaction.Clock,
        _ book: inout AllowanceBook
    ) throws -> MergeOutcome {
        let debits = request.debits
        let isCovered = debits.allSatisfy {
            $0.value <= book.left($0.key, for: clock.device, at: clock.time)
        }
        let known = try known(request)
        if known.isEmpty || base.mutant != .notReleased {
            book.consume(debits, by: clock.device, at: clock.time)
        }
        if let refusal = revocation(clock) { return .bounced(refusal) }
        if let first = known.first {
            guard known.count < request.instructions.count else {
                return .duplicate(of: first.place.transaction)
            }
            return .bounced(Self.partlyCleared(request, known))
        }
        do {
            let outcome = try clearing.clear(
                request, signatures: signatures, at: clock, in: state)
            guard case .cleared(let transaction, let keys) = outcome else {
                if case .replayed(let hash) = outcome { return .duplicate(of: hash) }
                return .quarantined(.behind)
            }
            try checkReservations(transaction, at: clock.time, book)
            return .applied(
                transaction, keys: keys,
                isWithinAllowance: isCovered && Self.isPlainPayment(request, transaction))
        } catch let refusal as Refusal {
            return MergeOutcome(refusal)
        }
    }

    private func known(
        _ request: Request
    ) throws -> [(instruction: Digest256, place: ClearedIn)] {
        try request.instructions.compactMap { instruction in
            try state.clearedIn(instruction.hash).map { (instruction.hash, $0) }
        }
    }

    private func revocation(_ clock: Transaction.Clock) -> Refusal? {
        guard let revoked = base.revocations[clock.device], clock.time > revoked else { return nil }
        return Refusal(
            .revoked, "the device \(clock.device) was revoked at \(revoked)",
            ["device": clock.device.text, "revoked": revoked.text])
    }

    /// All or nothing: what is left of the record has to be cleared by a new one.
    private static func partlyCleared(
        _ request: Request, _ known: [(instruction: Digest256, place: ClearedIn)]
    ) -> Refusal {
        let cleared = Set(known.map(\.instruction))
        let left = request.instructions.map(\.hash).filter { !cleared.contains($0) }
        let transaction = known.first?.place.transaction.hexadecimal ?? ""
        return Refusal(
            .alreadyCleared,
            "\(known.count) of \(request.instructions.count) instructions have cleared already, "
                + "the first in transaction \(transaction)",
            [
                "left": left.map(\.hexadecimal).joined(separator: " "),
                "transaction": transaction,
            ])
    }

    /// Whatever narrows a counter's headroom leaves what is set aside of it.
    private func checkReservations(
        _ transaction: Transaction, at time: Timestamp, _ book: AllowanceBook
    ) throws {
        for output in transaction.outputs {
            let key = CounterKey(output.address, output.symbol)
            guard case .finite(let limit) = output.state.min else { continue }
            let reserved = book.reserved(key, at: time)
            guard reserved > .zero else { continue }
            let earlier = try state.counter(key).state
            if let before = earlier.min.amount.flatMap({ earlier.net.subtracting($0) }),
                let after = output.state.net.subtracting(limit), after >= before
            {
                continue
            }
            if let free = output.state.net.subtracting(reserved), free >= limit { continue }
            throw Refusal(
                .lowerLimitReached,
                "\(key.address) would stand at \(output.state.net), below its lower limit "
                    + "\(limit) with \(reserved) set aside for other devices",
                [
                    "address": key.address.text, "limit": limit.text,
                    "net": output.state.net.text, "reserved": reserved.text,
                    "symbol": key.symbol.text,
                ])
        }
    }

    /// Whether nothing but the payer's headroom decides: one IOU, and whoever receives has no upper
    /// limit.
    private static func isPlainPayment(_ request: Request, _ transaction: Transaction) -> Bool {
        guard request.instructions.count == 1, case .iou(let iou) = request.instructions[0]
        else { return false }
        return transaction.outputs.allSatisfy {
            $0.address == iou.terms.source || $0.state.max == .plusInfinity
        }
    }
}
