import Bytes
import Cryptography
import Testing

@testable import Bitcoin

@Suite struct CoinSelectionTests {
    private let fees = FeeQuote(standard: FeeRate(satoshis: 1, bytes: 10))

    /// The length of a transaction of P2PKH inputs and outputs, counted by hand.
    private func fee(inputs: Int, outputs: Int) -> UInt64 {
        let bytes = 10 + 148 * inputs + 34 * outputs
        return UInt64((bytes + 9) / 10)
    }

    private func outpoint(_ number: Int) -> Outpoint {
        Outpoint(transaction: Hash.sha256([UInt8(number)]), index: 0)
    }

    /// All lists of up to four coins of these values, all amounts: a plan is there exactly where
    /// some choice suffices, and has the fewest coins.
    @Test func `small cases, all of them`() throws {
        let purse = try Purse()
        let values: [UInt64] = [1, 15, 40, 70, 200]
        var lists: [[UInt64]] = [[]]
        for count in 1...4 {
            lists += lists.filter { $0.count == count - 1 }.flatMap { list in
                values.filter { $0 >= list.last ?? 0 }.map { list + [$0] }
            }
        }
        #expect(lists.count == 126)
        var (planned, refused) = (0, 0)
        for list in lists {
            let coins = list.enumerated().map { purse.coin(0, $1, outpoint($0)) }
            for amount in stride(from: UInt64(0), through: 760, by: 5) {
                let sums = (0..<1 << list.count).map { set in
                    let chosen = list.indices.filter { set >> $0 & 1 == 1 }
                    return (count: chosen.count, sum: chosen.reduce(0) { $0 + list[$1] })
                }
                let enough = sums.filter {
                    $0.count > 0 && $0.sum >= amount + fee(inputs: $0.count, outputs: 1)
                }
                let output = TransactionOutput(satoshis: amount, script: purse.script(0))
                do throws(BitcoinError) {
                    let plan = try CoinSelection.plan(
                        paying: [output], from: coins, change: purse.script(0), fees: fees,
                        dust: 20)
                    #expect(plan.inputs.count == enough.map(\.count).min())
                    try check(plan, amount)
                    planned += 1
                } catch {
                    guard case .insufficientFunds(let needed, let available) = error else {
                        throw error
                    }
                    #expect(enough.isEmpty && needed > available, "\(list) \(amount)")
                    refused += 1
                }
            }
        }
        #expect(planned > 1_000 && refused > 1_000)
    }

