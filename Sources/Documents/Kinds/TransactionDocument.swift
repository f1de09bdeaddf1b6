// A transaction as it stands in the log, with the instructions in it.
import Bytes
import Cryptography

/// A transaction that has been read: its record, its instructions and its receipt.
public struct TransactionDocument: Sendable {
    /// The record.
    public let transaction: Transaction
    /// The document.
    public let envelope: Envelope
    /// The instructions' documents, in the order of the record's inputs.
    public let instructions: [Envelope]
    /// The device's signature.
    public let endorsements: Endorsements
    /// `meta.record`: the hash of the record that a merge has derived this transaction from, another
    /// than its own; nil where this is a record, as the device of its clock has signed it.
    public let record: Digest256?

    /// Reads a transaction: its shape, its hash, and that the instructions are those that it names.
    /// Neither the instructions' own hashes and signatures nor the arithmetic are judged: see
    /// `Instruction` and the fold.
    /// - Throws: `malformed-document`, `hash-mismatch`, `invalid-address`, `amount-overflow`.
    public init(_ envelope: Envelope) throws(Refusal) {
        self.envelope = envelope
        let data = try MemberReader(
            envelope.data, "a transaction", ["clock", "domain", "inputs", "outputs"])
        let clock = try Self.clock(try data.object("clock"))
        let domain = try data.string("domain", 1...Limits.domainBytes)
        var inputs: [Digest256] = []
        for value in try data.array("inputs", 1...Limits.transactionInstructions) {
            inputs.append(try MemberReader(value, "an input", ["hash"]).digest("hash"))
        }
        var outputs: [Transaction.Output] = []
        for value in try data.array("outputs", 1...Limits.transactionInstructions * 2) {
            outputs.append(try Self.output(value))
        }
        let meta = try MemberReader(
            envelope.meta, "a transaction's meta", ["inputs", "record", "signatures"])
        record = meta.object["record"] == nil ? nil : try meta.digest("record")
        var instructions: [Envelope] = []
        for value in try meta.array("inputs", inputs.count...inputs.count) {
            instructions.append(try Envelope(value))
        }
        let shape = try Endorsements.Shape(envelope.meta, meta)
        try envelope.check()
        for (input, instruction) in zip(inputs, instructions) where input != instruction.hash {
            throw Refusal(
                .hashMismatch, "the instruction \(instruction.hash) stands where \(input) should",
                ["expected": input.hexadecimal, "provided": instruction.hash.hexadecimal])
        }
        guard record != envelope.hash else {
            throw meta.failure("record", "must name another transaction")
        }
        self.instructions = instructions
        endorsements = try Endorsements(shape)
        transaction = Transaction(
            clock: clock, domain: domain, inputs: inputs, outputs: outputs,
            data: Array(envelope.data.bytes), hash: envelope.hash)
    }

    private static func clock(_ value: JSONValue) throws(Refusal) -> Transaction.Clock {
        let reader = try MemberReader(value, "a clock", ["device", "sequence", "tick", "time"])
        return Transaction.Clock(
            device: try Address(try reader.addressText("device")),
            sequence: try reader.integer("sequence", 1...Transaction.Clock.lastSequence),
            tick: try reader.integer("tick", 0...Transaction.Clock.lastTick),
            time: try reader.timestamp("time"))
    }

    private static func output(_ value: JSONValue) throws(Refusal) -> Transaction.Output {
        let reader = try MemberReader(
            value, "an output", ["address", "balance", "counter", "sources"])
        let balance = try MemberReader(
            try reader.object("balance"), "a balance", ["max", "min", "net"])
        let sources = try reader.array("sources", 0...1)
        let source = sources.first.flatMap { $0.plainString.flatMap { Transaction.Pointer($0) } }
        guard sources.isEmpty == (source == nil) else {
            throw reader.failure("sources", "holds no pointer")
        }
        return Transaction.Output(
            address: try Address(try reader.addressText("address")),
            symbol: try Address(try reader.addressText("counter")),
            state: CounterState(
                net: try balance.amount("net", .signed), min: try balance.bound("min"),
                max: try balance.bound("max")),
            source: source)
    }

    /// What its cancellations take back.
    /// - Throws: what reading them throws.
    public func cancelled() throws(Refusal) -> [CancelledInstruction] {
        var cancelled: [CancelledInstruction] = []
        for instruction in instructions where DocumentKind(instruction) == .cancel {
            cancelled.append(try Cancellation(instruction).target)
        }
        return cancelled
    }

    /// That the device of the clock has signed.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkReceipt() throws(Refusal) {
        try endorsements.check(transaction.hash, signedBy: transaction.clock.device)
    }

    /// That a device of the domain has signed: of a record the one of its clock, of what a merge has
    /// derived any, because each device derives the same.
    /// - Parameter devices: who is certified.
    /// - Throws: `unknown-scheme`, `signature-invalid`, `signature-missing`.
    public func checkReceipt(among devices: Set<Address>) throws(Refusal) {
        let device = transaction.clock.device
        guard devices.contains(device) else {
            throw Refusal(
                .signatureMissing, "\(device) is no device of the domain",
                ["signer": device.text])
        }
        guard record != nil else { return try checkReceipt() }
        let signer = endorsements.signatures.first { devices.contains($0.signer) }?.signer
        try endorsements.check(transaction.hash, signedBy: signer ?? device)
    }
}
