// Inputs and outputs.
import Bytes

/// What spends an output.
public struct TransactionInput: Hashable, Sendable {
    /// Bytes beside the script and its length.
    static let fixedBytes = 40

    /// The output that is spent.
    public var outpoint: Outpoint
    /// What unlocks it; empty until it is signed.
    public var script: Script
    /// 2^32−1 for a final input (the rest of the field's meaning is gone since Genesis).
    public var sequence: UInt32

    /// An input, final and unsigned where nothing else is said.
    public init(outpoint: Outpoint, script: Script = Script([]), sequence: UInt32 = .max) {
        self.outpoint = outpoint
        self.script = script
        self.sequence = sequence
    }

    init(_ reader: inout ByteReader<BitcoinError>) throws(BitcoinError) {
        let transaction = try reader.digest()
        let index = UInt32(truncatingIfNeeded: try reader.number(4))
        outpoint = Outpoint(transaction: transaction, index: index)
        script = try Script(&reader)
        sequence = UInt32(truncatingIfNeeded: try reader.number(4))
    }

    func write(to bytes: inout [UInt8]) {
        outpoint.write(to: &bytes)
        script.write(to: &bytes)
        bytes.appendLittleEndian(sequence)
    }
}

/// An amount, and who may spend it.
public struct TransactionOutput: Hashable, Sendable {
    /// Bytes beside the script and its length.
    static let fixedBytes = 8

    /// The amount.
    public var satoshis: UInt64
    /// What locks it.
    public var script: Script

    /// So many satoshis, locked by a script.
    public init(satoshis: UInt64, script: Script) {
        self.satoshis = satoshis
        self.script = script
    }

    init(_ reader: inout ByteReader<BitcoinError>) throws(BitcoinError) {
        satoshis = try reader.number(8)
        script = try Script(&reader)
    }

    /// The bytes as in a transaction: 8 of the amount, the script's length, the script.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    func write(to bytes: inout [UInt8]) {
        bytes.appendLittleEndian(satoshis)
        script.write(to: &bytes)
    }

    /// The sum of amounts; nil where it, or one of them, is more than there are satoshis.
    public static func sum(_ outputs: some Sequence<TransactionOutput>) -> UInt64? {
        var sum: UInt64 = 0
        for output in outputs {
            let (total, overflows) = sum.addingReportingOverflow(output.satoshis)
            guard !overflows, total <= UInt64(Limits.satoshis) else { return nil }
            sum = total
        }
        return sum
    }
}

extension Outpoint {
    func write(to bytes: inout [UInt8]) {
        bytes += transaction.bytes
        bytes.appendLittleEndian(index)
    }
}

extension Script {
    init(_ reader: inout ByteReader<BitcoinError>) throws(BitcoinError) {
        let count = try reader.integer("script", limit: Limits.transactionBytes)
        self.init(Array(try reader.take(count)))
    }

    func write(to bytes: inout [UInt8]) {
        bytes.appendVarint(self.bytes.count)
        bytes += self.bytes
    }
}
