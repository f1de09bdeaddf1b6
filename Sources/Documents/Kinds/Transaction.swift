// The record of instructions cleared together.
import Bytes
import Cryptography

/// `{"clock":{…},"domain","inputs":[{"hash"}],"outputs":[…]}`, the instructions and the device's
/// signature in `meta`.
public struct Transaction: Sendable {
    /// When, by which device.
    public let clock: Clock
    /// The clearing domain.
    public let domain: String
    /// The instructions' hashes, ascending.
    public let inputs: [Digest256]
    /// The counters' new states, ascending by address and symbol.
    public let outputs: [Output]
    /// The canonical data.
    public let data: [UInt8]
    /// The identity.
    public let hash: Digest256

    /// The hybrid logical clock of the replica that cleared: strictly growing along a device's
    /// chain.
    public struct Clock: Sendable, Hashable, Comparable {
        /// The device's address.
        public let device: Address
        /// Position in the device's chain, from 1.
        public let sequence: Int
        /// Orders what one millisecond holds.
        public let tick: Int
        /// Never behind the device's own clock.
        public let time: Timestamp

        /// The largest tick.
        public static let lastTick = 65_535
        /// The largest sequence: integers of documents have 15 digits.
        public static let lastSequence = 999_999_999_999_999

        /// A reading.
        public init(device: Address, sequence: Int, tick: Int, time: Timestamp) {
            self.device = device
            self.sequence = sequence
            self.tick = tick
            self.time = time
        }

        /// The reading after this one at physical time `now`, which may have gone backwards.
        public func next(device: Address, now: Timestamp) -> Clock? {
            let sequence = device == self.device ? self.sequence + 1 : 1
            if now > time { return Clock(device: device, sequence: sequence, tick: 0, time: now) }
            if tick < Self.lastTick {
                return Clock(device: device, sequence: sequence, tick: tick + 1, time: time)
            }
            return time.adding(milliseconds: 1).map {
                Clock(device: device, sequence: sequence, tick: 0, time: $0)
            }
        }

        /// Order of the readings.
        public static func < (left: Clock, right: Clock) -> Bool {
            (left.time, left.tick, left.sequence) < (right.time, right.tick, right.sequence)
        }
    }

    /// `<transaction hash>::<index>`: the output that holds a counter's state.
    public struct Pointer: Sendable, Hashable {
        /// The transaction.
        public let transaction: Digest256
        /// Position in its outputs.
        public let index: Int

        /// A pointer to an output.
        public init(transaction: Digest256, index: Int) {
            self.transaction = transaction
            self.index = index
        }

        /// The text.
        public var text: String { "\(transaction)::\(index)" }

        init?(_ text: ArraySlice<UInt8>) {
            guard text.count >= 67, text.count <= 69,
                let transaction = Digest256(hexadecimal: text.prefix(64)),
                text.dropFirst(64).prefix(2).elementsEqual("::".utf8)
            else { return nil }
            let digits = text.dropFirst(66)
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
                digits.count == 1 || digits.first != 0x30,
                let index = Int(String(decoding: digits, as: UTF8.self))
            else { return nil }
            self.init(transaction: transaction, index: index)
        }
    }

    /// A counter's new state.
    public struct Output: Sendable, Hashable {
        /// Whose counter.
        public let address: Address
        /// The unit.
        public let symbol: Address
        /// The balance and its limits.
        public let state: CounterState
        /// The output that it replaces; nil for a counter's first.
        public let source: Pointer?

        /// A new state.
        public init(address: Address, symbol: Address, state: CounterState, source: Pointer?) {
            self.address = address
            self.symbol = symbol
            self.state = state
            self.source = source
        }
    }

    /// A transaction that is being made.
    public init(clock: Clock, domain: String, inputs: [Digest256], outputs: [Output]) {
        self.clock = clock
        self.domain = domain
        self.inputs = inputs
        self.outputs = outputs
        data = Self.data(clock, domain, inputs, outputs)
        hash = Hash.sha256d(data)
    }

    /// A transaction whose hash has been checked.
    init(
        clock: Clock, domain: String, inputs: [Digest256], outputs: [Output], data: [UInt8],
        hash: Digest256
    ) {
        self.clock = clock
        self.domain = domain
        self.inputs = inputs
        self.outputs = outputs
        self.data = data
        self.hash = hash
    }

    private static func data(
        _ clock: Clock, _ domain: String, _ inputs: [Digest256], _ outputs: [Output]
    ) -> [UInt8] {
        var writer = CanonicalWriter(capacity: 384 + 320 * outputs.count)
        writer.beginObject()
        writer.name("clock")
        writer.beginObject()
        writer.member("device", clock.device)
        writer.name("sequence")
        writer.integer(clock.sequence)
        writer.name("tick")
        writer.integer(clock.tick)
        writer.member("time", clock.time)
        writer.endObject()
        writer.name("domain")
        writer.string(domain)
        writer.name("inputs")
        writer.beginArray()
        for input in inputs {
            writer.beginObject()
            writer.name("hash")
            writer.plain(Hexadecimal.encodedBytes(input.bytes))
            writer.endObject()
        }
        writer.endArray()
        writer.name("outputs")
        writer.beginArray()
        for output in outputs { output.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The document's bytes: the instructions' documents, in the order of `inputs`, and the
    /// receipt.
    /// - Parameters:
    ///   - receipt: the device's signature; nil for a transaction that is only shown.
    ///   - record: the hash of the record that a merge has derived this transaction from; nil where
    ///     it is that record.
    public func document(
        instructions: [ArraySlice<UInt8>], receipt: DocumentSignature?, record: Digest256? = nil
    ) -> [UInt8] {
        let room = instructions.reduce(data.count + 1024) { $0 + $1.count + 1 }
        var writer = CanonicalWriter(capacity: room)
        Envelope.write(data: data, hash: hash, to: &writer) { writer in
            writer.name("inputs")
            writer.beginArray()
            for instruction in instructions { writer.raw(instruction) }
            writer.endArray()
            if let record { writer.member("record", record) }
            Endorsements(signatures: [receipt].compactMap { $0 }).write(to: &writer)
        }
        return writer.bytes
    }
}

extension Transaction.Output {
    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("address", address)
        writer.name("balance")
        writer.beginObject()
        writer.name("max")
        writer.plain(state.max.text.utf8)
        writer.name("min")
        writer.plain(state.min.text.utf8)
        writer.name("net")
        writer.plain(state.net.text.utf8)
        writer.endObject()
        writer.member("counter", symbol)
        writer.name("sources")
        writer.beginArray()
        if let source { writer.plain(source.text.utf8) }
        writer.endArray()
        writer.endObject()
    }
}
