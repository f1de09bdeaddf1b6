// Amounts of bitcoin: what is printed is read again, and nothing else is.
import Testing

@testable import WalletKit

@Suite struct CoinAmountTests {
    @Test func `every small amount is read as it was printed`() throws {
        for satoshis in UInt64(1)...20_000 {
            let text = CoinAmount.text(satoshis)
            #expect(try CoinAmount.satoshis(text, "BSV") == satoshis)
            #expect(try CoinAmount.satoshis(String(satoshis), "sat") == satoshis)
        }
        #expect(CoinAmount.text(0) == "0")
    }

    @Test func `every power of ten and its neighbours`() throws {
        var power: UInt64 = 1
        while power <= CoinAmount.maximum {
            for satoshis in [power - 1, power, power + 1] where satoshis > 0 {
                let text = CoinAmount.text(satoshis)
                #expect(!text.hasSuffix(".") && (!text.contains(".") || !text.hasSuffix("0")))
                #expect(try CoinAmount.satoshis(text, "BSV") == satoshis)
            }
            power *= 10
        }
        #expect(CoinAmount.text(CoinAmount.maximum) == "21000000")
        #expect(CoinAmount.text(.max) == "184467440737.09551615")
    }

    @Test func `random amounts, with zeros in front and behind`() throws {
        var random = SplitMix()
        for _ in 0..<5_000 {
            let satoshis = 1 + random.next() % CoinAmount.maximum
            var text = CoinAmount.text(satoshis)
            #expect(try CoinAmount.satoshis(text, "BSV") == satoshis, random.comment)
            if let point = text.firstIndex(of: ".") {
                let decimals = text.distance(from: point, to: text.endIndex) - 1
                text += String(repeating: "0", count: CoinAmount.decimals - decimals)
            }
            #expect(try CoinAmount.satoshis("00" + text, "BSV") == satoshis, random.comment)
            #expect(
                CoinAmount.text(signed: -Int64(satoshis)) == "-" + CoinAmount.text(satoshis),
                random.comment)
        }
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "1.2.3", "-1", "+1", "1e3", "1,5", " 1", "1 ", "0x1", "١", "½", "NaN",
        "0", "0.0", "0.000000001", "21000000.00000001", "18446744073709551616",
        String(repeating: "9", count: 100),
    ])
    func `no amount of bitcoins`(_ text: String) {
        #expect(throws: WalletError.self) { try CoinAmount.satoshis(text, "BSV") }
    }

    @Test func `units of bitcoin`() throws {
        for unit in ["sat", "sats", "Satoshi", "SATOSHIS"] {
            #expect(CoinAmount.isUnit(unit))
            #expect(try CoinAmount.satoshis("7", unit) == 7)
            #expect(throws: WalletError.self) { try CoinAmount.satoshis("7.0", unit) }
        }
        for unit in ["bsv", "BTC", "", "satoshi s", "BSV "] {
            #expect(!CoinAmount.isUnit(unit))
            #expect(throws: WalletError.self) { try CoinAmount.satoshis("7", unit) }
        }
    }
}
