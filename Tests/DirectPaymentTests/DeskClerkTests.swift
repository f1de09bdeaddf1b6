// What a wallet answers to a proxy: in the dialect of the question, with the codes of the originals.
import Bytes
import Cryptography
import Documents
import Synchronization
import Testing

@testable import DirectPayment

/// A desk that answers what it is told to, and keeps what it is asked.
final class StubDesk: PaymentDesk {
    struct State {
        var refusal: (any Error)?
        var payments: [Payment] = []
        var proofs: [String] = []
        var memo = "invoice NvEMQKX"
        var key: Secp256k1.PrivateKey?
    }

    let state = Mutex(State())

    init() {}

    func terms(for invoice: String, dialect: PaymentDialect) throws -> PaymentTerms {
        if let refusal = state.withLock({ $0.refusal }) { throw refusal }
        var terms = try PaymentTerms.read(try foreign(Captured.terms)).terms
        terms.memo = state.withLock { $0.memo }
        terms.expires = Timestamp(milliseconds: 4_000_000_000_000)
        terms.party.reference = invoice
        terms.promises = [
            PromiseOutput(
                domain: "pub", target: "wTarget", amount: "5.5", symbol: "wMint", code: "BEER")
        ]
        return terms
    }

    func receive(_ payment: Payment, for invoice: String) throws -> PaymentAcknowledgement {
        if let refusal = state.withLock({ $0.refusal }) { throw refusal }
        return state.withLock { state in
            if !state.payments.contains(payment) { state.payments.append(payment) }
            return PaymentAcknowledgement(
                reference: invoice, transactions: ["2341"],
                channel: ProxyChannelStub.channel, mode: payment.mode)
        }
    }

    func proof(_ transaction: String, _ envelope: ForeignJSON, for invoice: String) throws {
        if let refusal = state.withLock({ $0.refusal }) { throw refusal }
        state.withLock { $0.proofs.append(transaction) }
    }

    func sign(_ payload: String, for invoice: String) throws -> SignedEnvelope {
        guard let key = state.withLock({ $0.key }) else { return SignedEnvelope(payload: payload) }
        return SignedEnvelope.signing(payload, with: key)
    }
}

enum ProxyChannelStub {
    static let channel = ProofChannel(
        host: "127.0.0.1:19500", path: "", channel: "M-Gi", token: "o4RI")
    static func key(_ byte: UInt8 = 1) throws -> Secp256k1.PrivateKey {
        try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: byte, count: 32)))
    }
}

@Suite struct DeskClerkTests {
    private let desk = StubDesk()
    private let failures = Failures()

    final class Failures: Sendable {
        let all = Mutex<[String]>([])
    }

    private var clerk: DeskClerk {
        DeskClerk(
            desk: desk, paymentURL: { "https://proxy/api/v1/payment/" + $0 },
            onFailure: { [failures] invoice, error in
                failures.all.withLock { $0.append("\(invoice): \(error)") }
            })
    }

    private func ask(
        _ type: String, _ body: ForeignJSON = .null, tellsProofs: Bool = true,
        headers: [(name: String, values: [String])] = [], correlation: String = "c1"
    ) -> SocketMessage? {
        let message = SocketMessage(
            type: type, channel: "NvEMQKX", correlation: correlation, application: "dpp",
            body: body, headers: headers)
        return clerk.answer(
            message, for: "NvEMQKX", tellsProofs: tellsProofs, identifier: "id",
            timestamp: "2026-11-21T02:02:03.757Z")
    }

    @Test func `terms are given in the words in which they were asked for`() throws {
        let classic = try #require(ask("paymentrequest.create"))
        #expect(classic.type == "paymentrequest.response" && classic.correlation == "c1")
        #expect(classic.expiration == "2096-10-02T07:06:40.000Z")
        #expect(classic.body["merchantData"] != nil)
        #expect(classic.body["signedTerms"] == nil)
        let (terms, dialect, _) = try PaymentTerms.read(classic.body)
        #expect(dialect == .classic && terms.promises.count == 1 && terms.outputs.count == 1)
        #expect(terms.paymentURL == "https://proxy/api/v1/payment/NvEMQKX")
        let enveloped = try #require(ask("paymentterms.create"))
        #expect(enveloped.type == "paymentterms.response")
        let (same, found, verdict) = try PaymentTerms.read(enveloped.body)
        #expect(found == .enveloped && verdict == .unsigned)
        #expect(same.paymentURL == terms.paymentURL && same.promises == terms.promises)
    }

