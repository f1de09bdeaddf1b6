// What the clearing rules need to know of the world; all of it, and nothing else.
import Bytes
import Documents

/// A counter: its state and the output that holds it.
public struct Counter: Sendable, Hashable {
    /// Balance and limits.
    public var state: CounterState
    /// The latest output, the only unspent one; nil before the first.
    public var head: Transaction.Pointer?

    /// A counter.
    public init(state: CounterState, head: Transaction.Pointer?) {
        self.state = state
        self.head = head
    }

    /// The counter of `key` before its first output.
    public static func fresh(_ key: CounterKey) -> Counter {
        Counter(state: .initial(key.address, key.symbol), head: nil)
    }
}

/// The transaction that an instruction has cleared in.
public struct ClearedIn: Sendable, Hashable {
    /// Its hash.
    public let transaction: Digest256
    /// How many instructions cleared in it.
    public let instructionCount: Int

    /// A transaction.
    public init(transaction: Digest256, instructionCount: Int) {
        self.transaction = transaction
        self.instructionCount = instructionCount
    }
}

/// The state that a transaction is cleared against.
public protocol LedgerView {
    /// The counter of `key`, a fresh one where none is stored.
    func counter(_ key: CounterKey) throws -> Counter
    /// Where `instruction` has cleared; nil if it has not.
    func clearedIn(_ instruction: Digest256) throws -> ClearedIn?
    /// The transaction in which `instruction` has been taken back; nil if it has not.
    func cancelledIn(_ instruction: CancelledInstruction) throws -> Digest256?
    /// The decimals of a unit's amounts; nil where its issuer has defined none.
    func scale(of symbol: Address) throws -> Int?
}

extension LedgerView {
    /// A view that knows no cancellations.
    public func cancelledIn(_ instruction: CancelledInstruction) throws -> Digest256? { nil }
}

/// What the operator of a domain adds to the rules.
public struct ClearingPolicy: Sendable {
    /// Units in which nothing clears any more.
    public var closedUnits: Set<Address>

    /// A policy.
    public init(closedUnits: Set<Address> = []) { self.closedUnits = closedUnits }
}
