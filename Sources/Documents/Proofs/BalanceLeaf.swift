// A leaf of the tree of balances.
import Bytes

/// What one leaf of a block's balances says. Leaves are sorted by symbol; in each unit the total
/// comes first and then the counters, ascending by address.
public enum BalanceLeaf: Sendable, Hashable {
    /// `{"counters":N,"sum":"0","symbol":S}`: how many counters a unit has, and what they add up to.
    case total(symbol: Address, counters: Int, sum: Amount)
    /// `{"address","max","min","net","symbol"}`: one counter.
    case counter(address: Address, symbol: Address, state: CounterState)

    /// The unit.
    public var symbol: Address {
        switch self {
        case .total(let symbol, _, _), .counter(_, let symbol, _): symbol
        }
    }

    /// Whose counter; nil for a total.
    public var address: Address? {
        if case .counter(let address, _, _) = self { address } else { nil }
    }

    /// The canonical JSON that is hashed.
    public var bytes: [UInt8] {
        var writer = CanonicalWriter(capacity: 192)
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        switch self {
        case .total(let symbol, let counters, let sum):
            writer.name("counters")
            writer.integer(counters)
            writer.name("sum")
            writer.plain(sum.text.utf8)
            writer.member("symbol", symbol)
        case .counter(let address, let symbol, let state):
            writer.member("address", address)
            writer.name("max")
            writer.plain(state.max.text.utf8)
            writer.name("min")
            writer.plain(state.min.text.utf8)
            writer.name("net")
            writer.plain(state.net.text.utf8)
            writer.member("symbol", symbol)
        }
        writer.endObject()
    }

    /// Reads a leaf.
    init(_ value: JSONValue) throws(Refusal) {
        if value["counters"] != nil {
            let reader = try MemberReader(value, "a total", ["counters", "sum", "symbol"])
            self = .total(
                symbol: try Address(try reader.addressText("symbol")),
                counters: try reader.integer("counters", 0...Limits.logDocuments),
                sum: try reader.amount("sum", .signed))
        } else {
            let reader = try MemberReader(
                value, "a counter", ["address", "max", "min", "net", "symbol"])
            self = .counter(
                address: try Address(try reader.addressText("address")),
                symbol: try Address(try reader.addressText("symbol")),
                state: CounterState(
                    net: try reader.amount("net", .signed), min: try reader.bound("min"),
                    max: try reader.bound("max")))
        }
    }

    /// Order of the leaves.
    public static func precedes(_ left: BalanceLeaf, _ right: BalanceLeaf) -> Bool {
        if left.symbol != right.symbol { return left.symbol < right.symbol }
        guard let second = right.address else { return false }
        guard let first = left.address else { return true }
        return first < second
    }
}
