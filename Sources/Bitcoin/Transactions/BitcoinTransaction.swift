// A Bitcoin transaction: read totally, written exactly as it was read.
import Bytes
import Cryptography

/// version · inputs {outpoint, script, sequence} · outputs {satoshis, script} · lock time. A value
/// has passed all the rules that need no other transaction, no chain and no script.
public struct BitcoinTransaction: Sendable {
    /// A signed number; 1 and 2 are in use.
    public let version: Int32
    /// What it spends; at least one, none twice.
    public let inputs: [TransactionInput]
    /// What it pays; at least one, together at most all satoshis.
    public let outputs: [TransactionOutput]
    /// A height below 500,000,000, else seconds since 1970; 0 for none.
    public let lockTime: UInt32
    /// All of it.
    public let bytes: [UInt8]
    /// The hash, in internal order.
    public let id: Digest256

    /// The least that an input has: an outpoint, no script, a sequence.
    private static let smallestInputBytes = TransactionInput.fixedBytes + 1
    /// The least that an output has.
    private static let smallestOutputBytes = TransactionOutput.fixedBytes + 1
    /// Two hashes: a node of a tree.
    private static let ambiguousBytes = 64

    /// Reads a transaction; nothing may follow.
    /// - Throws: `BitcoinError`: what bytes and transactions are refused for.
    public init(_ bytes: [UInt8]) throws(BitcoinError) {
        var rest = bytes[...]
        try self.init(prefixOf: &rest)
        guard rest.isEmpty else { throw .trailingBytes(offset: rest.startIndex) }
    }

    /// Reads a transaction from the beginning of bytes, and leaves what follows.
    /// - Throws: `BitcoinError`, as above.
    public init(prefixOf rest: inout ArraySlice<UInt8>) throws(BitcoinError) {
        var reader = ByteReader<BitcoinError>(rest)
        let version = Int32(truncatingIfNeeded: try reader.number(4))
        let inputCount = try reader.integer(
            "inputs", limit: reader.rest.count / Self.smallestInputBytes + 1)
        var inputs: [TransactionInput] = []
        for _ in 0..<inputCount { inputs.append(try TransactionInput(&reader)) }
        let outputCount = try reader.integer(
            "outputs", limit: reader.rest.count / Self.smallestOutputBytes + 1)
        var outputs: [TransactionOutput] = []
        for _ in 0..<outputCount { outputs.append(try TransactionOutput(&reader)) }
        let lockTime = UInt32(truncatingIfNeeded: try reader.number(4))
        try self.init(
            version, inputs, outputs, lockTime, Array(rest[..<reader.rest.startIndex]))
        rest = reader.rest
    }

    /// Reads the lower-case hexadecimal digits of a transaction.
    /// - Throws: `BitcoinError.notHexadecimal`, and as above.
    public init(hexadecimal text: String) throws(BitcoinError) {
        guard let bytes = Hexadecimal.decode(text) else { throw .notHexadecimal }
        try self.init(bytes)
    }

    /// A transaction of its parts.
    /// - Throws: `BitcoinError`, for the rules above.
    public init(
        version: Int32 = 1, inputs: [TransactionInput], outputs: [TransactionOutput],
        lockTime: UInt32 = 0
    ) throws(BitcoinError) {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(version)
        bytes.appendVarint(inputs.count)
        for input in inputs { input.write(to: &bytes) }
        bytes.appendVarint(outputs.count)
        for output in outputs { output.write(to: &bytes) }
        bytes.appendLittleEndian(lockTime)
        try self.init(version, inputs, outputs, lockTime, bytes)
    }

    private init(
        _ version: Int32, _ inputs: [TransactionInput], _ outputs: [TransactionOutput],
        _ lockTime: UInt32, _ bytes: [UInt8]
    ) throws(BitcoinError) {
        guard bytes.count <= Limits.transactionBytes else {
            throw .tooLarge(
                what: "transaction", limit: Limits.transactionBytes, got: UInt64(bytes.count))
        }
        guard !inputs.isEmpty else { throw .noInputs }
        guard !outputs.isEmpty else { throw .noOutputs }
        guard TransactionOutput.sum(outputs) != nil else { throw .tooManySatoshis }
        var spent: Set<Outpoint> = []
        for input in inputs where !spent.insert(input.outpoint).inserted {
            throw .duplicateInput(input.outpoint)
        }
        // The last rule: `isAmbiguous` relies on that.
        guard bytes.count != Self.ambiguousBytes else { throw .ambiguousTransaction }
        self.version = version
        self.inputs = inputs
        self.outputs = outputs
        self.lockTime = lockTime
        self.bytes = bytes
        id = Hash.sha256d(bytes)
    }

    /// Whether 64 bytes, such as two hashes in a tree, read as a transaction in every other respect
    /// (CVE-2017-12842).
    public static func isAmbiguous(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == ambiguousBytes else { return false }
        do throws(BitcoinError) { _ = try BitcoinTransaction(bytes) } catch {
            return error == .ambiguousTransaction
        }
        return false
    }

    /// Lower-case hexadecimal digits of the bytes.
    public var hexadecimal: String { Hexadecimal.encode(bytes) }

    /// Whether it is a block's first transaction: it spends nothing.
    public var isCoinbase: Bool { inputs.count == 1 && inputs[0].outpoint == .null }
}

extension BitcoinTransaction: Hashable {
    /// Whether the bytes are equal: everything else follows from them.
    public static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }

    /// Feeds the hash of the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
