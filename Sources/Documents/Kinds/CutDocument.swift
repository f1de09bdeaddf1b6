// Which part of each device's chain a block settles.
import Bytes
import Cryptography

/// `{"kind":"cut","allowances":[{"address","device","expiry","remaining","symbol"}],
/// "devices":[{"device","sequence"}],"domain","height","holder","term"}`, signed by the domain key:
/// the last line above the block of a domain with more than one device.
public struct CutDocument: Sendable {
    /// What a cut states.
    public let statement: Statement
    /// The identity.
    public let hash: Digest256
    /// The domain key's signature.
    public let endorsements: Endorsements

    /// How far a device's chain is settled.
    public struct Settled: Sendable, Hashable {
        /// The device.
        public let device: Address
        /// Its last record that the block settles, from 1; so are all before it.
        public let sequence: Int

        /// A device's chain up to `sequence`.
        public init(device: Address, sequence: Int) {
            self.device = device
            self.sequence = sequence
        }
    }

    /// What is left of a device's allowances of one counter that end at the same moment.
    public struct Remainder: Sendable, Hashable, Comparable {
        /// Whose counter.
        public let address: Address
        /// The device that may spend it.
        public let device: Address
        /// The first moment at which it counts no longer.
        public let expiry: Timestamp
        /// How much is left; more than 0.
        public var remaining: Amount
        /// The unit.
        public let symbol: Address

        /// What is left.
        public init(
            address: Address, device: Address, expiry: Timestamp, remaining: Amount,
            symbol: Address
        ) {
            self.address = address
            self.device = device
            self.expiry = expiry
            self.remaining = remaining
            self.symbol = symbol
        }

        /// The order in a cut: address, symbol, device, expiry. No two are equal in all four.
        public static func < (left: Remainder, right: Remainder) -> Bool {
            (left.address, left.symbol, left.device, left.expiry)
                < (right.address, right.symbol, right.device, right.expiry)
        }
    }

    /// The members of `data`.
    public struct Statement: Sendable, Hashable {
        /// What is left of the allowances once the block is sealed, ascending.
        public var allowances: [Remainder]
        /// How far each device's chain is settled, ascending by address; a device without records
        /// is not in it.
        public var devices: [Settled]
        /// The clearing domain.
        public var domain: String
        /// The block that it stands in.
        public var height: Int
        /// The device that has sealed.
        public var holder: Address
        /// The term of the lease that it held; 0 where the domain has none.
        public var term: Int

        /// A statement; allowances and devices in any order.
        public init(
            allowances: [Remainder], devices: [Settled], domain: String, height: Int,
            holder: Address, term: Int
        ) {
            self.allowances = allowances.sorted()
            self.devices = devices.sorted { $0.device < $1.device }
            self.domain = domain
            self.height = height
            self.holder = holder
            self.term = term
        }
    }

    /// A cut that is being made.
    public init(_ statement: Statement, _ endorsements: Endorsements = .init()) {
        self.statement = statement
        self.endorsements = endorsements
        hash = Hash.sha256d(statement.data)
    }

    /// Reads a cut: rules 1, 2 and 4.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`, `amount-overflow`.
    public init(_ envelope: Envelope) throws(Refusal) {
        let data = try MemberReader(
            envelope.data, "a cut",
            ["allowances", "devices", "domain", "height", "holder", "kind", "term"])
        try data.constant("kind", "cut")
        let allowances = try data.array("allowances", 0...ReplicaLimits.cutAllowances)
        let devices = try data.array("devices", 0...ReplicaLimits.cutDevices)
        let domain = try data.string("domain", 1...Limits.domainBytes)
        let height = try data.integer("height", 0...Limits.blocks - 1)
        let holder = try data.addressText("holder")
        let term = try data.integer("term", 0...ReplicaLimits.leaseTerm)
        let shapes = (
            try Self.each(allowances, RemainderShape.init),
            try Self.each(devices, SettledShape.init)
        )
        let meta = try MemberReader(envelope.meta, "a cut's meta", ["scripts", "signatures"])
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        let remainders = try Self.each(shapes.0) { shape throws(Refusal) in try shape.value }
        let settled = try Self.each(shapes.1) { shape throws(Refusal) in try shape.value }
        guard zip(remainders, remainders.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw data.failure("allowances", "are not in order, or stand twice")
        }
        guard zip(settled, settled.dropFirst()).allSatisfy({ $0.device < $1.device }) else {
            throw data.failure("devices", "are not in order, or stand twice")
        }
        statement = Statement(
            allowances: remainders, devices: settled, domain: domain, height: height,
            holder: try Address(holder), term: term)
        hash = envelope.hash
        endorsements = try Endorsements(shape)
    }

