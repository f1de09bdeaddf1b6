// A desk, a service and clients for the tests; no sockets.
import Bitcoin
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Paymail
import Synchronization
import Testing

/// A key for each number.
func key(_ number: UInt8) throws -> Secp256k1.PrivateKey {
    try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 0, count: 31) + [number]))
}

/// A transaction that pays some outputs, unlike those of other numbers.
func transaction(_ number: UInt8, _ outputs: [TransactionOutput]) throws -> BitcoinTransaction {
    let previous = Digest256([UInt8](repeating: number, count: 32)) ?? .zero
    return try BitcoinTransaction(
        inputs: [TransactionInput(outpoint: Outpoint(transaction: previous, index: 0))],
        outputs: outputs)
}

/// A clock that stands still until somebody moves it.
final class Clock: Sendable {
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    var now: Timestamp { milliseconds.withLock { Timestamp(milliseconds: $0) ?? .earliest } }
    func pass(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1_000 } }
}

/// A wallet in memory: aliases `alice` (key 1) and `bob` (key 2).
final class TestDesk: PaymailDesk {
    struct State {
        var references: [String: PeerReference] = [:]
        var paid: [String: Digest256] = [:]
        var taken: [PeerSubmission] = []
        var requests: [SenderRequest] = []
        var decisions: [String: ApprovalDecision] = [:]
        var asksForApproval = false
        var failure: (any Error & Sendable)?
        var keys: [String: UInt8] = ["alice": 1, "bob": 2]
        var count: UInt8 = 0
    }

    let state = Mutex(State())
    let clock: Clock

    init(_ clock: Clock) { self.clock = clock }

    private func privateKey(_ alias: String) throws -> Secp256k1.PrivateKey {
        guard let number = state.withLock({ $0.keys[alias] }) else {
            throw PaymailRefusal.unknownAlias(alias)
        }
        return try key(number)
    }

    func identity(of alias: String) throws -> PaymailIdentity {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return PaymailIdentity(
            publicKey: try privateKey(alias).publicKey.compressed, name: alias.uppercased(),
            avatar: "https://pictures.example/\(alias).png")
    }

    func owns(_ publicKey: [UInt8], alias: String) throws -> Bool {
        try publicKey == privateKey(alias).publicKey.compressed
    }

    func destination(for alias: String, satoshis: UInt64) throws -> PeerDestination {
        guard satoshis >= 10 else { throw PaymailRefusal.amount(reason: "too little") }
        return state.withLock { state in
            state.count += 1
            let halves = [satoshis / 2, satoshis - satoshis / 2]
            let outputs = halves.enumerated().map { index, amount in
                TransactionOutput(
                    satoshis: amount,
                    script: .publicKeyHash(
                        [UInt8](repeating: state.count, count: 19) + [UInt8(index)]))
            }
            let made = PeerDestination(outputs: outputs, reference: "ref\(state.count)")
            state.references[made.reference] = PeerReference(
                alias: alias, destination: made, satoshis: satoshis, created: clock.now,
                expires: clock.now.adding(milliseconds: 600_000) ?? .latest)
            return made
        }
    }

    func output(for alias: String, _ request: SenderRequest) throws -> ApprovalDecision {
        try state.withLock { state in
            state.requests.append(request)
            let script = Script.publicKeyHash([UInt8](repeating: 9, count: 20))
            guard state.asksForApproval else { return .output(script) }
            if let decision = state.decisions[request.token] { return decision }
            guard request.token.isEmpty else { throw PaymailRefusal.unknownReference }
            let token = "token\(state.decisions.count)"
            state.decisions[token] = .waiting(token: token)
            return .waiting(token: token)
        }
    }

    func subject(of payload: TransactionPayload) throws -> Digest256? {
        try? BitcoinTransaction(payload.bytes).id
    }

    func take(_ submission: PeerSubmission, for alias: String) throws -> TransactionReceipt {
        let sent: BitcoinTransaction
        do { sent = try BitcoinTransaction(submission.payload.bytes) } catch {
            throw PaymailRefusal.unreadable(reason: error.message)
        }
        return try state.withLock { state in
            guard let reference = state.references[submission.reference],
                reference.alias == alias
            else { throw PaymailRefusal.unknownReference }
            let paid = state.paid[submission.reference]
            if try reference.judge(sent, paid: paid, at: clock.now) == .pays {
                state.taken.append(submission)
            }
            state.paid[submission.reference] = sent.id
            return TransactionReceipt(transaction: sent.id, note: "thanks")
        }
    }

    func promiseDestination(of handle: PaymailHandle) throws -> SignedEnvelope {
        let destination = try promise(handle, clock.now)
        return .signing(
            String(decoding: destination.json.bytes, as: UTF8.self),
            with: try privateKey(handle.alias))
    }

    func sign(_ message: [UInt8], for alias: String) throws -> String? {
        SignedMessage.sign(message, with: try privateKey(alias))
    }
}

