// The end of a counter's permitted interval.

/// A limit of a counter: an amount, or no limit on that side.
public enum Bound: Hashable, Sendable, Comparable {
    /// No lower limit.
    case minusInfinity
    /// An inclusive limit.
    case finite(Amount)
    /// No upper limit.
    case plusInfinity

    /// Reads `-Infinity`, `Infinity` or a canonical signed decimal; nil for anything else.
    public init?(_ text: some Collection<UInt8>) {
        if text.elementsEqual("Infinity".utf8) {
            self = .plusInfinity
        } else if text.elementsEqual("-Infinity".utf8) {
            self = .minusInfinity
        } else if let amount = try? Amount(text, .signed) {
            self = .finite(amount)
        } else {
            return nil
        }
    }

    /// Canonical text, as WebWallet spells it.
    public var text: String {
        switch self {
        case .minusInfinity: "-Infinity"
        case .plusInfinity: "Infinity"
        case .finite(let amount): amount.text
        }
    }

    /// The amount of a finite limit.
    public var amount: Amount? {
        if case .finite(let amount) = self { amount } else { nil }
    }

    /// The limit moved by `delta`; an infinite one stays. Nil beyond the range of amounts.
    public func adding(_ delta: Amount) -> Bound? {
        guard case .finite(let amount) = self else { return self }
        return amount.adding(delta).map { .finite($0) }
    }
}
