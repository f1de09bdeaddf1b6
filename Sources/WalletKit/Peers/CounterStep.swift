// What instructions do to one counter whose state before them is known.
import Documents

/// A counter's way from one output to the next.
enum CounterStep {
    /// The state after instructions that cleared together; nil where a number would be too large.
    /// Credit moves first, then limits are set, then amounts move, as in clearing; whether limits
    /// are kept is seen in the outputs.
    static func apply(
        _ instructions: [Instruction], to state: CounterState, of key: CounterKey
    ) -> CounterState? {
        var state = state
        for case .iou(let iou) in instructions where iou.terms.symbol == key.symbol {
            guard let credit = iou.terms.credit else { continue }
            for (address, delta) in [
                (iou.terms.source, credit.negated), (iou.terms.target, credit),
            ] where address == key.address {
                guard let min = state.min.adding(delta) else { return nil }
                state.min = min
            }
        }
        for case .limit(let limit) in instructions
        where limit.terms.address == key.address && limit.terms.symbol == key.symbol {
            switch limit.terms.end {
            case .max: state.max = .finite(limit.terms.amount)
            case .min: state.min = .finite(limit.terms.amount)
            }
        }
        for case .iou(let iou) in instructions where iou.terms.symbol == key.symbol {
            for (address, delta) in [
                (iou.terms.source, iou.terms.amount.negated), (iou.terms.target, iou.terms.amount),
            ] where address == key.address {
                guard let net = state.net.adding(delta) else { return nil }
                state.net = net
            }
        }
        return state
    }

    /// The counters that instructions touch, in the order of a transaction's outputs.
    static func keys(_ instructions: [Instruction]) -> [CounterKey] {
        var keys: Set<CounterKey> = []
        for instruction in instructions {
            switch instruction {
            case .iou(let iou):
                keys.insert(CounterKey(iou.terms.source, iou.terms.symbol))
                keys.insert(CounterKey(iou.terms.target, iou.terms.symbol))
            case .limit(let limit):
                keys.insert(CounterKey(limit.terms.address, limit.terms.symbol))
            case .cancel(let cancellation):
                keys.insert(CounterKey(cancellation.terms.address, cancellation.terms.symbol))
            }
        }
        return keys.sorted()
    }
}
