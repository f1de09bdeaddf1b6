// What a payer believes, where he lets himself be led, what he makes of answers.
import Bytes
import Cryptography
import Documents
import Network
import Synchronization
import Testing

@testable import DirectPayment

/// A server of so many answers; it keeps what it was asked.
final class Script: HTTPSender {
    private let answers: Mutex<[HTTPResponse]>
    let asked = Mutex<[HTTPRequest]>([])

    init(_ answers: [HTTPResponse]) { self.answers = Mutex(answers) }

    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        asked.withLock { $0.append(request) }
        return answers.withLock { $0.isEmpty ? HTTPResponse(status: 599) : $0.removeFirst() }
    }

    var count: Int { asked.withLock { $0.count } }
}

@Suite struct PayerClientTests {
    private let loop: EventLoop

    init() throws { loop = try EventLoop() }

    private func client(_ named: Script, _ strange: Script = Script([])) -> PayerClient {
        let reach = PayerClient.Reach(loop: loop)
        return PayerClient(
            PayerClient.Reach(
                named: named, strange: strange, namedSockets: reach.namedSockets,
                strangeSockets: reach.strangeSockets),
            random: SeededRandom(seed: [1]),
            now: { Timestamp(milliseconds: 1_795_226_523_000) ?? .earliest })
    }

