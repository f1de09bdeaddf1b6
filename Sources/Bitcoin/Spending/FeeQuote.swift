// What miners ask for.
import Bytes

/// So many satoshis for so many bytes.
public struct FeeRate: Hashable, Sendable {
    /// The satoshis.
    public let satoshis: UInt64
    /// The bytes; not zero.
    public let bytes: UInt64

    /// A rate; `bytes` must not be zero.
    public init(satoshis: UInt64, bytes: UInt64) {
        precondition(bytes > 0, "a rate is for some bytes")
        self.satoshis = satoshis
        self.bytes = bytes
    }

    /// The satoshis for so many bytes (not negative), rounded up; the largest number where it
    /// would be more than that.
    public func fee(bytes count: Int) -> UInt64 {
        let product = satoshis.multipliedFullWidth(by: UInt64(count))
        guard product.high < bytes else { return .max }
        let (quotient, remainder) = bytes.dividingFullWidth(product)
        guard remainder > 0 else { return quotient }
        return quotient == .max ? .max : quotient + 1
    }
}

/// Rates of one miner: the scripts of outputs that carry data have their own.
public struct FeeQuote: Hashable, Sendable {
    /// For all that is not data.
    public let standard: FeeRate
    /// For the scripts of outputs that carry data.
    public let data: FeeRate

    /// 50 satoshis per 1000 bytes: what miners have asked for since 2021.
    public static let usual = FeeQuote(standard: FeeRate(satoshis: 50, bytes: 1_000))

    /// Rates; without one for data the standard one is for all.
    public init(standard: FeeRate, data: FeeRate? = nil) {
        self.standard = standard
        self.data = data ?? standard
    }

    /// The fee of a transaction, rounded up.
    public func fee(for transaction: BitcoinTransaction) -> UInt64 {
        let data = Self.dataBytes(transaction.outputs)
        return fee(bytes: transaction.bytes.count, data: data)
    }

    /// The fee of so many bytes, `data` of which are the scripts of data outputs.
    func fee(bytes: Int, data dataBytes: Int) -> UInt64 {
        let (sum, overflows) = standard.fee(bytes: bytes - dataBytes)
            .addingReportingOverflow(data.fee(bytes: dataBytes))
        return overflows ? .max : sum
    }

    static func dataBytes(_ outputs: [TransactionOutput]) -> Int {
        outputs.reduce(0) { sum, output in
            if case .data = output.script.kind { sum + output.script.bytes.count } else { sum }
        }
    }
}
