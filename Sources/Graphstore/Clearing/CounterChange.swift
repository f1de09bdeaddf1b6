// The arithmetic of one transaction. Limits are judged on the final state, so that the order of
// instructions never matters.
import Bytes
import Documents

struct CounterChange {
    /// Every counter that is touched, as the transaction leaves it.
    private(set) var counters: [CounterKey: Counter] = [:]
    /// Limits that would pass 38 digits: rule 11, found while rule 10 is judged.
    private var overflow: Refusal?
    private var overflowed: Set<CounterKey> = []

    /// Rule 10, as far as it needs no state: credit moves between the issuer and a holder only, and
    /// one limit is set at most once.
    func authorize(_ request: Request) throws(Refusal) {
        for case .iou(let iou) in request.instructions where iou.terms.credit != nil {
            guard iou.terms.source == iou.terms.symbol || iou.terms.target == iou.terms.symbol
            else {
                throw Self.credit(
                    iou.hash, "credit is granted by the issuer or handed back to the issuer")
            }
        }
    }

    /// Rule 10 where it needs the state: moves credit lines, sets limits, and sees that nobody hands back more credit
    /// than was granted.
    mutating func allot(_ request: Request, in view: some LedgerView) throws {
        for instruction in request.instructions {
            switch instruction {
            case .iou(let iou):
                try load(CounterKey(iou.terms.source, iou.terms.symbol), view)
                try load(CounterKey(iou.terms.target, iou.terms.symbol), view)
            case .limit(let limit):
                try load(CounterKey(limit.terms.address, limit.terms.symbol), view)
            case .cancel(let cancellation):
                // Nothing changes in it; its output says who has taken back, and in what order.
                try load(CounterKey(cancellation.terms.address, cancellation.terms.symbol), view)
            }
        }
        // In the order of the instructions' hashes, which is the same however they came.
        for case .iou(let iou) in request.instructions { grant(iou) }
        for case .limit(let limit) in request.instructions { try set(limit) }
        for key in counters.keys.sorted() where key.address != key.symbol {
            guard let state = counters[key]?.state, state.min > .finite(.zero),
                !overflowed.contains(key)
            else { continue }
            throw Refusal(
                .creditNotAllowed, "\(key.address) would hand back more credit than it has",
                ["address": key.address.text, "symbol": key.symbol.text])
        }
    }

    /// The second half of rule 11: moves the amounts.
    mutating func move(_ request: Request) throws(Refusal) {
        if let overflow { throw overflow }
        for case .iou(let iou) in request.instructions { try move(iou) }
    }

    private mutating func load(_ key: CounterKey, _ view: some LedgerView) throws {
        if counters[key] == nil { counters[key] = try view.counter(key) }
    }

    private mutating func move(_ iou: IOU) throws(Refusal) {
        let terms = iou.terms
        try update(CounterKey(terms.source, terms.symbol), iou.hash) { state in
            state.net.subtracting(terms.amount).map { state.net = $0 } != nil
        }
        try update(CounterKey(terms.target, terms.symbol), iou.hash) { state in
            state.net.adding(terms.amount).map { state.net = $0 } != nil
        }
    }

    /// The line leaves the source, whose lower limit rises, and comes to the target, whose lower
    /// limit falls.
    private mutating func grant(_ iou: IOU) {
        guard let credit = iou.terms.credit else { return }
        let terms = iou.terms
        for (address, delta) in [(terms.source, credit.negated), (terms.target, credit)] {
            let key = CounterKey(address, terms.symbol)
            do {
                try update(key, iou.hash) { state in
                    state.min.adding(delta).map { state.min = $0 } != nil
                }
            } catch {
                overflow = overflow ?? error
                overflowed.insert(key)
            }
        }
    }

    private mutating func set(_ limit: LimitChange) throws(Refusal) {
        let terms = limit.terms
        let key = CounterKey(terms.address, terms.symbol)
        var counter = counters[key] ?? .fresh(key)
        switch terms.end {
        case .max: counter.state.max = .finite(terms.amount)
        case .min:
            guard
                terms.address == terms.symbol || overflowed.contains(key)
                    || counter.state.min <= .finite(terms.amount)
            else {
                throw Self.credit(
                    limit.hash, "a limit takes a credit line back; an IOU with credit grants one")
            }
            counter.state.min = .finite(terms.amount)
        }
        counters[key] = counter
    }

    private mutating func update(
        _ key: CounterKey, _ hash: Digest256, _ body: (inout CounterState) -> Bool
    ) throws(Refusal) {
        var counter = counters[key] ?? .fresh(key)
        guard body(&counter.state) else {
            throw Refusal(
                .amountOverflow, "a balance or limit of \(key.address) would pass 38 digits",
                ["address": key.address.text, "hash": hash.hexadecimal])
        }
        counters[key] = counter
    }

    /// Rule 12.
    func checkLimits() throws(Refusal) {
        let keys = counters.keys.sorted()
        for key in keys {
            guard let state = counters[key]?.state, !state.isAboveMinimum else { continue }
            throw Self.limit(.lowerLimitReached, key, state, state.min, "below its lower limit")
        }
        for key in keys {
            guard let state = counters[key]?.state, !state.isBelowMaximum else { continue }
            throw Self.limit(.upperLimitReached, key, state, state.max, "above its upper limit")
        }
    }

    private static func limit(
        _ code: RefusalCode, _ key: CounterKey, _ state: CounterState, _ limit: Bound,
        _ relation: String
    ) -> Refusal {
        Refusal(
            code, "\(key.address) would stand at \(state.net), \(relation) \(limit.text)",
            [
                "address": key.address.text, "limit": limit.text, "net": state.net.text,
                "symbol": key.symbol.text,
            ])
    }

    private static func credit(_ hash: Digest256, _ reason: String) -> Refusal {
        Refusal(.creditNotAllowed, reason, ["hash": hash.hexadecimal])
    }
}
