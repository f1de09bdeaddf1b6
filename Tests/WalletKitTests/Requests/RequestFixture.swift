// A bar that asks to be paid, and a guest who has its units.
import Bytes
import Cryptography
import DirectPayment
import Documents
import Testing

@testable import WalletKit

final class Bar {
    let clock = PeerClock()
    let bar: PeerWallet
    let guest: PeerWallet

    /// The guest has 10 BEER in the bar's books.
    init(guests: [String] = []) throws {
        bar = try PeerWallet("bar", domain: "bar.example", clock: clock)
        guest = try PeerWallet("guest", clock: clock)
        _ = try bar.wallet.newUnit(
            (code: "BEER", name: nil, scale: 2, form: nil, terms: nil), issuer: nil)
        try give(to: guest.me)
    }

    func give(to address: Address, _ amount: String = "10") throws {
        let promise = try bar.wallet.issue(
            Promise(amount: amount, unit: "BEER", target: address.text))
        _ = try bar.wallet.clear(promise.iou.document)
    }

    func request(_ amount: String = "4", id: String? = nil) throws -> Invoice {
        var order = RequestOrder(amount: amount, unit: "BEER")
        order.memo = "two pints"
        order.relay = "https://relay.example"
        order.id = id
        return try bar.wallet.request(order)
    }

    func bill(_ invoice: Invoice) throws -> Bill {
        // As it goes over the wire.
        let terms = try bar.wallet.terms(ofRequest: invoice.identifier)
        return try Bill(
            try PaymentTerms.read(try ForeignJSON(terms.classic(.classic).bytes)).terms)
    }

    func desk() throws -> InvoiceDesk {
        try InvoiceDesk(wallet: bar.wallet, channels: nil) { _ in }
    }

    func balance(of address: Address) throws -> String {
        let wallet = try bar.again()
        let symbol = try wallet.resolver().symbol("BEER")
        return try wallet.reader().graph.counter(CounterKey(address, symbol)).state.net.text
    }
}
