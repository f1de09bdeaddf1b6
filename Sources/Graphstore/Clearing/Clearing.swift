// The clearing rules (DESIGN §5): a pure function of state, signed instructions, time and policy.
import Bytes
import Documents

/// Clears requests in one domain. Rules 1 to 4 hold when a `Request` exists; the caller judges rule
/// 8, which needs no state and costs most, before it takes the writer's lock, and hands the verdict
/// in.
public struct Clearing: Sendable {
    /// The clearing domain.
    public let domain: String
    /// The operator's additions.
    public let policy: ClearingPolicy

    /// Rules of one domain.
    public init(domain: String, policy: ClearingPolicy = .init()) {
        self.domain = domain
        self.policy = policy
    }

    /// What becomes of a request.
    public enum Outcome: Sendable {
        /// A new transaction and the counters as it leaves them, in the order of its outputs.
        case cleared(Transaction, [CounterKey])
        /// This very request has cleared before, in that transaction.
        case replayed(Digest256)
    }

    /// Clears `request` at `clock`, which becomes the transaction's if it clears.
    /// - Parameter signatures: the verdict of rule 8; nil if every signature is as it must be.
    /// - Throws: `Refusal` of the first rule that does not hold, and what `view` throws.
    public func clear(
        _ request: Request, signatures: Refusal?, at clock: Transaction.Clock,
        in view: some LedgerView
    ) throws -> Outcome {
        try request.checkDistinct()
        // By bytes: strings are equal to those that Unicode calls equivalent.
        for instruction in request.instructions
        where !instruction.domain.utf8.elementsEqual(domain.utf8) {
            throw Refusal(
                .wrongDomain, "made for the domain '\(instruction.domain)', this is '\(domain)'",
                ["domain": instruction.domain, "hash": instruction.hash.hexadecimal])
        }
        if let replayed = try replay(of: request, in: view) { return .replayed(replayed) }
        try checkCancellations(request, in: view)
        try checkTimes(request, clock.time)
        if let signatures { throw signatures }
        for case .iou(let iou) in request.instructions where iou.isLocked {
            throw Refusal(
                .locked, "the preimage of its hash lock has not been stated",
                ["hash": iou.hash.hexadecimal])
        }
        var change = CounterChange()
        try change.authorize(request)
        try change.allot(request, in: view)
        try checkScales(request, in: view)
        try change.move(request)
        try change.checkLimits()
        for symbol in Set(change.counters.keys.map(\.symbol))
        where policy.closedUnits.contains(symbol) {
            throw Refusal(
                .refusedByPolicy, "the unit is closed in this domain", ["symbol": symbol.text])
        }
        let keys = change.counters.keys.sorted()
        let outputs = keys.map { key in
            let counter = change.counters[key] ?? .fresh(key)
            return Transaction.Output(
                address: key.address, symbol: key.symbol, state: counter.state,
                source: counter.head)
        }
        let transaction = Transaction(
            clock: clock, domain: domain, inputs: request.instructions.map(\.hash),
            outputs: outputs)
        // A hundred instructions with amounts of 38 digits can make more than a reader takes.
        guard transaction.data.count <= Limits.documentDataMaximumBytes else {
            throw Refusal(
                .malformedDocument,
                "the transaction would have \(transaction.data.count) bytes, "
                    + "\(Limits.documentDataMaximumBytes) are allowed: clear fewer together",
                ["limit": String(Limits.documentDataMaximumBytes)])
        }
        return .cleared(transaction, keys)
    }

    /// Rule 6: the transaction in which exactly these instructions have cleared; nil if none of
    /// them has.
    private func replay(of request: Request, in view: some LedgerView) throws -> Digest256? {
        var first: ClearedIn?
        var known = 0
        var isOne = true
        for instruction in request.instructions {
            guard let cleared = try view.clearedIn(instruction.hash) else { continue }
            known += 1
            if first == nil { first = cleared }
            if cleared != first { isOne = false }
        }
        guard let first else { return nil }
        if isOne, known == request.instructions.count, known == first.instructionCount {
            return first.transaction
        }
        throw Refusal(
            .alreadyCleared, "already cleared, in transaction \(first.transaction)",
            ["transaction": first.transaction.hexadecimal])
    }

    /// Rule 6 where nothing of the request has cleared: what has been taken back never clears, and
    /// what has cleared is not taken back. An instruction and what takes it back do not clear
    /// together.
    private func checkCancellations(_ request: Request, in view: some LedgerView) throws {
        for case .cancel(let cancellation) in request.instructions {
            let target = cancellation.terms.instruction
            guard let cleared = try view.clearedIn(target) else { continue }
            throw Refusal(
                .alreadyCleared,
                "what it cancels has cleared, in transaction \(cleared.transaction)",
                [
                    "hash": cancellation.hash.hexadecimal, "instruction": target.hexadecimal,
                    "transaction": cleared.transaction.hexadecimal,
                ])
        }
        for instruction in request.instructions {
            guard let transaction = try view.cancelledIn(instruction.target) else { continue }
            throw Refusal(
                .cancelled, "cancelled by its signer, in transaction \(transaction)",
                ["hash": instruction.hash.hexadecimal, "transaction": transaction.hexadecimal])
        }
        let cancelled = Set(request.cancelled)
        guard !cancelled.isEmpty else { return }
        for instruction in request.instructions where cancelled.contains(instruction.target) {
            throw Refusal(
                .cancelled, "cancelled by another instruction of the request",
                ["hash": instruction.hash.hexadecimal])
        }
    }

    /// Rule 7.
    private func checkTimes(_ request: Request, _ now: Timestamp) throws(Refusal) {
        for instruction in request.instructions {
            if let active = instruction.active, now < active {
                throw Refusal(
                    .notYetActive, "clears from \(active) on; it is \(now)",
                    ["active": active.text, "hash": instruction.hash.hexadecimal])
            }
        }
        for instruction in request.instructions where now >= instruction.expiry {
            throw Refusal(
                .expired, "expired at \(instruction.expiry); it is \(now)",
                ["expiry": instruction.expiry.text, "hash": instruction.hash.hexadecimal])
        }
    }

    /// The first half of rule 11.
    private func checkScales(_ request: Request, in view: some LedgerView) throws {
        for instruction in request.instructions {
            let (symbol, amounts) =
                switch instruction {
                case .iou(let iou):
                    (iou.terms.symbol, [iou.terms.amount] + [iou.terms.credit].compactMap { $0 })
                case .limit(let limit): (limit.terms.symbol, [limit.terms.amount])
                case .cancel(let cancellation): (cancellation.terms.symbol, [])
                }
            guard let scale = try view.scale(of: symbol) else { continue }
            for amount in amounts where amount.decimals > scale {
                throw Refusal(
                    .scaleExceeded,
                    "\(amount) has \(amount.decimals) decimals, its unit has \(scale)",
                    [
                        "amount": amount.text, "hash": instruction.hash.hexadecimal,
                        "scale": String(scale),
                    ])
            }
        }
    }
}
