// The arithmetic of one transaction. Limits are judged on the final state, so that the order of
// instructions never matters.
import Bytes
import Documents

struct CounterChange {
    /// Every counter that is touched, as the transaction leaves it.
    private(set) var counters: [CounterKey: Counter] = [:]

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
        var set: Set<String> = []
        for case .limit(let limit) in request.instructions {
            let key = "\(limit.terms.address) \(limit.terms.symbol) \(limit.terms.end)"
            guard set.insert(key).inserted else {
                throw Refusal(
                    .duplicateInstruction, "the same limit is set twice in the request",
                    ["hash": limit.hash.hexadecimal])
            }
        }
    }

    /// Applies the sums of all instructions: rule 10 where it needs the state, and rule 11.
    mutating func apply(_ request: Request, in view: some LedgerView) throws {
        for instruction in request.instructions {
            switch instruction {
            case .iou(let iou):
                try load(CounterKey(iou.terms.source, iou.terms.symbol), view)
                try load(CounterKey(iou.terms.target, iou.terms.symbol), view)
            case .limit(let limit):
                try load(CounterKey(limit.terms.address, limit.terms.symbol), view)
            }
        }
        // In the order of the instructions' hashes, which is the same however they came.
        for case .iou(let iou) in request.instructions { try move(iou) }
        for case .iou(let iou) in request.instructions { try grant(iou) }
        for case .limit(let limit) in request.instructions { try set(limit) }
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
    private mutating func grant(_ iou: IOU) throws(Refusal) {
        guard let credit = iou.terms.credit else { return }
        let terms = iou.terms
        try update(CounterKey(terms.source, terms.symbol), iou.hash) { state in
            state.min.adding(credit.negated).map { state.min = $0 } != nil
        }
        try update(CounterKey(terms.target, terms.symbol), iou.hash) { state in
            state.min.adding(credit).map { state.min = $0 } != nil
        }
    }

    private mutating func set(_ limit: LimitChange) throws(Refusal) {
        let terms = limit.terms
        let key = CounterKey(terms.address, terms.symbol)
        var counter = counters[key] ?? .fresh(key)
        switch terms.end {
        case .max: counter.state.max = .finite(terms.amount)
        case .min:
            guard terms.address == terms.symbol || counter.state.min <= .finite(terms.amount)
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

    /// Rule 12, and that nobody has handed back more credit than was granted.
    func checkLimits() throws(Refusal) {
        let keys = counters.keys.sorted()
        for key in keys where key.address != key.symbol {
            guard let state = counters[key]?.state, state.min > .finite(.zero) else { continue }
            throw Refusal(
                .creditNotAllowed, "\(key.address) would hand back more credit than it has",
                ["address": key.address.text, "symbol": key.symbol.text])
        }
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