    /// Coins of all forms: the fewest that suffice are found wherever any choice suffices.
    @Test func `random cases against all choices`() throws {
        var random = Generator()
        let purse = try Purse()
        // An input of each form of `Purse`, counted by hand.
        let inputBytes = [148, 180, 114, 114, 188, 261, 115]
        for _ in 0..<400 {
            let rate = FeeRate(
                satoshis: UInt64(random.below(300)), bytes: UInt64(1 + random.below(1_000)))
            let forms = (0...random.below(7)).map { _ in random.below(Purse.forms) }
            let coins = forms.enumerated().map {
                purse.coin($1, UInt64(random.below(400)), outpoint($0))
            }
            let amount = UInt64(random.below(500))
            let sufficient = (1..<1 << coins.count).filter { set in
                let chosen = coins.indices.filter { set >> $0 & 1 == 1 }
                let bytes = chosen.reduce(10 + 34) { $0 + inputBytes[forms[$1]] }
                let sum = chosen.reduce(0) { $0 + coins[$1].output.satoshis }
                let fee = (UInt64(bytes) * rate.satoshis + rate.bytes - 1) / rate.bytes
                return sum >= amount + fee
            }
            let output = TransactionOutput(satoshis: amount, script: purse.script(0))
            let plan = try? CoinSelection.plan(
                paying: [output], from: coins, change: purse.script(0),
                fees: FeeQuote(standard: rate))
            #expect(
                plan?.inputs.count == sufficient.map(\.nonzeroBitCount).min(), random.comment)
        }
    }

    private func check(_ plan: TransactionPlan, _ amount: UInt64) throws(BitcoinError) {
        let spent = plan.inputs.reduce(0) { $0 + $1.output.satoshis }
        let paid = plan.outputs.reduce(0) { $0 + $1.satoshis }
        #expect(spent == paid + plan.fee && plan.outputs[0].satoshis == amount)
        #expect(plan.spending.count == plan.inputs.count)
        let wanted = fee(inputs: plan.inputs.count, outputs: plan.outputs.count)
        if let place = plan.changeIndex {
            #expect(place == 1 && plan.outputs.count == 2 && plan.outputs[1].satoshis >= 20)
            #expect(plan.fee == wanted)
        } else {
            // No change would have been worth keeping.
            #expect(plan.outputs.count == 1 && plan.fee >= wanted)
            #expect(plan.fee < fee(inputs: plan.inputs.count, outputs: 2) + 20)
        }
    }

    @Test func `random plans balance, pay the quote, and not much more`() throws {
        var random = Generator()
        let purse = try Purse()
        for _ in 0..<150 {
            let coins = (0...random.below(12)).map { number in
                purse.coin(
                    random.below(Purse.forms), UInt64(random.below(20_000)),
                    Outpoint(transaction: random.digest(), index: UInt32(number)))
            }
            let outputs = (0...random.below(3)).map { _ in
                TransactionOutput(satoshis: UInt64(random.below(6_000)), script: random.script())
            }
            let quote = FeeQuote(
                standard: FeeRate(satoshis: UInt64(random.below(900)), bytes: 1_000),
                data: FeeRate(satoshis: UInt64(random.below(90)), bytes: 1_000))
            let dust = UInt64(random.below(300))
            let change = purse.script(0)
            guard
                let plan = try? CoinSelection.plan(
                    paying: outputs, from: coins, change: change, fees: quote, dust: dust)
            else { continue }
            let again = try CoinSelection.plan(
                paying: outputs, from: coins.shuffled(using: &random), change: change,
                fees: quote, dust: dust)
            #expect(again == plan, random.comment)
            let transaction = try plan.signed { _ in purse.keys }
            try ScriptVerifier.verify(transaction, spending: plan.spending)
            let spent = plan.inputs.reduce(0) { $0 + $1.output.satoshis }
            let paid = transaction.outputs.reduce(0) { $0 + $1.satoshis }
            #expect(spent == paid + plan.fee, random.comment)
            #expect(Array(transaction.outputs.prefix(outputs.count)) == outputs)
            let wanted = quote.fee(for: transaction)
            // Signatures of 72 bytes were reckoned with: 9 are enough for every other length.
            let signatures = 3 * plan.inputs.count
            let slack = quote.standard.fee(bytes: 9 * signatures)
            let kept = plan.changeIndex == nil ? dust + quote.standard.fee(bytes: 34) : 0
            #expect(plan.fee >= wanted && plan.fee <= wanted + slack + kept, random.comment)
        }
    }

    @Test func `the smallest coin that completes is taken`() throws {
        let purse = try Purse()
        let coins = [5_000, 900, 1_200, 40_000].enumerated().map {
            purse.coin(0, $1, outpoint($0))
        }
        func plan(_ amount: UInt64) throws -> [UInt64] {
            let output = TransactionOutput(satoshis: amount, script: purse.script(0))
            return try CoinSelection.plan(
                paying: [output], from: coins, change: purse.script(0), fees: fees
            ).inputs.map(\.output.satoshis)
        }
        #expect(try plan(800) == [900])
        #expect(try plan(1_000) == [1_200])
        #expect(try plan(4_000) == [5_000])
        #expect(try plan(40_500) == [40_000, 900])
        #expect(try plan(45_000) == [40_000, 5_000, 900])
    }

    @Test func `coins that nobody here can sign for, or that cost too much, are passed over`()
        throws
    {
        let purse = try Purse()
        let output = TransactionOutput(satoshis: 100, script: purse.script(0))
        let strange = SpendableCoin(
            outpoint: outpoint(1),
            output: TransactionOutput(satoshis: 9_000, script: Script([0x51])))
        // Its own input costs 14.8 satoshis.
        let coins = [strange, purse.coin(0, 14, outpoint(2)), purse.coin(0, 0, outpoint(3))]
        #expect(throws: BitcoinError.insufficientFunds(needed: 105, available: 0)) {
            try CoinSelection.plan(
                paying: [output], from: coins, change: purse.script(0), fees: fees)
        }
        let enough = coins + [purse.coin(0, 120, outpoint(4)), purse.coin(0, 15, outpoint(5))]
        let plan = try CoinSelection.plan(
            paying: [output], from: enough, change: purse.script(0), fees: fees)
        #expect(plan.inputs == [enough[3]] && plan.fee == 20 && plan.changeIndex == nil)
    }

    @Test func `everything can be swept`() throws {
        let purse = try Purse()
        var random = Generator()
        let coins = (0..<Purse.forms).map { purse.coin($0, 1_000, outpoint($0)) }
        let dust = purse.coin(0, 3, outpoint(50))
        let plan = try CoinSelection.sweeping(coins + [dust], to: purse.script(2), fees: .usual)
        #expect(Set(plan.inputs) == Set(coins) && plan.outputs.count == 1)
        #expect(plan.outputs[0].satoshis + plan.fee == 7_000 && plan.changeIndex == nil)
        let transaction = try plan.signed { _ in purse.keys.shuffled(using: &random) }
        try ScriptVerifier.verify(transaction, spending: plan.spending)
        #expect(plan.fee >= FeeQuote.usual.fee(for: transaction))
        // An input of 148 bytes, an output of 34, 10 more: 192 bytes cost 10 satoshis.
        for (value, left) in [(11, 1), (10, nil), (9, nil)] as [(UInt64, UInt64?)] {
            let coin = purse.coin(0, value, outpoint(1))
            guard let left else {
                #expect(throws: BitcoinError.insufficientFunds(needed: 11, available: value)) {
                    try CoinSelection.sweeping([coin], to: purse.script(0), fees: .usual)
                }
                continue
            }
            let plan = try CoinSelection.sweeping([coin], to: purse.script(0), fees: .usual)
            #expect(plan.outputs[0].satoshis == left)
        }
    }

    @Test func `sums that are too large are refused`() throws {
        let purse = try Purse()
        let all = UInt64(Limits.satoshis)
        func plan(_ amounts: [UInt64], _ values: [UInt64]) throws {
            _ = try CoinSelection.plan(
                paying: amounts.map { TransactionOutput(satoshis: $0, script: purse.script(0)) },
                from: values.enumerated().map { purse.coin(0, $1, outpoint($0)) },
                change: purse.script(0), fees: .usual)
        }
        #expect(throws: BitcoinError.tooManySatoshis) { try plan([all, 1], [5]) }
        #expect(throws: BitcoinError.tooManySatoshis) { try plan([.max, .max], [5]) }
        #expect(throws: BitcoinError.tooManySatoshis) { try plan([5], [all, 1]) }
        #expect(throws: BitcoinError.tooManySatoshis) { try plan([5], [.max, 2]) }
        #expect(throws: BitcoinError.self) { try plan([all], [all]) }
        #expect(throws: BitcoinError.noOutputs) { try plan([], [5]) }
        let coin = purse.coin(0, 500, outpoint(1))
        let output = TransactionOutput(satoshis: 1, script: purse.script(0))
        #expect(throws: BitcoinError.duplicateInput(coin.outpoint)) {
            try CoinSelection.plan(
                paying: [output], from: [coin, coin], change: purse.script(0), fees: .usual)
        }
        let dear = FeeQuote(standard: FeeRate(satoshis: .max, bytes: 1))
        #expect(throws: BitcoinError.self) {
            try CoinSelection.plan(
                paying: [output], from: [coin], change: purse.script(0), fees: dear)
        }
        #expect(throws: BitcoinError.self) {
            try CoinSelection.sweeping([coin], to: purse.script(0), fees: dear)
        }
    }

    @Test func `fees are rounded up, and never overflow`() {
        let rate = FeeRate(satoshis: 50, bytes: 1_000)
        for (bytes, fee) in [(0, 0), (1, 1), (20, 1), (21, 2), (226, 12), (1_000, 50), (1_001, 51)]
        {
            #expect(rate.fee(bytes: bytes) == UInt64(fee))
        }
        #expect(FeeRate(satoshis: .max, bytes: 1).fee(bytes: 2) == .max)
        #expect(FeeRate(satoshis: .max, bytes: .max).fee(bytes: 7) == 7)
        #expect(FeeRate(satoshis: .max, bytes: 3).fee(bytes: 3) == .max)
        #expect(FeeQuote.usual.data == FeeQuote.usual.standard)
    }

    @Test func `data has its own rate`() throws {
        let quote = FeeQuote(
            standard: FeeRate(satoshis: 1, bytes: 1), data: FeeRate(satoshis: 1, bytes: 100))
        let data = Script.data([[UInt8](repeating: 1, count: 1_000)])
        let transaction = try BitcoinTransaction(
            inputs: [TransactionInput(outpoint: outpoint(1))],
            outputs: [TransactionOutput(satoshis: 0, script: data)])
        #expect(data.bytes.count == 1_005)
        #expect(
            quote.fee(for: transaction) == UInt64(transaction.bytes.count - 1_005) + 11)
    }

    @Test func `plans do not spend what is not there`() throws {
        let purse = try Purse()
        let coin = purse.coin(0, 100, outpoint(1))
        func plan(_ amount: UInt64) throws -> TransactionPlan {
            try TransactionPlan(
                inputs: [coin],
                outputs: [TransactionOutput(satoshis: amount, script: coin.output.script)],
                changeIndex: nil)
        }
        #expect(try plan(100).fee == 0)
        #expect(throws: BitcoinError.overspent(inputs: 100, outputs: 101)) { try plan(101) }
        #expect(throws: BitcoinError.tooManySatoshis) { try plan(.max) }
        #expect(throws: BitcoinError.noInputs) {
            try TransactionPlan(inputs: [], outputs: [coin.output], changeIndex: nil)
        }
        #expect(throws: BitcoinError.noOutputs) {
            try TransactionPlan(inputs: [coin], outputs: [], changeIndex: nil)
        }
    }

    @Test func `who lacks a key does not sign`() throws {
        let purse = try Purse()
        for form in 0..<Purse.forms {
            let coin = purse.coin(form, 5_000, outpoint(form))
            let plan = try CoinSelection.sweeping([coin], to: purse.script(0), fees: .usual)
            let stranger = try key(9)
            for keys in [[], [stranger]] {
                #expect(throws: BitcoinError.missingKey(coin.outpoint)) {
                    try plan.signed { _ in keys }
                }
            }
        }
        let two = purse.coin(4, 5_000, outpoint(4))
        let plan = try CoinSelection.sweeping([two], to: purse.script(0), fees: .usual)
        #expect(throws: BitcoinError.missingKey(two.outpoint)) {
            try plan.signed { _ in [purse.keys[1]] }
        }
        let strange = SpendableCoin(
            outpoint: outpoint(1), output: TransactionOutput(satoshis: 5, script: Script([0x51])))
        let direct = try TransactionPlan(
            inputs: [strange], outputs: [strange.output], changeIndex: nil)
        #expect(throws: BitcoinError.unspendableCoin(strange.outpoint)) {
            try direct.signed { _ in purse.keys }
        }
    }
}
