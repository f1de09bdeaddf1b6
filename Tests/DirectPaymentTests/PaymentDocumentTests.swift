import Bytes
import Cryptography
import Documents
import Testing

@testable import DirectPayment

func foreign(_ text: String) throws -> ForeignJSON { try ForeignJSON(Array(text.utf8)) }

/// What payd and its proxy have sent on the wire.
enum Captured {
    static let terms = #"""
        {"network":"regtest","ancestryRequired":false,"destinations":{"outputs":[{"amount":5000,"script":"76a914751e76e8199196d454941c45d1b3a323f1433bd688ac","description":"payment reference NvEMQKX"}]},"creationTimestamp":"2026-11-21T02:02:03.7528626Z","expirationTimestamp":"2026-11-22T02:02:03.7528626Z","paymentUrl":"http://127.0.0.1:18445/api/v1/payment/NvEMQKX","memo":"invoice NvEMQKX","merchantData":{"avatar":"http://url.com","name":"Bob","email":"b@b.com","address":"1 Main Street","extendedData":{"paymentReference":"NvEMQKX","dislikes":"trying to think of examples","likes":3.5}},"fees":{"data":{"miningFee":{"satoshis":500,"bytes":1000},"relayFee":{"satoshis":250,"bytes":1000}},"standard":{"miningFee":{"satoshis":500,"bytes":1000},"relayFee":{"satoshis":250,"bytes":1000}}}}
        """#
    static let payment = #"""
        {"merchantData":{"avatar":"","name":"Bob","email":"","address":"","extendedData":{"paymentReference":"NvEMQKX"}},"refundTo":null,"memo":"","ancestry":null,"rawTx":"0100","proofCallbacks":{"https://alice/api/v1/proofs/2341":{"token":""}}}
        """#
    static let acknowledgement = #"""
        {"id":"NvEMQKX","tx_id":"2341","memo":"","peer_channel":{"host":"127.0.0.1:19500","path":"","channel_id":"M-Gi","token":"o4RI"}}
        """#
    static let joined = #"""
        {"correlationId":"","appId":"","clientID":"","userId":"","expiration":null,"body":null,"messageId":"5f3f6c4e-5d1c-4e1e-8f9b-0d3c6f1f2a11","channelId":"NvEMQKX","timestamp":"2026-11-21T02:02:03.757128851Z","type":"join.success","headers":{}}
        """#
    static let enveloped = #"""
        {"network":"regtest","version":"1.0","creationTimestamp":1763690523,"expirationTimestamp":1763776923,"memo":"coffee","paymentUrl":"https://example/p/1","beneficiary":{"name":"Bob","email":"","address":"","paymentReference":"abc123"},"modes":{"ef63d9775da5":{"choiceID0":{"transactions":[{"outputs":{"native":[{"amount":1000,"script":"76a9","description":""}]},"policies":{"fees":{"standard":{"satoshis":50,"bytes":1000},"data":{"satoshis":50,"bytes":1000}},"SPVRequired":true,"lockTime":0}}]}}}}
        """#
}

@Suite struct PaymentDocumentTests {
    @Test func `a BRFC id is the beginning of a digest`() {
        #expect(
            BRFC.identifier(title: "BRFC Specifications", author: "andy (nChain)", version: "1")
                == "57dd1f54fc67")
        #expect(
            BRFC.identifier(
                title: "bsvalias Payment Addressing (PayTo Protocol Prefix)",
                author: "andy (nChain)", version: "1") == "74524c4d6274")
        #expect(PaymentMode.promise == "a862203cf25f")
    }

    @Test func `terms as payd sends them`() throws {
        let (terms, dialect, signed) = try PaymentTerms.read(try foreign(Captured.terms))
        #expect(dialect == .classic && signed == .unsigned)
        #expect(terms.network == "regtest" && terms.memo == "invoice NvEMQKX")
        #expect(terms.created.text == "2026-11-21T02:02:03.752Z")
        #expect(terms.expires?.text == "2026-11-22T02:02:03.752Z")
        #expect(terms.outputs.map(\.amount) == [5000])
        #expect(terms.party.reference == "NvEMQKX" && terms.party.name == "Bob")
        #expect(terms.party.extended.map(\.name) == ["dislikes", "likes"])
        #expect(terms.fees?.standard == PaymentFees.Rate(satoshis: 500, bytes: 1000))
        // What is written is read as the same.
        for dialect in [PaymentDialect.classic, .beneficiary] {
            let (again, found, _) = try PaymentTerms.read(terms.classic(dialect))
            #expect(found == dialect && again == terms)
        }
        var (again, found, _) = try PaymentTerms.read(terms.classic(.bip270))
        #expect(found == .bip270 && again.outputs == terms.outputs)
        #expect(again.created.text == "2026-11-21T02:02:03.000Z")
        (again, found, _) = try PaymentTerms.read(terms.enveloped)
        #expect(found == .enveloped && again.outputs == terms.outputs)
        #expect(again.fees == terms.fees && again.party.reference == "NvEMQKX")
    }

    @Test func `names are found whatever their case`() throws {
        // The proxy writes paymentUrl, payd paymentURL.
        let text = Captured.terms.replacing("paymentUrl", with: "paymentURL")
            .replacing("merchantData", with: "MERCHANTdata")
        #expect(
            try PaymentTerms.read(try foreign(text)).terms
                == PaymentTerms.read(try foreign(Captured.terms)).terms)
    }

    @Test func `terms as ElectrumSV sends them`() throws {
        let (terms, dialect, _) = try PaymentTerms.read(try foreign(Captured.enveloped))
        #expect(dialect == .enveloped && terms.isAncestryRequired)
        #expect(terms.outputs == [NativeOutput(amount: 1000, script: "76a9")])
        #expect(terms.expires?.text == "2025-11-22T02:02:03.000Z")
        #expect(try PaymentTerms.read(terms.enveloped).terms == terms)
    }

    @Test func `an envelope is believed when its signature is true`() throws {
        let key = try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 1, count: 32)))
        let payload = Captured.enveloped
        let signature = Hexadecimal.encode(key.sign(Hash.sha256(Array(payload.utf8))))
        let publicKey = Hexadecimal.encode(key.publicKey.compressed)
        var envelope = SignedEnvelope(
            payload: payload, signature: signature, publicKey: publicKey)
        let (terms, dialect, signed) = try PaymentTerms.read(envelope.json)
        #expect(dialect == .enveloped && terms.memo == "coffee")
        #expect(signed == .signed(key.publicKey.compressed))
        #expect(SignedEnvelope(envelope.json) == envelope)
        envelope.payload = payload.replacing("1000", with: "1001")
        #expect(throws: DirectPaymentError.self) { try PaymentTerms.read(envelope.json) }
        // A backslash more is another payload, whatever the originals think.
        envelope.payload = payload.replacing("coffee", with: "cof\\fee")
        #expect(throws: DirectPaymentError.self) { try PaymentTerms.read(envelope.json) }
        for half in [
            SignedEnvelope(payload: payload, signature: signature),
            SignedEnvelope(payload: payload, publicKey: publicKey),
        ] {
            #expect(throws: DirectPaymentError.self) { try PaymentTerms.read(half.json) }
        }
        #expect(
            try PaymentTerms.read(SignedEnvelope(payload: payload).json).signed == .unsigned)
    }

    @Test func `what is required and not known is refused, what is unknown is not`() throws {
        let strange = Captured.terms.replacing(#"{"network""#, with: #"{"else":{},"network""#)
        #expect(try PaymentTerms.read(try foreign(strange)).terms.network == "regtest")
        let required = Captured.terms.replacing(#"{"network""#, with: #"{"req-x":1,"network""#)
        #expect(throws: DirectPaymentError.requirement("req-x")) {
            try PaymentTerms.read(try foreign(required))
        }
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #"{"creationTimestamp":"yesterday"}"#,
        #"{"creationTimestamp":1,"destinations":{"outputs":[{"amount":-1,"script":""}]}}"#,
        #"{"creationTimestamp":1,"destinations":{"outputs":[{"amount":1.5,"script":""}]}}"#,
        #"{"creationTimestamp":1,"destinations":{"outputs":[{"amount":1,"script":"zz"}]}}"#,
        #"{"creationTimestamp":1,"destinations":{"outputs":[{"script":"00"}]}}"#,
        #"{"creationTimestamp":1,"memo":5}"#, #"{"payload":"{","signature":null}"#,
    ])
    func `what are no terms is refused`(_ text: String) throws {
        let value = try foreign(text)
        #expect(throws: DirectPaymentError.self) { try PaymentTerms.read(value) }
    }

    @Test func `promises are asked for in a mode of their own`() throws {
        let promise = PromiseOutput(
            domain: "pub", target: "wTarget", amount: "5.5", symbol: "wMint", code: "BEER")
        let (base, _, _) = try PaymentTerms.read(try foreign(Captured.terms))
        var terms = base
        terms.promises = [promise, promise]
        for json in [terms.classic(.classic), terms.classic(.beneficiary), terms.enveloped] {
            let (again, _, _) = try PaymentTerms.read(json)
            #expect(again.promises == [promise, promise] && again.outputs == terms.outputs)
        }
        terms.outputs = []
        #expect(try PaymentTerms.read(terms.enveloped).terms.promises == terms.promises)
    }

    @Test func `a payment as payd sends it`() throws {
        let (payment, dialect) = try Payment.read(try foreign(Captured.payment))
        #expect(dialect == .classic && payment.reference == "NvEMQKX")
        #expect(payment.means == .transactions(["0100"], ancestry: nil))
        #expect(payment.proofCallbacks.map(\.url) == ["https://alice/api/v1/proofs/2341"])
        #expect(try Payment.read(payment.json(.classic)).payment == payment)
        let (older, _) = try Payment.read(
            try foreign(
                #"{"spvEnvelope":{"rawTx":"00FF"},"merchantData":{"extendedData":{"paymentReference":"x"}}}"#
            ))
        #expect(older.means == .transactions(["00ff"], ancestry: nil) && older.reference == "x")
        let (original, found) = try Payment.read(
            try foreign(#"{"transaction":"00","merchantData":"m","refundTo":"r","memo":"n"}"#))
        #expect(found == .bip270 && original.reference == "m" && original.refundTo == "r")
        #expect(try Payment.read(original.json(.bip270)).payment == original)
    }

    @Test func `a payment in modes`() throws {
        let native =
            #"{"modeId":"ef63d9775da5","mode":{"optionId":"choiceID0","transactions":["00","01"]},"originator":{"name":"Al","paymentReference":"r"},"memo":"hi"}"#
        let (payment, dialect) = try Payment.read(try foreign(native))
        #expect(dialect == .enveloped && payment.option == "choiceID0")
        #expect(payment.means == .transactions(["00", "01"], ancestry: nil))
        #expect(try Payment.read(payment.json(.enveloped)).payment == payment)
        let promises = Payment(
            means: .promises([Array(#"{"data":{"amount":"1"}}"#.utf8)]), reference: "r",
            option: "choiceID0")
        for dialect in [PaymentDialect.enveloped, .classic, .beneficiary] {
            let (again, found) = try Payment.read(promises.json(dialect))
            #expect(again.means == promises.means && found == dialect)
            #expect(again.reference == "r")
        }
        for bad in [
            #"{"modeId":"000000000000","mode":{}}"#, #"{"modeId":"ef63d9775da5","mode":{}}"#,
            #"{"merchantData":{}}"#, #"{"rawTx":"0"}"#, #"{"rawTx":""}"#, #"{"promises":[]}"#,
            #"[1]"#,
        ] {
            let value = try foreign(bad)
            #expect(throws: DirectPaymentError.self) { try Payment.read(value) }
        }
    }

    @Test func `an acknowledgement as payd sends it`() throws {
        let ack = try PaymentAcknowledgement(try foreign(Captured.acknowledgement))
        #expect(ack.reference == "NvEMQKX" && ack.transactions == ["2341"] && ack.error == 0)
        #expect(
            ack.channel
                == ProofChannel(host: "127.0.0.1:19500", path: "", channel: "M-Gi", token: "o4RI"))
        #expect(try ack.json(.classic) == foreign(Captured.acknowledgement))
        #expect(try PaymentAcknowledgement(ack.json(.enveloped)).channel == ack.channel)
        #expect(try PaymentAcknowledgement(ack.json(.enveloped)).transactions == ["2341"])
        let refused = PaymentAcknowledgement(
            reference: "a", transactions: [], memo: "too little", error: 1)
        for dialect in PaymentDialect.allCases {
            let again = try PaymentAcknowledgement(refused.json(dialect))
            #expect(again.error == 1 && again.memo == "too little")
        }
    }

    @Test func `a frame is written as the originals write it`() throws {
        let message = try SocketMessage(Array(Captured.joined.utf8))
        #expect(message.type == "join.success" && message.channel == "NvEMQKX")
        #expect(String(decoding: message.bytes, as: UTF8.self) == Captured.joined + "\n")
        let minimal = try SocketMessage(
            Array(#"{"correlationId":"c","type":"paymentrequest.response","body":{"a":1}}"#.utf8))
        #expect(minimal.correlation == "c" && minimal.headers == nil)
        for bad in [#"[]"#, #"{}"#, #"{"type":5}"#, #"{"type":"x""#, "", "\u{0}"] {
            #expect(throws: DirectPaymentError.self) { try SocketMessage(Array(bad.utf8)) }
        }
    }
}