    private func ok(_ text: String, _ status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: Array(text.utf8))
    }

    private func moved(_ location: String) -> HTTPResponse {
        HTTPResponse(status: 302, headers: ["Location": location])
    }

    private let url = "http://127.0.0.1:18445/api/v1/payment/NvEMQKX"

    @Test func `terms are asked for as wallets ask, and understood`() throws {
        let server = Script([ok(Captured.terms)])
        let offer = try client(server).terms(at: WebURL(url))
        #expect(offer.dialect == .classic && offer.signature == .unsigned)
        #expect(offer.terms.outputs.map(\.amount) == [5000])
        #expect(offer.paymentURL.description == url && offer.source.description == url)
        let asked = server.asked.withLock { $0 }
        #expect(asked.map(\.method) == ["GET"])
        #expect(
            asked[0].headers["Accept"]
                == "application/bitcoinsv-paymentrequest, application/json")
    }

    @Test func `what is signed counts, whatever stands beside it`() throws {
        let key = try ProxyChannelStub.key()
        let text = Captured.enveloped.replacing("1763776923", with: "4000000000")
        let envelope = SignedEnvelope.signing(text, with: key)
        let both = try foreign(Captured.terms).setting("signedTerms", envelope.json)
        let offer = try client(Script([HTTPResponse(status: 200, body: both.bytes)]))
            .terms(at: WebURL(url))
        #expect(offer.signature == .signed(key.publicKey.compressed))
        #expect(offer.terms.memo == "coffee" && offer.dialect == .classic)
        #expect(offer.paymentURL.description == "https://example/p/1")
        // A false signature is no signature: nothing is paid.
        var forged = envelope
        forged.payload = forged.payload.replacing("1000", with: "9000")
        for inner in [forged.json, ["payload": 5], ["signature": "00"], "x"] {
            let bytes = try foreign(Captured.terms).setting("signedTerms", inner).bytes
            let server = Script([HTTPResponse(status: 200, body: bytes)])
            #expect(throws: DirectPaymentError.self) {
                try client(server).terms(at: WebURL(url))
            }
        }
    }

    @Test func `a redirection is followed, not for ever, and not into the dark`() throws {
        let strange = Script([ok(Captured.terms.replacing("http://127", with: "https://127"))])
        var named = Script([moved("/other?x=1"), moved("https://example.com/terms")])
        _ = try client(named, strange).terms(at: WebURL(url))
        #expect(
            named.asked.withLock { $0.map(\.url.description) } == [
                url, "http://127.0.0.1:18445/other?x=1",
            ])
        // Where a server leads to, private addresses are not allowed.
        #expect(
            strange.asked.withLock { $0.map(\.url.description) } == ["https://example.com/terms"])
        named = Script(Array(repeating: moved("/again"), count: 9))
        #expect(throws: PayerError.redirections(url: url, limit: 3)) {
            try client(named).terms(at: WebURL(url))
        }
        #expect(named.count == 4)
        for location in ["http://example.com/", "unix:/run/x", "ws://example.com/ws/abcdef"] {
            let server = Script([moved(location)])
            #expect(throws: PayerError.unsafeRedirection(url: location)) {
                try client(server).terms(at: WebURL("https://example.com/p"))
            }
        }
        for location in ["ftp://x", "//example.com/", ""] {
            let server = Script([moved(location)])
            #expect(throws: (any Error).self) { try client(server).terms(at: WebURL(url)) }
        }
    }

    @Test func `a secure place leads to no open one`() throws {
        let server = Script([ok(Captured.terms.replacing("127.0.0.1:18445", with: "shop.example"))])
        #expect(throws: PayerError.self) {
            try client(server).terms(at: WebURL("https://shop.example/p"))
        }
    }

    @Test func `another server than the one that was named is a stranger`() throws {
        let named = Script([
            ok(Captured.terms.replacing("127.0.0.1:18445", with: "10.0.0.1:80"))
        ])
        let strange = Script([ok(Captured.acknowledgement, 201)])
        let payer = client(named, strange)
        let offer = try payer.terms(at: WebURL(url))
        let (payment, _) = try Payment.read(try foreign(Captured.payment))
        _ = try payer.pay(payment, offer)
        #expect(named.count == 1 && strange.count == 1)
    }

    @Test func `a payment is sent in the dialect of the terms`() throws {
        let (payment, _) = try Payment.read(try foreign(Captured.payment))
        for dialect in PaymentDialect.allCases {
            let (terms, _, _) = try PaymentTerms.read(try foreign(Captured.terms))
            let json = dialect == .enveloped ? terms.enveloped : terms.classic(dialect)
            let server = Script([
                HTTPResponse(status: 200, body: json.bytes), ok(Captured.acknowledgement, 201),
            ])
            let payer = client(server)
            let outcome = try payer.pay(payment, try payer.terms(at: WebURL(url)))
            let sent = try #require(server.asked.withLock { $0.last })
            #expect(sent.method == "POST" && sent.headers["Content-Type"] == "application/json")
            #expect(try Payment.read(try ForeignJSON(sent.body)).dialect == dialect)
            guard case .acknowledged(let acknowledgement) = outcome else {
                Issue.record("no acknowledgement")
                continue
            }
            #expect(acknowledgement.channel == ProxyChannelStub.channel)
        }
    }

    private func answer(_ response: HTTPResponse) throws -> PaymentOutcome {
        let payer = client(Script([ok(Captured.terms), response]))
        let (payment, _) = try Payment.read(try foreign(Captured.payment))
        return try payer.pay(payment, try payer.terms(at: WebURL(url)))
    }

    @Test func `what was stored is not yet paid`() throws {
        var response = ok(#"{"id":"NvEMQKX","memo":"stored"}"#, 202)
        response.headers.add("Retry-After", "7")
        #expect(try answer(response) == .stored(memo: "stored", retrySeconds: 7))
        #expect(try answer(ok("", 202)) == .stored(memo: "", retrySeconds: 30))
    }

    @Test(arguments: [
        (400, #"{"errors":{"rawTx":["it is empty"]}}"#, "", "rawTx: it is empty"),
        (
            404, #"{"id":"1","code":"N00001","title":"t","message":"not found"}"#,
            "N00001", "not found"
        ),
        (422, #"{"id":"x","tx_id":"","memo":"too little","error":1}"#, "", "too little"),
        (201, #"{"id":"x","tx_id":"","memo":"too little","error":1}"#, "", "too little"),
        (409, #"{"code":"D001","title":"Item already exists","message":"m"}"#, "D001", "m"),
        (500, "no JSON", "", ""), (302, "", "", ""),
        (504, #"{"code":"T00001","message":"timeout"}"#, "T00001", "timeout"),
    ])
    func `a refusal is told as it was told`(
        _ status: Int, _ body: String, _ code: String, _ message: String
    ) throws {
        do {
            _ = try answer(ok(body, status))
            Issue.record("it was taken")
        } catch let PayerError.refused(found, foundCode, _, foundMessage) {
            #expect((found, foundCode, foundMessage) == (status, code, message))
            let isTemporary = PayerError.refused(
                status: found, code: "", title: "", message: ""
            ).isTemporary
            #expect(isTemporary == (status >= 500))
        }
    }

    @Test func `what is no terms, too late or too much is not paid`() throws {
        for body in ["", "{", "[]", "{}", #"{"creationTimestamp":1,"req-x":1}"#] {
            #expect(throws: DirectPaymentError.self) {
                try client(Script([ok(body)])).terms(at: WebURL(url))
            }
        }
        let late = Captured.terms.replacing("2026-11-22T", with: "2026-11-20T")
        #expect(throws: PayerError.expired("2026-11-20T02:02:03.752Z")) {
            try client(Script([ok(late)])).terms(at: WebURL(url))
        }
        let long = HTTPResponse(status: 200, body: [UInt8](repeating: 0x20, count: 11_534_337))
        #expect(throws: PayerError.tooLarge(limitBytes: 11_534_336)) {
            try client(Script([long])).terms(at: WebURL(url))
        }
        for status in [404, 500] {
            #expect(throws: PayerError.self) {
                try client(Script([ok("", status)])).terms(at: WebURL(url))
            }
        }
    }

    @Test(arguments: [
        "ws://host/ws/short", "ws://host/other/abcdef", "ws://host/ws/abcdef?internal=true",
        "ws://host/ws/ab-/cdef", "ws://host/", "wss://host/ws/",
    ])
    func `a socket's address must be a channel's`(_ text: String) throws {
        #expect(throws: NetworkError.self) {
            try client(Script([])).terms(at: WebURL(text))
        }
    }
}
