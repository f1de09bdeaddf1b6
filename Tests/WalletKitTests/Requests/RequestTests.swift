// Requests for payment: paid once, by what they ask for and by nothing else.
import Bytes
import Cryptography
import DirectPayment
import Documents
import Files
import Testing

@testable import WalletKit

struct RequestTests {
    @Test func `a request is paid, and the payer believes the receipt`() throws {
        let bar = try Bar()
        let invoice = try bar.request()
        let bill = try bar.bill(invoice)
        let promise = try bar.guest.wallet.pay(bill, from: nil)
        let taken = try bar.bar.wallet.takePayment(
            promise.iou.document, for: invoice.identifier)
        #expect(taken.isNew)
        let report = try bar.guest.wallet.settle(bill, promise, receipt: taken.receipt)
        #expect(report.state == .paid)
        #expect(try bar.balance(of: bar.guest.me) == "6")
        #expect(try bar.balance(of: bar.bar.me) == "4")
        let listed = try bar.bar.wallet.requests()
        #expect(listed.map(\.state) == [.paid])
        #expect(listed.first?.transaction == report.transaction)
        #expect(try bar.guest.wallet.paidRequests().map(\.state) == [.paid])
    }

    @Test func `the same payment again has the same answer, another one is refused`() throws {
        let bar = try Bar()
        let invoice = try bar.request()
        let bill = try bar.bill(invoice)
        let promise = try bar.guest.wallet.pay(bill, from: nil)
        let again = try bar.guest.again(9).pay(bill, from: nil)
        #expect(again.iou.document == promise.iou.document)
        let first = try bar.bar.wallet.takePayment(
            promise.iou.document, for: invoice.identifier)
        let second = try bar.bar.again().takePayment(
            promise.iou.document, for: invoice.identifier)
        #expect(second.receipt == first.receipt)
        #expect(!second.isNew)
        let other = try PeerWallet("other", clock: bar.clock)
        try bar.give(to: other.me)
        let rival = try other.wallet.pay(bill, from: nil)
        #expect(throws: RequestError.self) {
            try bar.bar.again().takePayment(rival.iou.document, for: invoice.identifier)
        }
        #expect(try bar.balance(of: other.me) == "10")
        #expect(try bar.balance(of: bar.bar.me) == "4")
    }

    @Test func `a payment that the ledger refuses leaves the request to be paid`() throws {
        let bar = try Bar()
        let invoice = try bar.request("11")
        let bill = try bar.bill(invoice)
        let poor = try bar.guest.wallet.pay(bill, from: nil)
        let error = #expect(throws: RequestError.self) {
            try bar.bar.wallet.takePayment(poor.iou.document, for: invoice.identifier)
        }
        #expect(error?.code == "lower-limit-reached")
        #expect(try bar.bar.again().requests().map(\.state) == [.pending])
        let other = try PeerWallet("other", clock: bar.clock)
        try bar.give(to: other.me, "20")
        let promise = try other.wallet.pay(bill, from: nil)
        _ = try bar.bar.again().takePayment(promise.iou.document, for: invoice.identifier)
        // Who has been refused may have money by now: the request is paid all the same.
        try bar.give(to: bar.guest.me)
        #expect(throws: RequestError.self) {
            try bar.bar.again().takePayment(poor.iou.document, for: invoice.identifier)
        }
        #expect(try bar.balance(of: bar.bar.me) == "11")
    }

    @Test func `whatever a crash leaves, the same payment counts once`() throws {
        for lost in [RequestStore.Part.receipt, .payment] {
            let bar = try Bar()
            let invoice = try bar.request()
            let promise = try bar.guest.wallet.pay(try bar.bill(invoice), from: nil)
            _ = try bar.bar.wallet.takePayment(promise.iou.document, for: invoice.identifier)
            let path = bar.bar.wallet.requestStore.directory + "/\(invoice.identifier)/"
            try FileSystem.remove(path + "receipt")
            if lost == .payment { try FileSystem.remove(path + "payment") }
            let again = try bar.bar.again().takePayment(
                promise.iou.document, for: invoice.identifier)
            #expect(!again.isNew)
            #expect(try bar.balance(of: bar.bar.me) == "4")
            #expect(try bar.bar.again().requests().map(\.state) == [.paid])
        }
    }

    @Test func `what is not asked for is not taken`() throws {
        let bar = try Bar()
        let invoice = try bar.request()
        let other = try bar.request("1")
        let good = try bar.guest.wallet.pay(try bar.bill(invoice), from: nil).iou
        let secret = try bar.guest.wallet.signingKey(try bar.guest.wallet.defaultAddress())
        func changed(_ note: [UInt8]? = nil, _ change: (inout IOU.Terms) throws -> Void) rethrows
            -> [UInt8]
        {
            var terms = good.terms
            let note = note ?? invoice.paymentNote
            terms.custom = Hash.sha256d(note)
            try change(&terms)
            let draft = IOU(terms, .init(), Attachments(note: note))
            return draft.replacing(
                Endorsements(signatures: [
                    DocumentSignature(
                        publicKey: secret.publicKey, scheme: secret.scheme,
                        signer: good.terms.source,
                        signature: (try? secret.sign(draft.hash)) ?? [])
                ])
            ).document
        }
        let strange = try bar.guest.me
        let lines = try [
            changed { $0.amount = try Amount(Array("3.99".utf8), .canonical) },
            changed { $0.amount = try Amount(Array("4.01".utf8), .canonical) },
            changed { $0.domain = "elsewhere" },
            changed { $0.target = $0.symbol },
            changed { $0.symbol = strange },
            changed { $0.hashlock = Digest256.zero },
            changed { $0.credit = try Amount(Array("-1".utf8), .signed) },
            changed(other.paymentNote) { _ in },
            changed(Attachments.note("two pints")) { _ in },
        ]
        for line in lines {
            #expect(throws: (any Error).self) {
                try bar.bar.again().takePayment(line, for: invoice.identifier)
            }
        }
        #expect(throws: Refusal.self) {
            try bar.bar.again().takePayment(Array("{}".utf8), for: invoice.identifier)
        }
        #expect(try bar.balance(of: bar.guest.me) == "10")
        _ = try bar.bar.again().takePayment(changed { _ in }, for: invoice.identifier)
        #expect(try bar.balance(of: bar.guest.me) == "6")
    }

    @Test func `what was cancelled or has expired is not taken, and no terms are told`() throws {
        let bar = try Bar()
        let cancelled = try bar.request()
        let promise = try bar.guest.wallet.pay(try bar.bill(cancelled), from: nil)
        #expect(try bar.bar.wallet.cancelRequest(cancelled.identifier).state == .cancelled)
        #expect(throws: RequestError.self) {
            try bar.bar.wallet.takePayment(promise.iou.document, for: cancelled.identifier)
        }
        #expect(throws: RequestError.self) {
            try bar.bar.wallet.terms(ofRequest: cancelled.identifier)
        }
        var order = RequestOrder(amount: "1", unit: "BEER")
        order.expires = "60s"
        let short = try bar.bar.wallet.request(order)
        let bill = try bar.bill(short)
        let late = try bar.guest.wallet.pay(bill, from: nil)
        while bar.clock.now < short.terms.expiry {}
        #expect(throws: RequestError.self) {
            try bar.bar.wallet.takePayment(late.iou.document, for: short.identifier)
        }
        #expect(throws: RequestError.self) { try bar.guest.wallet.pay(bill, from: nil) }
        #expect(try bar.bar.wallet.requests().map(\.state) == [.expired, .cancelled])
        // What is paid cannot be taken back.
        let paid = try bar.request("1")
        let good = try bar.guest.wallet.pay(try bar.bill(paid), from: nil)
        _ = try bar.bar.wallet.takePayment(good.iou.document, for: paid.identifier)
        #expect(throws: RequestError.self) { try bar.bar.wallet.cancelRequest(paid.identifier) }
    }

    @Test func `the same id gives the same request, other terms are refused`() throws {
        let bar = try Bar()
        let first = try bar.request(id: "table 7")
        #expect(try bar.request(id: "table 7").hash == first.hash)
        #expect(throws: WalletError.self) { try bar.request("5", id: "table 7") }
        #expect(try bar.request(id: "table 8").hash != first.hash)
        #expect(try bar.request().hash != bar.request().hash)
    }
}
