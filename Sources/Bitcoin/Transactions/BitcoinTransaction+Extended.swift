// The extended format (BRC-30): every input brings the output that it spends, so that whoever
// broadcasts can check amounts and scripts without asking for the ancestors.
import Bytes

extension BitcoinTransaction {
    /// What stands after the version: a transaction without inputs or outputs cannot be meant.
    private static let marker: [UInt8] = [0, 0, 0, 0, 0, 0xef]

    /// The extended format. `spending` has the output of each input, in the inputs' order.
    public func extended(spending: [TransactionOutput]) -> [UInt8] {
        precondition(spending.count == inputs.count, "each input spends one output")
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(version)
        bytes += Self.marker
        bytes.appendVarint(inputs.count)
        for (input, output) in zip(inputs, spending) {
            input.write(to: &bytes)
            output.write(to: &bytes)
        }
        bytes.appendVarint(outputs.count)
        for output in outputs { output.write(to: &bytes) }
        bytes.appendLittleEndian(lockTime)
        return bytes
    }

    /// Reads the extended format; nothing may follow. What is said of the outputs that are spent
    /// is the sender's word: `spending` is true where the parents have it.
    /// - Throws: `BitcoinError`: `.notExtended`, and what transactions are refused for.
    public static func reading(
        extended bytes: [UInt8]
    ) throws(BitcoinError) -> (transaction: BitcoinTransaction, spending: [TransactionOutput]) {
        var reader = ByteReader<BitcoinError>(bytes[...])
        let version = Int32(truncatingIfNeeded: try reader.number(4))
        guard try reader.take(marker.count).elementsEqual(marker) else { throw .notExtended }
        var inputs: [TransactionInput] = []
        var spending: [TransactionOutput] = []
        for _ in 0..<(try reader.integer("inputs", limit: bytes.count)) {
            inputs.append(try TransactionInput(&reader))
            spending.append(try TransactionOutput(&reader))
        }
        var outputs: [TransactionOutput] = []
        for _ in 0..<(try reader.integer("outputs", limit: bytes.count)) {
            outputs.append(try TransactionOutput(&reader))
        }
        let lockTime = UInt32(truncatingIfNeeded: try reader.number(4))
        try reader.end()
        guard TransactionOutput.sum(spending) != nil else { throw .tooManySatoshis }
        let transaction = try BitcoinTransaction(
            version: version, inputs: inputs, outputs: outputs, lockTime: lockTime)
        return (transaction, spending)
    }
}
