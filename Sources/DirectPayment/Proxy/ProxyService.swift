// A proxy on the network.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

/// Answers payers over HTTP, and keeps the sockets of wallets.
///
/// Whoever owns it calls `tick()` once a second.
public final class ProxyService: HTTPHandler {
    private struct State {
        var core: ProxyCore
        var sockets: [Int: any WebSocketChannel] = [:]
        var responders: [Int: any HTTPResponder] = [:]
        var lastQuestion = 0
    }

    /// What the service is told.
    public struct Surroundings: Sendable {
        /// Milliseconds since 1970.
        public var now: @Sendable () -> Int64
        public var random: any RandomSource
        public var onFailure: @Sendable (any Error) -> Void

        public init(
            now: @escaping @Sendable () -> Int64, random: any RandomSource,
            onFailure: @escaping @Sendable (any Error) -> Void
        ) {
            self.now = now
            self.random = random
            self.onFailure = onFailure
        }
    }

    private final class Keeper: @unchecked Sendable {  // Safe: only the queue uses the store.
        let store: ProxyStore
        init(_ store: ProxyStore) { self.store = store }
    }

    private let state: Mutex<State>
    private let keeper: Keeper?
    private let queue = DispatchQueue(label: "proxy")
    private let surroundings: Surroundings
    /// Requests without a body but one line: more is no payment.
    static let bodyBytes = 11_534_336
    /// Bytes of a frame that this proxy takes.
    public static let frameBytes = 10_485_760

    /// - Parameter store: nil: nothing outlives the process.
    /// - Throws: failures of the store.
    public init(
        _ options: ProxyOptions, store: ProxyStore?, _ surroundings: Surroundings
    ) throws {
        var core = ProxyCore(options)
        for record in try store?.records() ?? [] {
            core.restore(record, now: surroundings.now())
        }
        state = Mutex(State(core: core))
        keeper = store.map { Keeper($0) }
        self.surroundings = surroundings
    }

    /// Wallets and payers at sockets.
    public var members: Int { state.withLock { $0.core.memberCount } }

    /// What has taken too long ends.
    public func tick() { act { $0.core.tick(self.stamp()) } }

    /// Closes all sockets.
    public func stop() {
        for socket in state.withLock({ Array($0.sockets.values) }) {
            socket.close(code: 1001, reason: "")
        }
    }

    private func stamp() -> ProxyStamp {
        ProxyStamp(
            now: surroundings.now(),
            seed: (try? surroundings.random.bytes(16)) ?? Array("\(surroundings.now())".utf8))
    }

    // MARK: - What follows from what happens

    /// Changes the state, and does what comes of it: what must be kept is kept first.
    private func act(_ change: @Sendable (inout State) -> [ProxyAction]) {
        let (actions, sockets, responders) = state.withLock { state in
            let actions = change(&state)
            var sockets: [Int: any WebSocketChannel] = [:]
            var responders: [Int: any HTTPResponder] = [:]
            for action in actions {
                switch action {
                case .send(let member, _), .close(let member, _, _):
                    sockets[member] = state.sockets[member]
                case .answer(let question, _):
                    responders[question] = state.responders.removeValue(forKey: question)
                case .keep: break
                }
            }
            return (actions, sockets, responders)
        }
        let records = actions.compactMap { action -> ProxyRecord? in
            if case .keep(let record) = action { record } else { nil }
        }
        guard !records.isEmpty, let keeper else {
            return perform(actions, sockets, responders)
        }
        queue.async { [self] in
            do {
                try keeper.store.keep(records, now: surroundings.now())
                perform(actions, sockets, responders)
            } catch {
                surroundings.onFailure(error)
                // Nobody is told what is not kept.
                for responder in responders.values {
                    responder.send(
                        Self.response(
                            ProxyAnswer(
                                status: 503,
                                body: ["code": "S00001", "message": "it could not be stored"],
                                retryAfter: 5)))
                }
            }
        }
    }

    private func perform(
        _ actions: [ProxyAction], _ sockets: [Int: any WebSocketChannel],
        _ responders: [Int: any HTTPResponder]
    ) {
        for action in actions {
            switch action {
            case .send(let member, let frame):
                sockets[member]?.send(.text(String(decoding: frame, as: UTF8.self)))
            case .close(let member, let code, let reason):
                sockets[member]?.close(code: code, reason: reason)
            case .answer(let question, let answer):
                responders[question]?.send(Self.response(answer))
            case .keep: break
            }
        }
    }

    // MARK: - HTTP

