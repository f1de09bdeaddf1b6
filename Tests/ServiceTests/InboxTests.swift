// Messages that come over HTTP.
import Bytes
import Cryptography
import Documents
import Network
import Synchronization
import Testing

@testable import Service

/// A domain that takes messages as it is told to.
private final class MailDomain: ServedDomain {
    let rest = FakeDomain()
    let received = Mutex<[[UInt8]]>([])
    let answer: @Sendable ([UInt8]) throws -> ReceivedMessage

    init(_ answer: @escaping @Sendable ([UInt8]) throws -> ReceivedMessage) { self.answer = answer }

    func receive(message line: [UInt8]) throws -> ReceivedMessage {
        received.withLock { $0.append(line) }
        return try answer(line)
    }

    var identity: DomainIdentity { rest.identity }
    var now: Timestamp { rest.now }
    var waitingLines: Int { 0 }
    var position: Int { 0 }
    func clear(_ line: [UInt8], _ answer: @escaping @Sendable (ClearedLine) -> Void) {}
    func document(_ hash: Digest256) throws -> ServedDocument? { nil }
    func counters(of address: Address, symbol: Address?, page: Page) -> [ServedCounter] { [] }
    func outputs(of key: CounterKey, isUnspent: Bool, page: Page) -> [ServedOutput] { [] }
    func units(page: Page) -> [ServedUnit] { [] }
    func unit(_ symbol: Address) -> ServedUnit? { nil }
    func holders(of symbol: Address, page: Page) -> [ServedCounter] { [] }
    func block(height: Int) -> [UInt8]? { nil }
    func stack(height: Int) -> [UInt8]? { nil }
    func proof(of hash: Digest256) -> ServedProof { .unknown }
    func balanceProof(of key: CounterKey) -> ServedProof { .unknown }
    func checkpoint() -> [UInt8]? { nil }
    func tile(_ path: String) -> [UInt8]? { nil }
    func addCheckpoint(_ body: [UInt8]) -> WitnessAnswer { rest.addCheckpoint(body) }
    func events(from position: Int, limit: Int) -> [ServedEvent] { [] }
    func observe(_ wake: @escaping @Sendable () -> Void) {}
    func user(token: String) throws -> ServedUser? { try rest.user(token: token) }
    func pay(
        _ order: PaymentOrder, as user: ServedUser,
        _ answer: @escaping @Sendable (ClearedLine) -> Void
    ) {}
    func isAdmitted(_ address: Address) -> Bool { true }
}

@Suite("Messages over HTTP") struct InboxTests {
    private static let json: HTTPHeaders = ["Content-Type": "application/json"]
    private static let stranger = PeerAddress(
        text: "203.0.113.7", network: "203.0.113.7", isLocal: false)

    private func post(
        _ domain: any ServedDomain, _ body: [UInt8], _ headers: HTTPHeaders = json,
        _ set: (inout ServiceOptions) -> Void = { _ in }
    ) throws -> HTTPResponse {
        var options = ServiceOptions()
        set(&options)
        return try post(Processor(domain: domain, options: options), body, headers)
    }

    private func post(
        _ processor: Processor, _ body: [UInt8], _ headers: HTTPHeaders = json
    ) throws -> HTTPResponse {
        let head = HTTPRequestHead(
            method: "POST", path: "/inbox", query: nil, headers: headers, bodyBytes: body.count,
            peer: Self.stranger)
        switch processor.disposition(of: head) {
        case .answer(let response): return response
        case .gather(let limit, let run):
            #expect(body.count <= limit)
            let responder = FakeResponder()
            run(body, responder)
            return try responder.response()
        case .stream, .upgrade:
            Issue.record("no request of one body")
            return HTTPResponse(status: 500)
        }
    }

    @Test func `what is stored is 201, what was stored is 200, with the same acknowledgement`()
        throws
    {
        let line = Array(#"{"ack":1}"#.utf8)
        for (isNew, status) in [(true, 201), (false, 200)] {
            let domain = MailDomain { _ in .taken(line, isNew: isNew) }
            let response = try post(domain, Array("{}\n".utf8))
            #expect(response.status == status)
            #expect(response.body == line + [0x0a])
            #expect(response.headers["Cache-Control"] == "no-store")
            #expect(domain.received.withLock { $0 } == [Array("{}".utf8)])
        }
    }

    @Test func `what is refused says why`() throws {
        let cases: [(ReceivedMessage, Int, String)] = [
            (.refused(Refusal(.malformedDocument, "no")), 400, "malformed-document"),
            (.refused(Refusal(.hashMismatch, "no")), 400, "hash-mismatch"),
            (.refused(Refusal(.wrongDomain, "no")), 422, "wrong-domain"),
            (.refused(Refusal(.signatureMissing, "no")), 422, "signature-missing"),
            (.notAdmitted("w1"), 403, "not-admitted"), (.full(limit: 7), 507, "inbox-full"),
        ]
        for (answer, status, code) in cases {
            let response = try post(MailDomain { _ in answer }, Array("{}".utf8))
            #expect(response.status == status && response.code == code)
        }
        let failing = MailDomain { _ in throw ServiceFailure("storage", "no") }
        #expect(try post(failing, Array("{}".utf8)).status == 503)
    }

    @Test func `a domain without an inbox takes nothing`() throws {
        let response = try post(FakeDomain(), Array("{}".utf8))
        #expect(response.status == 403 && response.code == "not-admitted")
    }

    @Test func `types, sizes, tokens and readers are as everywhere`() throws {
        let domain = MailDomain { _ in .taken([], isNew: true) }
        #expect(try post(domain, Array("{}".utf8), ["Content-Type": "text/plain"]).status == 415)
        let lines: HTTPHeaders = ["Content-Type": "application/x-ndjson"]
        #expect(try post(domain, Array("{}".utf8), lines).status == 415)
        let large = [UInt8](repeating: 0x20, count: Limits.lineBytes + 1)
        #expect(try post(domain, large).status == 413)
        #expect(try post(domain, Array("{}".utf8)) { $0.isReadOnly = true }.code == "read-only")
        let closed = try post(domain, Array("{}".utf8)) { $0.requiresAuthentication = [.writing] }
        #expect(closed.status == 401)
        #expect(domain.received.withLock { $0.isEmpty })
    }

    @Test func `who sends too much waits: by network, and by who says to send`() throws {
        let domain = MailDomain { _ in .taken([], isNew: true) }
        var options = ServiceOptions()
        options.peerAllowance = BucketSize(capacity: 130, perSecond: 1)
        let byNetwork = Processor(domain: domain, options: options)
        #expect(
            try (0..<4).map { _ in try post(byNetwork, Array("{}".utf8)).status }
                == [201, 201, 429, 429])
        options.peerAllowance = nil
        options.addressAllowance = BucketSize(capacity: 100, perSecond: 1)
        let byAddress = Processor(domain: domain, options: options)
        func body(_ sender: UInt8) -> [UInt8] {
            Array(#"{"data":{"from":"\#(Sample.address(sender))"}}"#.utf8)
        }
        #expect(try post(byAddress, body(1)).status == 201)
        #expect(try post(byAddress, body(1)).status == 429)
        #expect(try post(byAddress, body(2)).status == 201)
    }
}
