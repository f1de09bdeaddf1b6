// Others' requests for bitcoins: what they may ask for, and that they are paid once.
import Bitcoin
import Bytes
import Coins
import DirectPayment
import Documents
import Headers
import Testing

@testable import WalletKit

@Suite struct CoinBillTests {
    let scene: CoinScene

    init() throws { scene = try CoinScene() }

    private func output(_ amount: Int) -> NativeOutput {
        NativeOutput(amount: amount, script: CoinScene.foreign.hexadecimal)
    }

    private func bill(_ offer: PaymentOffer) throws -> CoinBill {
        try CoinBill(offer, .regtest, usual: try scene.alice.wallet.coinFees())
    }

    private func fees(_ satoshis: Int, _ bytes: Int = 1000) -> PaymentFees {
        let rate = PaymentFees.Rate(satoshis: satoshis, bytes: bytes)
        return PaymentFees(standard: rate, data: rate)
    }

    @Test func `an output of coins of this network`() throws {
        let bill = try bill(try scene.offer([output(700), output(0), output(300)]))
        #expect(bill.satoshis == 1_000)
        #expect(bill.signer == nil)
        let usual = try scene.alice.wallet.coinFees()
        #expect(bill.fees == usual)
    }

    @Test(arguments: ["mainnet", "testnet", "stn", "", "Regtest"])
    func `another network's coins`(_ network: String) throws {
        #expect(throws: RequestError.self) {
            try bill(try scene.offer([output(700)], network: network))
        }
    }

    @Test func `outputs that are none`() throws {
        let large = 2_100_000_000_000_000
        for outputs in [
            [], [output(0)], [output(-1), output(5)], [output(large), output(1)],
            [output(.max), output(.max), output(2)], [NativeOutput(amount: 5, script: "xyz")],
            [NativeOutput(amount: 5, script: "abc")],
        ] {
            #expect(throws: RequestError.self) { try bill(try scene.offer(outputs)) }
        }
        #expect(try bill(try scene.offer([output(large)])).satoshis == UInt64(large))
    }

    @Test func `a payee may ask for a higher fee, but not for any`() throws {
        let usual = try scene.alice.wallet.coinFees()
        #expect(try bill(try scene.offer([output(7)], fees: fees(1))).fees == usual)
        #expect(
            try bill(try scene.offer([output(7)], fees: fees(500))).fees.standard.satoshis == 500)
        #expect(try bill(try scene.offer([output(7)], fees: fees(1, 1))).fees.standard.bytes == 1)
        for dear in [fees(1_001), fees(2, 1), fees(.max), fees(.max, 1), fees(1_000_000, 0)] {
            #expect(throws: RequestError.self) {
                try bill(try scene.offer([output(7)], fees: dear))
            }
        }
        // A fee for data alone is looked at too.
        var mixed = fees(50)
        mixed.data = PaymentFees.Rate(satoshis: 5_000, bytes: 1_000)
        #expect(throws: RequestError.self) {
            try bill(try scene.offer([output(7)], fees: mixed))
        }
        // Below nothing is nothing.
        #expect(try bill(try scene.offer([output(7)], fees: fees(-5, -5))).fees == usual)
    }

    @Test func `the same bill has the same transaction, another one its own`() throws {
        try scene.fund(scene.alice, 50_000)
        try scene.fund(scene.alice, 60_000)
        let first = try bill(try scene.offer([output(7_000)]))
        let draft = try scene.alice.wallet.draftPayment(of: first)
        #expect(
            try scene.alice.again().draftPayment(of: first).stored.transaction
                == draft.stored.transaction)
        let other = try bill(try scene.offer([output(7_000)], reference: "order-8"))
        #expect(
            try scene.alice.wallet.draftPayment(of: other).stored.transaction
                != draft.stored.transaction)
        // The same reference for another amount: nothing is paid.
        let changed = try bill(try scene.offer([output(7_001)]))
        #expect(throws: WalletError.self) { try scene.alice.wallet.draftPayment(of: changed) }
    }

    @Test func `a payment has its ancestors, and what is handed out is spent`() throws {
        try scene.fund(scene.alice, 50_000)
        let bill = try bill(try scene.offer([output(7_000)], needsAncestry: true))
        let id = try scene.alice.wallet.draftPayment(of: bill).stored.transaction.id
        #expect(try scene.alice.wallet.coinBalance()?.held == 50_000)
        let payment = try scene.alice.wallet.payment(of: bill, id)
        guard case .transactions(let raw, let ancestry) = payment.means else {
            Issue.record("no transaction")
            return
        }
        #expect(try raw.map { try BitcoinTransaction(hexadecimal: $0).id } == [id])
        let ancestors = try TransactionAncestry(hexadecimal: try #require(ancestry))
        #expect(ancestors.ancestors.count == 1 && ancestors.ancestors[0].proof != nil)
        #expect(try scene.alice.wallet.coinRequests(paid: true).map(\.state) == [.paid])
        #expect(try scene.alice.wallet.coinStanding(id).stored.state == .supported)
    }

    @Test func `a bill whose time is over`() throws {
        try scene.fund(scene.alice, 50_000)
        let bill = try bill(try scene.offer([output(7_000)], expires: scene.clock.now))
        #expect(throws: RequestError.self) { try scene.alice.wallet.draftPayment(of: bill) }
        #expect(try scene.alice.wallet.coinBalance()?.held == 0)
    }
}
