// How far a counter of ours has been followed in another domain.
import Bytes
import Documents

/// The last output of a counter that has been verified.
struct CounterHead: Sendable, Equatable {
    /// The counter.
    let key: CounterKey
    /// Where the output stands.
    let pointer: Transaction.Pointer
    /// What it says.
    let state: CounterState
    /// When its transaction cleared.
    let clock: Transaction.Clock

    /// A line of canonical JSON, without newline.
    var line: [UInt8] {
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        writer.name("address")
        writer.string(key.address.text)
        writer.name("clock")
        writer.beginObject()
        writer.name("device")
        writer.string(clock.device.text)
        writer.name("sequence")
        writer.integer(clock.sequence)
        writer.name("tick")
        writer.integer(clock.tick)
        writer.name("time")
        writer.string(clock.time.text)
        writer.endObject()
        writer.name("index")
        writer.integer(pointer.index)
        writer.name("max")
        writer.string(state.max.text)
        writer.name("min")
        writer.string(state.min.text)
        writer.name("net")
        writer.string(state.net.text)
        writer.name("symbol")
        writer.string(key.symbol.text)
        writer.name("transaction")
        writer.string(pointer.transaction.hexadecimal)
        writer.endObject()
        return writer.bytes
    }

    init(
        key: CounterKey, pointer: Transaction.Pointer, state: CounterState,
        clock: Transaction.Clock
    ) {
        self.key = key
        self.pointer = pointer
        self.state = state
        self.clock = clock
    }

    /// Reads a line that was written here; nil for any other.
    init?(line: [UInt8]) {
        guard let root = (try? JSONText(line))?.root, root.departure == nil,
            let address = Self.address(root["address"]), let symbol = Self.address(root["symbol"]),
            let hash = root["transaction"]?.plainString.flatMap({ Digest256(hexadecimal: $0) }),
            let index = root["index"]?.integer,
            let net = root["net"]?.plainString.flatMap({ try? Amount($0, .signed) }),
            let min = root["min"]?.plainString.flatMap({ Bound($0) }),
            let max = root["max"]?.plainString.flatMap({ Bound($0) }),
            let clock = root["clock"], let device = Self.address(clock["device"]),
            let sequence = clock["sequence"]?.integer, let tick = clock["tick"]?.integer,
            let time = clock["time"]?.plainString.flatMap({ Timestamp($0) })
        else { return nil }
        self.init(
            key: CounterKey(address, symbol),
            pointer: Transaction.Pointer(transaction: hash, index: index),
            state: CounterState(net: net, min: min, max: max),
            clock: Transaction.Clock(device: device, sequence: sequence, tick: tick, time: time))
    }

    private static func address(_ value: JSONValue?) -> Address? {
        value?.plainString.flatMap { try? Address($0) }
    }
}
