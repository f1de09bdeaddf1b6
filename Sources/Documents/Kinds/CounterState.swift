// The state of one counter.

/// A balance and the interval that it must stay in.
public struct CounterState: Sendable, Hashable {
    /// The balance.
    public var net: Amount
    /// The lower limit.
    public var min: Bound
    /// The upper limit.
    public var max: Bound

    /// A state.
    public init(net: Amount, min: Bound, max: Bound) {
        self.net = net
        self.min = min
        self.max = max
    }

    /// The state of the counter of `address` in `symbol` before its first output: an issuer may owe
    /// without limit, everybody else may hold without limit.
    public static func initial(_ address: Address, _ symbol: Address) -> CounterState {
        address == symbol
            ? CounterState(net: .zero, min: .minusInfinity, max: .finite(.zero))
            : CounterState(net: .zero, min: .finite(.zero), max: .plusInfinity)
    }

    /// Whether the balance is not below its limit.
    public var isAboveMinimum: Bool { min <= .finite(net) }
    /// Whether the balance is not above its limit.
    public var isBelowMaximum: Bool { .finite(net) <= max }
}