    public func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        let parts = head.path.split(separator: "/", omittingEmptySubsequences: false)
            .dropFirst().map(String.init)
        if head.method == "OPTIONS" { return .answer(Self.preflight) }
        switch (parts.count, parts.first) {
        case (1, ""):
            return Self.only(["GET"], head) ?? .answer(Self.dressed(HTTPResponse(status: 204)))
        case (2, "ws"): return Self.only(["GET"], head) ?? socket(parts[1], head)
        case (4, "api") where parts[1] == "v1" && parts[2] == "payment":
            return Self.only(["GET", "POST"], head) ?? payment(parts[3], head)
        case (4, "api") where parts[1] == "v1" && parts[2] == "proofs":
            return Self.only(["POST"], head) ?? proof(parts[3], head)
        default:
            return refuse(
                ProxyProblem(
                    status: 404, code: "N00002", title: "Not found",
                    message: "there is nothing at this path"))
        }
    }

    public func response(to fault: HTTPFault) -> HTTPResponse {
        Self.response(
            ProxyProblem(
                status: fault.status, code: fault.code, title: "Refused", message: fault.message
            ).answer(""))
    }

    private static func only(_ methods: [String], _ head: HTTPRequestHead) -> HTTPDisposition? {
        let wanted = head.method == "HEAD" ? "GET" : head.method
        guard !methods.contains(wanted) else { return nil }
        var response = response(
            ProxyProblem(
                status: 405, code: "M00001", title: "Method Not Allowed",
                message: "this path has \(methods.joined(separator: ", "))"
            ).answer(""))
        response.headers.add("Allow", methods.joined(separator: ", "))
        return .answer(response)
    }

    private func refuse(_ problem: ProxyProblem) -> HTTPDisposition {
        .answer(Self.response(problem.answer(stamp().identifier(0))))
    }

    private func payment(_ channel: String, _ head: HTTPRequestHead) -> HTTPDisposition {
        guard ProxyCore.isName(channel) else { return refuse(.unknownInvoice) }
        if head.method != "POST" {
            return .gather(limit: 0) { [self] _, responder in
                ask(ProxyQuestion(channel: channel, kind: .terms), responder)
            }
        }
        if let problem = Self.checkType(head) { return refuse(problem) }
        return .gather(limit: Self.bodyBytes) { [self] body, responder in
            switch Self.paymentBody(body) {
            case .success(let json):
                ask(ProxyQuestion(channel: channel, kind: .payment, body: json), responder)
            case .failure(let answer): responder.send(Self.response(answer.answer))
            }
        }
    }

    private func proof(_ transaction: String, _ head: HTTPRequestHead) -> HTTPDisposition {
        guard let channel = Self.query(head.query, "i"), ProxyCore.isName(channel) else {
            return refuse(.malformed("the invoice is missing: ?i="))
        }
        guard transaction.utf8.count == 64,
            Hexadecimal.decode(transaction.lowercased()) != nil
        else { return refuse(.malformed("'\(transaction.prefix(70))' is no transaction id")) }
        if let problem = Self.checkType(head) { return refuse(problem) }
        return .gather(limit: Self.bodyBytes) { [self] body, responder in
            guard let json = try? ForeignJSON(body), json.members != nil else {
                return responder.send(
                    Self.response(
                        ProxyProblem.malformed("the body is no JSON object")
                            .answer(stamp().identifier(0))))
            }
            ask(
                ProxyQuestion(
                    channel: channel, kind: .proof(transaction: transaction.lowercased()),
                    body: json), responder)
        }
    }

    private func ask(_ question: ProxyQuestion, _ responder: any HTTPResponder) {
        act { state in
            state.lastQuestion += 1
            state.responders[state.lastQuestion] = responder
            return state.core.ask(question, number: state.lastQuestion, self.stamp())
        }
    }

    private struct BadBody: Error { let answer: ProxyAnswer }

    private static func paymentBody(_ body: [UInt8]) -> Result<ForeignJSON, BadBody> {
        func problem(_ reason: String) -> BadBody {
            BadBody(answer: ProxyProblem.malformed(reason).answer(""))
        }
        let json: ForeignJSON
        do throws(JSONError) { json = try ForeignJSON(body) } catch {
            return .failure(
                problem("the body is no JSON: \(error.reason), at byte \(error.offset)"))
        }
        do throws(DirectPaymentError) {
            let (payment, dialect) = try Payment.read(json)
            if dialect == .classic, payment.reference.isEmpty {
                return .failure(
                    BadBody(
                        answer: fields([
                            "merchantData.extendedData.paymentReference": "must be provided"
                        ])))
            }
            return .success(json)
        } catch {
            if case .malformed(_, let reason) = error, reason.contains("rawTx") {
                return .failure(BadBody(answer: fields(["rawTx": "must be provided"])))
            }
            return .failure(problem(error.message))
        }
    }

    /// `{"errors":{"field":["msg"]}}`, as the originals have it.
    private static func fields(_ errors: KeyValuePairs<String, String>) -> ProxyAnswer {
        ProxyAnswer(
            status: 400,
            body: [
                "errors": .object(errors.map { .init($0.key, [.string($0.value)]) })
            ])
    }

    private static func checkType(_ head: HTTPRequestHead) -> ProxyProblem? {
        let type = (head.headers["Content-Type"] ?? "application/json").split(separator: ";")[0]
            .lowercased()
        guard type == "application/json" || type == "application/bitcoinsv-payment" else {
            return ProxyProblem(
                status: 415, code: "C00001", title: "Unsupported Media Type",
                message: "a payment is application/json")
        }
        return nil
    }

    static func query(_ query: String?, _ name: String) -> String? {
        for part in (query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair[0] == name { return pair.count == 2 ? String(pair[1]) : "" }
        }
        return nil
    }

    private static func response(_ answer: ProxyAnswer) -> HTTPResponse {
        var response = HTTPResponse(
            status: answer.status, headers: ["Content-Type": "application/json"],
            body: answer.body == .null ? [] : answer.body.bytes)
        if let retryAfter = answer.retryAfter {
            response.headers.add("Retry-After", String(retryAfter))
        }
        return dressed(response)
    }

    private static func dressed(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.add("Access-Control-Allow-Origin", "*")
        response.headers.add("X-Request-Id", UInt64.random(in: 0...UInt64.max).description)
        response.headers.add("Cache-Control", "no-store")
        response.headers.add("X-Content-Type-Options", "nosniff")
        return response
    }

    private static var preflight: HTTPResponse {
        dressed(
            HTTPResponse(
                status: 204,
                headers: [
                    "Allow": "GET, HEAD, OPTIONS, POST",
                    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
                    "Access-Control-Allow-Headers": "Origin, Content-Type, Accept",
                ]))
    }

    // MARK: - Sockets

    private func socket(_ channel: String, _ head: HTTPRequestHead) -> HTTPDisposition {
        let isInternal = Self.query(head.query, "internal") == "true"
        let secret = head.headers["X-Channel-Secret"] ?? Self.query(head.query, "secret")
        let frameBytes = Self.query(head.query, "max").flatMap { Int($0) }.map {
            min(max($0, 1_000), Self.frameBytes)
        }
        do throws(ProxyCore.Refusal) {
            try state.withLock { state throws(ProxyCore.Refusal) in
                try state.core.check(channel, isInternal: isInternal, secret: secret)
            }
        } catch { return refuse(error.problem) }
        return .upgrade { [self] socket in
            let sink = ProxySocket(self, socket)
            act { state in
                do throws(ProxyCore.Refusal) {
                    let (member, actions) = try state.core.join(
                        channel, isInternal: isInternal, secret: secret, frameBytes: frameBytes,
                        self.stamp())
                    state.sockets[member] = socket
                    sink.member.store(member, ordering: .relaxed)
                    return actions
                } catch {
                    // Between the question and the answer somebody else has joined.
                    socket.close(code: 1008, reason: "refused")
                    return []
                }
            }
            return sink
        }
    }

    fileprivate func received(_ bytes: [UInt8], from member: Int) {
        act { $0.core.receive(bytes, from: member, self.stamp()) }
    }

    fileprivate func gone(_ member: Int) {
        state.withLock { state in
            state.sockets[member] = nil
            state.core.leave(member)
        }
    }
}

