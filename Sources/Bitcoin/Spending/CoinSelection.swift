// Which coins pay: as few as can be, and of those that complete them the smallest.
import Bytes

/// Chooses coins. The same coins, in whatever order, give the same plan.
public enum CoinSelection {
    /// A coin that is worth more than its own input costs, and the length of that.
    private struct Candidate {
        let coin: SpendableCoin
        let bytes: Int
        /// What it brings after its share of the fee, in parts of a satoshi: were it rounded, the
        /// best choice of so many coins would not be the first so many.
        let gain: UInt128
    }

    /// A plan that pays outputs, and gives back what is left over.
    ///
    /// The fee is that of the longest signatures, so that of the signed transaction is never
    /// below the quote. It is above by what signatures are shorter, a byte or two each, and where
    /// there is no change by less than `dust` and what the change output would have cost.
    ///
    /// - Parameters:
    ///   - coins: what may be spent; coins of forms that are not signed here, and those that cost
    ///     more than they are worth, are passed over.
    ///   - change: what locks the change, the last output of the plan.
    ///   - dust: the smallest change that is kept, in satoshis.
    /// - Throws: `BitcoinError`: `.noOutputs`; `.insufficientFunds`, exactly where no choice of
    ///   coins suffices; `.tooManySatoshis`; `.duplicateInput` for a coin that stands twice.
    public static func plan(
        paying outputs: [TransactionOutput], from coins: [SpendableCoin], change: Script,
        fees: FeeQuote, dust: UInt64 = 135
    ) throws(BitcoinError) -> TransactionPlan {
        guard !outputs.isEmpty else { throw .noOutputs }
        guard let paid = TransactionOutput.sum(outputs) else { throw .tooManySatoshis }
        let candidates = try candidates(coins, fees)
        let bare = Estimate(outputs: outputs, fees: fees)
        let chosen = try choose(candidates, paid, bare)
        let sum = chosen.reduce(0) { $0 + $1.coin.output.satoshis }
        let bytes = chosen.reduce(0) { $0 + $1.bytes }
        let inputs = chosen.map(\.coin)

        let probe = TransactionOutput(satoshis: 0, script: change)
        let fee = Estimate(outputs: outputs + [probe], fees: fees).fee(chosen.count, bytes)
        let (needed, overflows) = paid.addingReportingOverflow(fee)
        guard !overflows, sum > needed, sum - needed >= dust else {
            return try TransactionPlan(inputs: inputs, outputs: outputs, changeIndex: nil)
        }
        let rest = TransactionOutput(satoshis: sum - needed, script: change)
        return try TransactionPlan(
            inputs: inputs, outputs: outputs + [rest], changeIndex: outputs.count)
    }

    /// A plan that pays all that the coins are worth to one script. Coins that cost more than they
    /// are worth, and those of forms that are not signed here, stay.
    /// - Throws: `BitcoinError`: `.insufficientFunds` where nothing is left after the fee;
    ///   `.tooManySatoshis`, `.duplicateInput`.
    public static func sweeping(
        _ coins: [SpendableCoin], to script: Script, fees: FeeQuote
    ) throws(BitcoinError) -> TransactionPlan {
        let candidates = try candidates(coins, fees)
        let sum = candidates.reduce(0) { $0 + $1.coin.output.satoshis }
        let probe = TransactionOutput(satoshis: 0, script: script)
        let fee = Estimate(outputs: [probe], fees: fees)
            .fee(candidates.count, candidates.reduce(0) { $0 + $1.bytes })
        guard sum > fee else {
            let (needed, overflows) = fee.addingReportingOverflow(1)
            throw .insufficientFunds(needed: overflows ? .max : needed, available: sum)
        }
        return try TransactionPlan(
            inputs: candidates.map(\.coin),
            outputs: [TransactionOutput(satoshis: sum - fee, script: script)], changeIndex: nil)
    }

    /// The coins that bring something, those that bring the most first.
    private static func candidates(
        _ coins: [SpendableCoin], _ fees: FeeQuote
    ) throws(BitcoinError) -> [Candidate] {
        guard TransactionOutput.sum(coins.lazy.map(\.output)) != nil else {
            throw .tooManySatoshis
        }
        var seen: Set<Outpoint> = []
        var candidates: [Candidate] = []
        for coin in coins {
            guard seen.insert(coin.outpoint).inserted else { throw .duplicateInput(coin.outpoint) }
            guard let bytes = coin.inputBytes else { continue }
            let worth = UInt128(coin.output.satoshis) * UInt128(fees.standard.bytes)
            let cost = UInt128(fees.standard.satoshis) * UInt128(bytes)
            guard worth > cost else { continue }
            candidates.append(Candidate(coin: coin, bytes: bytes, gain: worth - cost))
        }
        return candidates.sorted {
            ($1.gain, $0.bytes, $0.coin.outpoint) < ($0.gain, $1.bytes, $1.coin.outpoint)
        }
    }

    /// The fewest coins that suffice, those that bring the most first; the last of them is the
    /// smallest that suffices with the others.
    private static func choose(
        _ candidates: [Candidate], _ paid: UInt64, _ estimate: Estimate
    ) throws(BitcoinError) -> [Candidate] {
        var (sum, bytes): (UInt64, Int) = (0, 0)
        var best = (needed: UInt64.max, available: UInt64(0))
        var smallestGap = UInt64.max
        for (count, candidate) in candidates.enumerated() {
            let (sumBefore, bytesBefore) = (sum, bytes)
            sum += candidate.coin.output.satoshis
            bytes += candidate.bytes
            let needed = saturating(paid, estimate.fee(count + 1, bytes))
            guard sum >= needed else {
                if needed - sum <= smallestGap {
                    (smallestGap, best) = (needed - sum, (needed, sum))
                }
                continue
            }
            let last = candidates[count...].last { other in
                sumBefore + other.coin.output.satoshis
                    >= saturating(paid, estimate.fee(count + 1, bytesBefore + other.bytes))
            }
            return candidates[..<count] + [last ?? candidate]
        }
        guard !candidates.isEmpty else {
            throw .insufficientFunds(needed: saturating(paid, estimate.fee(0, 0)), available: 0)
        }
        throw .insufficientFunds(needed: best.needed, available: best.available)
    }

    private static func saturating(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return overflows ? .max : sum
    }
}

/// The fee of a transaction that pays given outputs.
private struct Estimate {
    private let frame: Int
    private let data: Int
    private let fees: FeeQuote

    init(outputs: [TransactionOutput], fees: FeeQuote) {
        frame = TransactionSize.frame(outputs)
        data = FeeQuote.dataBytes(outputs)
        self.fees = fees
    }

    /// The fee with so many inputs of so many bytes together.
    func fee(_ inputs: Int, _ bytes: Int) -> UInt64 {
        fees.fee(bytes: frame + TransactionSize.varint(inputs) + bytes, data: data)
    }
}