/// A destination for IOUs.
func promise(_ handle: PaymailHandle, _ now: Timestamp) throws -> PromiseDestination {
    let address = Address(of: try key(7).publicKey.compressed)
    var destination = PromiseDestination(
        handle: handle, address: address, domain: "clearing.example",
        domainKey: try VerifierKey(
            name: try KeyName("clearing.example"), kind: .ed25519,
            publicKey: [UInt8](repeating: 5, count: 32)),
        issued: now, expires: now.adding(milliseconds: 86_400_000) ?? .latest)
    destination.name = "Alice"
    destination.units = [
        AcceptedUnit(
            symbol: address, code: "EUR", scale: 2, limit: try Amount(Array("100".utf8), .typed)),
        AcceptedUnit(symbol: address, code: "HOUR", scale: 0, limit: nil),
    ]
    destination.service = try WebURL("https://clearing.example")
    return destination
}

/// Answers requests by a service at once.
struct ServiceSender: HTTPSender {
    let service: PaymailService
    var peer = PeerAddress(text: "203.0.113.7", network: "203.0.113.7", isLocal: false)
    /// What happens to answers on their way.
    var change: @Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse = { $1 }

    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        let head = HTTPRequestHead(
            method: request.method, path: request.url.path, query: request.url.query,
            headers: request.headers, bodyBytes: request.body.count, peer: peer)
        switch service.disposition(of: head) {
        case .answer(let response): return change(request, response)
        case .gather(let limit, let run):
            guard request.body.count <= limit else {
                return service.response(to: HTTPFault(413, "body-too-large", "too large"))
            }
            let catcher = Catcher()
            run(request.body, catcher)
            return change(request, catcher.wait())
        case .stream, .upgrade: throw .disconnected(host: request.url.host)
        }
    }
}

private final class Catcher: HTTPResponder {
    private let result = Mutex<HTTPResponse?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func send(_ response: HTTPResponse) {
        result.withLock { $0 = response }
        done.signal()
    }

    func open(status: Int, headers: HTTPHeaders) -> any HTTPBodyWriter {
        preconditionFailure("answers are whole")
    }

    func wait() -> HTTPResponse {
        done.wait()
        return result.withLock { $0 } ?? HTTPResponse(status: 500)
    }
}

/// Answers from a table; counts.
final class TableSender: HTTPSender {
    private let table: Mutex<[String: HTTPResponse]>
    let asked = Mutex<[HTTPRequest]>([])

    init(_ table: [String: HTTPResponse]) { self.table = Mutex(table) }

    func set(_ url: String, _ response: HTTPResponse) { table.withLock { $0[url] = response } }

    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        asked.withLock { $0.append(request) }
        guard let found = table.withLock({ $0[request.url.description] }) else {
            throw .unreachable(host: request.url.host, reason: "nobody is there")
        }
        return found
    }
}

/// Records for names; a nil stands for a name server that does not answer.
struct TableResolver: ServiceResolver {
    var table: [String: ServiceRecords?] = [:]

    func services(_ name: String) throws(NetworkError) -> ServiceRecords {
        guard let found = table[name] else { return ServiceRecords() }
        guard let found else { throw .unknownHost(host: name, reason: "no answer") }
        return found
    }
}

/// Everything together: `example.com` is served, and the user has named where.
struct Stage {
    let clock = Clock()
    let desk: TestDesk
    let service: PaymailService
    let memory = VolatileMemory()
    let base = "https://pay.example.com"

    init(_ change: (inout PaymailOptions) -> Void = { _ in }) {
        let clock = clock
        desk = TestDesk(clock)
        var options = PaymailOptions(
            domain: "example.com", publicURL: "https://pay.example.com", now: { clock.now },
            onFailure: { _ in })
        change(&options)
        service = PaymailService(desk, options)
    }

    func client(
        _ change: @escaping @Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse = { $1 }
    ) throws -> PaymailClient {
        let sender = ServiceSender(service: service, change: change)
        let clock = clock
        return PaymailClient(
            PaymailClient.Reach(named: sender, strange: sender), services: TableResolver(),
            named: ["example.com": try WebURL(base)], memory: memory,
            random: SeededRandom(seed: [1]), now: { clock.now })
    }

    func ask(
        _ method: String, _ path: String, _ body: String = "", headers: HTTPHeaders = [:],
        peer: String = "203.0.113.7"
    ) throws -> (status: Int, body: ForeignJSON, headers: HTTPHeaders) {
        var sender = ServiceSender(service: service)
        sender.peer = PeerAddress(text: peer, network: peer, isLocal: peer == "127.0.0.1")
        let response = try sender.send(
            HTTPRequest(
                method, try WebURL(base + path), headers: headers, body: Array(body.utf8)))
        return (
            response.status, (try? ForeignJSON(response.body)) ?? .null, response.headers
        )
    }
}

let alice: PaymailHandle = {
    guard let handle = try? PaymailHandle("alice@example.com") else {
        preconditionFailure("a handle")
    }
    return handle
}()