    private static func each<From, To>(
        _ values: [From], _ body: (From) throws(Refusal) -> To
    ) throws(Refusal) -> [To] {
        var result: [To] = []
        result.reserveCapacity(values.count)
        for value in values { result.append(try body(value)) }
        return result
    }

    /// That the domain key has signed.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkSignature(by domainKey: Address) throws(Refusal) {
        try endorsements.check(hash, signedBy: domainKey)
    }

    /// The document's bytes.
    public var document: [UInt8] {
        Envelope.write(data: statement.data, hash: hash) { endorsements.write(to: &$0) }
    }
}

// Rule 1 before rule 4: the texts first, then whether they are addresses.

private struct RemainderShape {
    let address: ArraySlice<UInt8>
    let device: ArraySlice<UInt8>
    let symbol: ArraySlice<UInt8>
    let expiry: Timestamp
    let remaining: Amount

    init(_ value: JSONValue) throws(Refusal) {
        let reader = try MemberReader(
            value, "what is left of an allowance",
            ["address", "device", "expiry", "remaining", "symbol"])
        address = try reader.addressText("address")
        device = try reader.addressText("device")
        symbol = try reader.addressText("symbol")
        expiry = try reader.timestamp("expiry")
        remaining = try reader.amount("remaining", .canonical)
        guard remaining > .zero else { throw reader.failure("remaining", "must not be 0") }
    }

    var value: CutDocument.Remainder {
        get throws(Refusal) {
            CutDocument.Remainder(
                address: try Address(address), device: try Address(device), expiry: expiry,
                remaining: remaining, symbol: try Address(symbol))
        }
    }
}

private struct SettledShape {
    let device: ArraySlice<UInt8>
    let sequence: Int

    init(_ value: JSONValue) throws(Refusal) {
        let reader = try MemberReader(value, "a device's cut", ["device", "sequence"])
        device = try reader.addressText("device")
        sequence = try reader.integer("sequence", 1...Transaction.Clock.lastSequence)
    }

    var value: CutDocument.Settled {
        get throws(Refusal) {
            CutDocument.Settled(device: try Address(device), sequence: sequence)
        }
    }
}

extension CutDocument.Statement {
    /// The canonical data.
    public var data: [UInt8] {
        var writer = CanonicalWriter(capacity: 512 + 96 * devices.count + 256 * allowances.count)
        writer.beginObject()
        writer.name("allowances")
        writer.beginArray()
        for allowance in allowances {
            writer.beginObject()
            writer.member("address", allowance.address)
            writer.member("device", allowance.device)
            writer.member("expiry", allowance.expiry)
            writer.name("remaining")
            writer.plain(allowance.remaining.text.utf8)
            writer.member("symbol", allowance.symbol)
            writer.endObject()
        }
        writer.endArray()
        writer.name("devices")
        writer.beginArray()
        for settled in devices {
            writer.beginObject()
            writer.member("device", settled.device)
            writer.name("sequence")
            writer.integer(settled.sequence)
            writer.endObject()
        }
        writer.endArray()
        writer.name("domain")
        writer.string(domain)
        writer.name("height")
        writer.integer(height)
        writer.member("holder", holder)
        writer.name("kind")
        writer.string("cut")
        writer.name("term")
        writer.integer(term)
        writer.endObject()
        return writer.bytes
    }
}