/// One socket of a wallet or a payer.
private final class ProxySocket: WebSocketSink, Sendable {
    private let service: ProxyService
    private let socket: any WebSocketChannel
    /// 0 where it could not join.
    let member = Atomic<Int>(0)

    init(_ service: ProxyService, _ socket: any WebSocketChannel) {
        self.service = service
        self.socket = socket
    }

    func received(_ message: WebSocketMessage) {
        let number = member.load(ordering: .relaxed)
        guard number > 0 else { return }
        switch message {
        case .text(let text): service.received(Array(text.utf8), from: number)
        case .binary: socket.close(code: 1003, reason: "text frames only")
        }
    }

    func drained() {}

    func closed(code: Int) {
        let number = member.load(ordering: .relaxed)
        if number > 0 { service.gone(number) }
    }
}

extension ProxyCore.Refusal {
    var problem: ProxyProblem {
        switch self {
        case .unknownChannel:
            ProxyProblem(
                status: 404, code: "N00001", title: "Not found", message: "channel not found")
        case .wrongSecret:
            ProxyProblem(
                status: 403, code: "P00001", title: "Permission denied",
                message: "the channel belongs to another wallet")
        case .full:
            ProxyProblem(
                status: 503, code: "F00002", title: "Service Unavailable",
                message: "too many are there")
        case .malformedName: .malformed("a channel's name has six letters and digits at least")
        }
    }
}
