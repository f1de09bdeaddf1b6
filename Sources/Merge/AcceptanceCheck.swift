// Whether a device may say that something has cleared: the fold itself decides, so that what is
// said and what is merged never drift apart.
import Documents
import Graphstore

/// One device's place at the end of a fold. A new record's clock is after all others, so the state
/// after the fold and the new record last is the fold with the new record.
public struct AcceptanceCheck<Sealed: LedgerView> {
    /// The device.
    public let device: Address
    /// Its clock.
    public private(set) var clock: HybridClock
    /// The last place of its chain that is taken, be its record in quarantine.
    public private(set) var sequence: Int
    private var fold: MergeFold<Sealed>
    private var last: RecordOrder?
    private let hasGap: Bool

    /// - Parameters:
    ///   - fold: all that the replica knows.
    ///   - device: who clears.
    ///   - clock: the device's last reading, as it was kept.
    ///   - now: the wall clock.
    public init(
        _ fold: MergeFold<Sealed>, device: Address, clock: HybridClock, now: Timestamp
    ) {
        self.fold = fold
        self.device = device
        last = fold.last
        let counted = fold.last.map { HybridClock($0.clock) } ?? .start
        self.clock = max(clock, counted)
        let head = fold.chains.heads.first { $0.device == device }?.sequence ?? 0
        let waiting = fold.chains.quarantined.map(\.record.clock).filter { $0.device == device }
        sequence = max(head, waiting.map(\.sequence).max() ?? 0)
        hasGap = sequence > head
    }

    /// The clock of the next record; nil where the calendar ends.
    public func nextClock(now: Timestamp) -> Transaction.Clock? {
        clock.next(now: now)?.stamp(device: device, sequence: sequence + 1)
    }

    /// What becomes of a request at `clock`, and so whether it may be acknowledged, and as what.
    /// - Returns: `quarantined` where no record of this device would count: its clock is ahead
    ///   (`future`), or its chain has a gap. It needs a new certificate then.
    /// - Throws: what the sealed state throws.
    public func judge(
        _ request: Request, signatures: Refusal?, at clock: Transaction.Clock, now: Timestamp
    ) throws -> MergeOutcome {
        if let reason = obstacle(clock, now) { return .quarantined(reason) }
        return try fold.judge(request, signatures: signatures, at: clock)
    }

    /// The same, and takes in what is applied: the next request comes after it. The transaction,
    /// once the device has signed it, is the record.
    /// - Throws: what the sealed state throws.
    public mutating func clear(
        _ request: Request, signatures: Refusal?, at clock: Transaction.Clock, now: Timestamp
    ) throws -> MergeOutcome {
        if let reason = obstacle(clock, now) { return .quarantined(reason) }
        // What is refused leaves no record, and takes nothing out of the allowance.
        let outcome = try fold.judge(request, signatures: signatures, at: clock)
        guard case .applied(let transaction, _, _) = outcome else { return outcome }
        fold.take(request, transaction)
        self.clock = HybridClock(clock)
        sequence = clock.sequence
        last = RecordOrder(clock: clock, hash: transaction.hash)
        return outcome
    }

    private func obstacle(_ clock: Transaction.Clock, _ now: Timestamp) -> QuarantineReason? {
        if HybridClock(clock).isAhead(of: now) { return .future }
        if hasGap || clock.device != device || clock.sequence != sequence + 1 { return .gap }
        guard let last else { return nil }
        return HybridClock(clock) > HybridClock(last.clock) ? nil : .behind
    }
}
