// What a payer is told is not believed further than it is signed.
import Bytes
import Cryptography
import DirectPayment
import Documents
import Testing

@testable import WalletKit

struct BillTests {
    @Test func `terms that differ from the signed invoice are refused`() throws {
        let bar = try Bar()
        let invoice = try bar.request()
        let terms = try bar.bar.wallet.terms(ofRequest: invoice.identifier)
        _ = try Bill(terms)
        var cheap = terms
        cheap.promises[0].amount = "1"
        var stolen = terms
        stolen.promises[0].target = try bar.guest.me.text
        var renamed = terms
        renamed.party.reference = try bar.request().identifier
        var bare = terms
        bare.party.extended = []
        var native = terms
        native.promises = []
        for changed in [cheap, stolen, renamed, bare, native] {
            #expect(throws: RequestError.self) { try Bill(changed) }
        }
    }

    @Test func `an invoice that somebody else has signed is refused`() throws {
        let bar = try Bar()
        let invoice = try bar.request()
        var terms = invoice.terms
        terms.amount = try Amount(Array("9".utf8), .canonical)
        let forged = Invoice(terms, invoice.endorsements)
        #expect(throws: Refusal.self) { try Bill(lines: [forged.document]) }
        #expect(throws: Refusal.self) { try Bill(lines: [Invoice(invoice.terms).document]) }
        #expect(throws: RequestError.self) { try Bill(lines: []) }
        #expect(throws: RequestError.self) {
            try Bill(lines: [invoice.document, try bar.request().document])
        }
    }

    @Test func `a receipt counts if a certified device has signed it and our payment is in it`()
        throws
    {
        let bar = try Bar()
        let invoice = try bar.request()
        let bill = try bar.bill(invoice)
        let promise = try bar.guest.wallet.pay(bill, from: nil)
        let taken = try bar.bar.wallet.takePayment(
            promise.iou.document, for: invoice.identifier)
        let elsewhere = try bar.request("1")
        let other = try bar.guest.wallet.pay(try bar.bill(elsewhere), from: nil)
        let foreign = try bar.bar.again().takePayment(
            other.iou.document, for: elsewhere.identifier)
        let text = String(decoding: taken.receipt, as: UTF8.self)
        let false1 = Array(text.replacing("\"net\":\"6\"", with: "\"net\":\"7\"").utf8)
        for line in [foreign.receipt, false1, promise.iou.document, Array("{}".utf8)] {
            #expect(throws: RequestError.self) {
                try bar.guest.wallet.settle(bill, promise, receipt: line)
            }
        }
        // Without the certificates nobody knows who has signed.
        let alone = try Bill(lines: [invoice.document])
        #expect(throws: RequestError.self) {
            try bar.guest.wallet.settle(alone, promise, receipt: taken.receipt)
        }
        #expect(try bar.guest.wallet.paidRequests().allSatisfy { $0.state == .pending })
        _ = try bar.guest.wallet.settle(bill, promise, receipt: taken.receipt)
    }

    @Test func `addresses lead to terms in all spellings`() throws {
        let url = "https://relay.example/api/v1/payment/7hG2abc"
        let encoded = "https%3A%2F%2Frelay.example%2Fapi%2Fv1%2Fpayment%2F7hG2abc"
        for text in [
            url, "pay:?r=\(url)", "pay:?r=\(encoded)", "PAY:?r=\(url)", "bitcoin:?sv&r=\(encoded)",
            "bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT?sv&amount=1&r=\(encoded)",
        ] {
            #expect(PaymentLink.isLink(text))
            #expect(try PaymentLink(text).url.description == url)
        }
        let link = try PaymentLink(url)
        #expect(try PaymentLink(link.uri) == link)
        #expect(try PaymentLink(link.bitcoinURI) == link)
        for text in [
            "pay:", "pay:x", "bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "bitcoin:?sv",
            "bitcoin:?sv&req-somethingyoudontunderstand=50&r=\(encoded)", "pay:?r=ftp://x",
            "https://",
        ] {
            #expect(throws: (any Error).self, "\(text)") { try PaymentLink(text) }
        }
        for text in ["invoice.json", "./pay", "-", "/tmp/a:b"] {
            #expect(!PaymentLink.isLink(text))
        }
    }

    @Test func `the desk speaks the protocol's words`() throws {
        let bar = try Bar()
        let invoice = try bar.request()
        let desk = try bar.desk()
        #expect(try desk.pending().map(\.id) == [invoice.identifier])
        let promise = try bar.guest.wallet.pay(try bar.bill(invoice), from: nil)
        let payment = Payment(
            means: .promises([promise.iou.document]), reference: invoice.identifier)
        func reason(_ body: () throws -> Void) -> PaymentRefusal.Reason? {
            do { try body() } catch { return (error as? PaymentRefusal)?.reason }
            return nil
        }
        #expect(
            reason { _ = try desk.terms(for: "nobody", dialect: .classic) } == .unknownInvoice)
        #expect(
            reason {
                _ = try desk.receive(
                    Payment(means: .transactions(["00"], ancestry: nil), reference: "x"),
                    for: invoice.identifier)
            } == .invalid)
        let first = try desk.receive(payment, for: invoice.identifier)
        #expect(first.error == 0 && first.receipts.count == 1)
        #expect(try desk.receive(payment, for: invoice.identifier) == first)
        let rival = try PeerWallet("other", clock: bar.clock)
        try bar.give(to: rival.me)
        let second = try rival.wallet.pay(try bar.bill(invoice), from: nil)
        #expect(
            reason {
                _ = try desk.receive(
                    Payment(means: .promises([second.iou.document]), reference: "x"),
                    for: invoice.identifier)
            } == .alreadyPaid)
        let signed = try desk.sign("text", for: invoice.identifier)
        if case .refused = signed.verdict { Issue.record("the signature is false") }
        #expect(reason { try desk.proof("", .null, for: invoice.identifier) } == .falseProof)
    }
}