    @Test func `what is signed goes beside what is not`() throws {
        let key = try ProxyChannelStub.key()
        desk.state.withLock { $0.key = key }
        let classic = try #require(ask("paymentrequest.create"))
        let inner = try #require(classic.body["signedTerms"])
        let (terms, _, verdict) = try PaymentTerms.read(inner)
        #expect(verdict == .signed(key.publicKey.compressed))
        #expect(terms.paymentURL == "https://proxy/api/v1/payment/NvEMQKX")
        // Whoever knows nothing of it reads the rest.
        #expect(try PaymentTerms.read(classic.body).terms.memo == "invoice NvEMQKX")
        let enveloped = try #require(ask("paymentterms.create"))
        #expect(
            try PaymentTerms.read(enveloped.body).signed == .signed(key.publicKey.compressed))
    }

    @Test func `a payment is acknowledged in its dialect`() throws {
        let (payment, _) = try Payment.read(try foreign(Captured.payment))
        for dialect in PaymentDialect.allCases {
            let body = payment.json(dialect)
            let answer = try #require(ask("payment", body))
            #expect(answer.type == "payment.ack")
            switch dialect {
            case .classic, .beneficiary:
                #expect(try answer.body == foreign(Captured.acknowledgement))
            case .enveloped:
                #expect(answer.body["modeId"]?.string == "ef63d9775da5")
                #expect(answer.body["peerChannel"]?["channel_id"]?.string == "M-Gi")
            case .bip270:
                #expect(answer.body["payment"] == body && answer.body["error"]?.integer == 0)
            }
        }
    }

    @Test func `a payment of promises is acknowledged in our mode`() throws {
        let payment = Payment(
            means: .promises([Array(#"{"data":{"amount":"1"}}"#.utf8)]), reference: "NvEMQKX")
        let answer = try #require(ask("payment", payment.json(.enveloped)))
        #expect(answer.body["modeId"]?.string == PaymentMode.promise)
        #expect(desk.state.withLock { $0.payments.first?.means } == payment.means)
    }

    @Test(arguments: [
        (PaymentRefusal.Reason.unknownInvoice, "payment.error", "N0001", "Not found"),
        (.unavailable, "payment.error", "503", "Service Unavailable"),
        (.falseProof, "payment.error", "422", "Unprocessable"),
    ])
    func `what is no verdict is an error`(
        _ reason: PaymentRefusal.Reason, _ type: String, _ code: String, _ title: String
    ) throws {
        desk.state.withLock { $0.refusal = PaymentRefusal(reason, "because") }
        let answer = try #require(ask("payment", foreign(Captured.payment)))
        #expect(answer.type == type)
        let body: ForeignJSON = [
            "id": "id", "code": .string(code), "title": .string(title), "message": "because",
        ]
        #expect(answer.body == body)
    }

    @Test(arguments: [
        (PaymentRefusal.Reason.alreadyPaid, "Item already exists: because"),
        (.invalid, "because"), (.expired, "because"),
    ])
    func `a verdict is an acknowledgement that says so`(
        _ reason: PaymentRefusal.Reason, _ memo: String
    ) throws {
        desk.state.withLock { $0.refusal = PaymentRefusal(reason, "because") }
        let answer = try #require(ask("payment", foreign(Captured.payment)))
        #expect(answer.type == "payment.ack" && answer.body["error"]?.integer == 1)
        #expect(answer.body["memo"]?.string == memo)
    }

    @Test(arguments: [
        (PaymentRefusal.Reason.unknownInvoice, "N0001"), (.expired, "E001"),
        (.alreadyPaid, "D001"), (.unavailable, "503"),
    ])
    func `terms are refused with the codes of the originals`(
        _ reason: PaymentRefusal.Reason, _ code: String
    ) throws {
        desk.state.withLock { $0.refusal = PaymentRefusal(reason, "because") }
        for type in ["paymentrequest", "paymentterms"] {
            let answer = try #require(ask(type + ".create"))
            #expect(answer.type == type + ".error" && answer.body["code"]?.string == code)
        }
    }

    @Test func `what goes wrong here is nobody else's business`() throws {
        struct Secret: Error {}
        desk.state.withLock { $0.refusal = Secret() }
        for type in ["paymentrequest.create", "payment", "proof.create"] {
            let answer = try #require(
                ask(
                    type, foreign(Captured.payment),
                    correlation: String(repeating: "ab", count: 32)))
            #expect(answer.type.hasSuffix(".error") && answer.body["code"]?.string == "503")
            #expect(answer.body["message"]?.string == "the wallet cannot answer now")
        }
        #expect(failures.all.withLock { $0.count } == 3)
    }

    @Test func `a payment for another invoice is not taken, nor what is none`() throws {
        let other = Captured.payment.replacing("NvEMQKX", with: "another")
        let answer = try #require(ask("payment", foreign(other)))
        #expect(answer.type == "payment.ack" && answer.body["error"]?.integer == 1)
        for bad in ["{}", "[]", #"{"rawTx":"zz"}"#, #"{"modeId":"000000000000"}"#] {
            let answer = try #require(ask("payment", foreign(bad)))
            #expect(answer.type == "payment.error" && answer.body["code"]?.string == "422")
        }
        #expect(desk.state.withLock { $0.payments.isEmpty })
    }

    @Test func `a proof is named by its header, or as the originals name it`() throws {
        let name = String(repeating: "AB", count: 32)
        let first = try #require(
            ask("proof.create", ["payload": "{}"], headers: [("x-tx-id", [name])]))
        #expect(first.type == "proof.ack")
        // An old proxy expects no answer.
        #expect(ask("proof.create", [:], tellsProofs: false, correlation: name) == nil)
        #expect(desk.state.withLock { $0.proofs } == [name.lowercased(), name.lowercased()])
        for bad in ["", "ab", String(repeating: "zz", count: 32)] {
            let answer = try #require(ask("proof.create", [:], correlation: bad))
            #expect(answer.type == "proof.error" && answer.body["code"]?.string == "422")
        }
    }

    @Test func `what asks for nothing has no answer`() {
        for type in [
            "payment.ack", "payment.error", "paymentrequest.response", "info", "error", "my-dpp",
            "proof.ack", "notice",
        ] {
            #expect(ask(type) == nil)
        }
    }
}
