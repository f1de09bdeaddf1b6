// Which output of which transaction.
import Bytes

/// An output's name: what an input spends.
public struct Outpoint: Hashable, Sendable, Comparable {
    /// The transaction's hash, in internal order.
    public let transaction: Digest256
    /// The output's place, the first is 0.
    public let index: UInt32

    /// What a coinbase's only input names.
    static let null = Outpoint(transaction: .zero, index: .max)

    /// The output at a place of a transaction, whose hash stands in internal order.
    public init(transaction: Digest256, index: UInt32) {
        self.transaction = transaction
        self.index = index
    }

    /// The order of the hashes' bytes, then of the places.
    public static func < (left: Self, right: Self) -> Bool {
        (left.transaction, left.index) < (right.transaction, right.index)
    }
}

extension Outpoint: CustomStringConvertible {
    /// The hash as it is displayed, a colon, the place: `f4184f…:0`.
    public var description: String { "\(transaction.displayed):\(index)" }
}
