// Deciding line after line against the ledger, under the writer's lock.
import Bytes
import Documents
import Graphstore

/// Decides lines in order; each sees what the ones before it have changed.
final class Settlement {
    private let ledger: Ledger
    private let clearing: Clearing
    private let device: Address
    /// Units entered in this batch, which the index does not have yet.
    private var entered: Set<Digest256> = []
    private var latest: [Address: UnitDefinition.Terms] = [:]
    /// This device's chain, once it has been looked for; nil inside where no other device clears.
    private var chain: DeviceChain??

    init(ledger: Ledger, clearing: Clearing, device: Address) {
        self.ledger = ledger
        self.clearing = clearing
        self.device = device
    }

    /// The verdict on a line.
    /// - Throws: failures of storage only.
    func decide(_ prepared: PreparedLine, now: Timestamp) throws -> Decision {
        do {
            switch prepared.content {
            case .refused(let refusal): throw refusal
            case .unit(let unit, let document): return try enter(unit, document)
            case .request(let request, let signatures):
                return try clear(request, signatures, now)
            }
        } catch let refusal as Refusal {
            return .refused(refusal.at(prepared.line))
        }
    }

    private func clear(
        _ request: Request, _ signatures: Refusal?, _ now: Timestamp
    ) throws -> Decision {
        let shared: DeviceChain?
        if let chain {
            shared = chain
        } else {
            shared = try DeviceChain(of: device, in: ledger, now: now)
            chain = .some(shared)
        }
        let clock = try shared?.next(ledger.graph.coverage.clock, now) ?? nextClock(now)
        if let transaction = try shared?.judged(request, signatures, at: clock, now: now) {
            return decision(transaction, request)
        }
        switch try clearing.clear(request, signatures: signatures, at: clock, in: ledger.graph) {
        case .replayed(let hash): return .replayed(hash)
        case .cleared(let transaction, _):
            guard transaction.data.count <= Limits.documentDataMaximumBytes else {
                throw Refusal(
                    .malformedDocument,
                    "the transaction's record would be longer than "
                        + "\(Limits.documentDataMaximumBytes) bytes: clear fewer together")
            }
            shared?.take(clock)
            return decision(transaction, request)
        }
    }

    private func decision(_ transaction: Transaction, _ request: Request) -> Decision {
        ledger.graph.record(transaction, cancelling: request.cancelled)
        return .cleared(
            transaction, documents: request.documents, cancelling: request.cancelled)
    }

    private func nextClock(_ now: Timestamp) throws -> Transaction.Clock {
        let first = Transaction.Clock(device: device, sequence: 1, tick: 0, time: now)
        guard let last = ledger.graph.coverage.clock else { return first }
        guard let next = last.next(device: device, now: now) else {
            throw WalletError.invalidArgument(
                what: "clock", value: now.text, reason: "the calendar ends")
        }
        return next
    }

    /// Enters a unit: a new one, or a later definition that keeps the code and loses no decimals.
    private func enter(_ unit: UnitDefinition, _ document: ArraySlice<UInt8>) throws -> Decision {
        if entered.contains(unit.hash) { return .replayed(unit.hash) }
        if try ledger.isStored(unit.hash) { return .replayed(unit.hash) }
        let symbol = unit.terms.symbol
        let latest = latest[symbol]
        let known = try ledger.graph.unit(symbol)
        if let code = latest?.code ?? known?.code, code != unit.terms.code {
            throw Refusal(
                .refusedByPolicy, "the unit of \(symbol) is '\(code)'; a code is never changed",
                ["symbol": symbol.text])
        }
        if let scale = latest?.scale ?? known?.scale, scale > unit.terms.scale {
            throw Refusal(
                .refusedByPolicy, "the unit has \(scale) decimals; they are never fewer",
                ["symbol": symbol.text])
        }
        entered.insert(unit.hash)
        self.latest[symbol] = unit.terms
        ledger.graph.announce(scale: unit.terms.scale, of: symbol)
        return .entered(unit, document: document)
    }
}
