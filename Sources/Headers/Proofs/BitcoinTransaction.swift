// A Bitcoin transaction as far as proofs look at it: what it spends, what it is worth. Its scripts
// are bytes here.
import Bytes
import Cryptography

/// version · inputs {transaction, output, script, sequence} · outputs {value, script} · locktime.
public struct BitcoinTransaction: Sendable, Equatable {
    /// An output that is spent.
    public struct Outpoint: Hashable, Sendable {
        /// The transaction's hash, in internal order.
        public let transaction: Digest256
        /// The output's place.
        public let index: Int
    }

    /// The hash, in internal order.
    public let id: Digest256
    /// What it spends.
    public let inputs: [Outpoint]
    /// Satoshis of each output.
    public let outputs: [UInt64]
    /// All of it.
    public let bytes: [UInt8]

    /// 21 million bitcoins.
    private static let maximumSatoshis: UInt64 = 2_100_000_000_000_000

    /// Reads a transaction; nothing may follow.
    /// - Throws: `HeaderError.malformedTransaction`, `.ambiguousTransaction`.
    public init(_ bytes: [UInt8]) throws(HeaderError) {
        var reader = ByteReader(bytes[...])
        try self.init(&reader)
        guard reader.rest.isEmpty else { throw .malformedTransaction(byteCount: bytes.count) }
    }

    init(_ reader: inout ByteReader) throws(HeaderError) {
        let start = reader.rest
        do throws(HeaderError) {
            _ = try reader.take(4)
            var inputs: [Outpoint] = []
            for _ in 0..<(try reader.integer("inputs", limit: reader.rest.count / 41 + 1)) {
                let transaction = try reader.digest()
                inputs.append(
                    Outpoint(transaction: transaction, index: Int(try reader.number(4))))
                _ = try reader.take(try reader.integer("script", limit: reader.rest.count))
                _ = try reader.take(4)
            }
            var outputs: [UInt64] = []
            for _ in 0..<(try reader.integer("outputs", limit: reader.rest.count / 9 + 1)) {
                outputs.append(try reader.number(8))
                _ = try reader.take(try reader.integer("script", limit: reader.rest.count))
            }
            _ = try reader.take(4)
            self.inputs = inputs
            self.outputs = outputs
        } catch {
            throw .malformedTransaction(byteCount: start.count)
        }
        bytes = Array(start[..<reader.rest.startIndex])
        guard !inputs.isEmpty, !outputs.isEmpty,
            outputs.allSatisfy({ $0 <= Self.maximumSatoshis })
        else { throw .malformedTransaction(byteCount: bytes.count) }
        // 64 bytes may be an inner node of a tree.
        guard bytes.count != 64 else { throw .ambiguousTransaction }
        id = Hash.sha256d(bytes)
    }

    /// Whether it is a block's first transaction: it spends nothing.
    public var isCoinbase: Bool {
        inputs.count == 1 && inputs[0].transaction == .zero && inputs[0].index == 0xffff_ffff
    }
}
