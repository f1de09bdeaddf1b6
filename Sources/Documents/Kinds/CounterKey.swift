// What names a counter.

/// One (address, symbol) pair.
public struct CounterKey: Hashable, Sendable, Comparable {
    /// Whose.
    public let address: Address
    /// The unit.
    public let symbol: Address

    /// A pair.
    public init(_ address: Address, _ symbol: Address) {
        self.address = address
        self.symbol = symbol
    }

    /// Order of the outputs in a transaction.
    public static func < (left: CounterKey, right: CounterKey) -> Bool {
        left.address == right.address
            ? left.symbol < right.symbol : left.address < right.address
    }
}
