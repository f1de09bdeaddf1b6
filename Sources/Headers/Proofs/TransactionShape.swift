// Whether bytes read as a Bitcoin transaction. What its scripts say is nobody's business here.

enum TransactionShape {
    /// 21 million bitcoins.
    private static let maximumSatoshis: UInt64 = 2_100_000_000_000_000

    /// version · inputs {transaction, output, script, sequence} · outputs {value, script} ·
    /// locktime, with an input and an output at least and nothing left over.
    static func isWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool {
        var reader = ByteReader(bytes)
        do throws(HeaderError) {
            _ = try reader.take(4)
            let inputs = try reader.integer("inputs", limit: bytes.count)
            for _ in 0..<inputs {
                _ = try reader.take(36)
                _ = try reader.take(try reader.integer("script", limit: bytes.count))
                _ = try reader.take(4)
            }
            let outputs = try reader.integer("outputs", limit: bytes.count)
            for _ in 0..<outputs {
                guard try reader.number(8) <= maximumSatoshis else { return false }
                _ = try reader.take(try reader.integer("script", limit: bytes.count))
            }
            _ = try reader.take(4)
            try reader.end()
            return inputs > 0 && outputs > 0
        } catch {
            return false
        }
    }
}
