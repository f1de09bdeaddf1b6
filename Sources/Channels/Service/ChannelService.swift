// A channel server: the answer to every request.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

/// Serves channels. Whoever writes waits for the disk together with the others, whoever reads waits
/// for no writer, and what only looks a token up has a connection to the store of its own, so that
/// the loop's thread waits for nobody.
public final class ChannelService: HTTPHandler {
    let options: ChannelOptions
    let notifier: ChannelNotifier
    let proofs: ProofReceiver?
    private let store: SharedStore
    private let lookups: SharedStore
    private let writing: ChannelQueue
    private let reading: ChannelQueue
    private let users: ChannelUsers
    private let gate: RequestGate
    private let proofQueue = DispatchQueue(label: "channels.proofs")
    private let waitingProofs = Atomic<Int>(0)
    private let beats = Atomic<Int>(0)
    private let traces = Atomic<Int>(0)
    private let firstTrace: String

    /// Callbacks that wait for being verified; more are told to come again.
    private static let proofsLimit = 256
    /// Beats between two looks for what has outlived its retention.
    private static let pruningBeats = 60

    /// - Parameters:
    ///   - proofs: takes callbacks of miners; nil: there is no such path.
    ///   - random: for keys of this process alone.
    ///   - opening: opens the store; called for each of the connections.
    /// - Throws: what `opening` throws; `CryptographyError`.
    public init(
        _ options: ChannelOptions, proofs: ProofReceiver? = nil, random: any RandomSource,
        opening: () throws -> ChannelStore
    ) throws {
        self.options = options
        self.proofs = proofs
        let first = try opening()
        try first.checkWriting()
        store = SharedStore(first)
        lookups = SharedStore(try opening())
        writing = ChannelQueue(store, isWriting: true, onFailure: options.onFailure)
        reading = ChannelQueue(
            SharedStore(try opening()), isWriting: false, onFailure: options.onFailure)
        notifier = ChannelNotifier(limit: options.followers)
        users = ChannelUsers(
            SharedStore(try opening()), key: try random.bytes(32),
            falsePerMinute: options.falsePasswordsPerMinute)
        gate = RequestGate(perMinute: options.requestsPerMinute)
        firstTrace = Hexadecimal.encode(try random.bytes(4))
    }

    /// To be called once a second: deletes what has outlived its retention, looks whether the chain
    /// of headers has changed, ends those who follow without a token.
    public func tick() {
        notifier.beat()
        do {
            if beats.add(1, ordering: .relaxed).oldValue % Self.pruningBeats == 0 {
                _ = try store.use { try $0.prune(now: options.now()) }
            }
            _ = try proofs?.follow()
        } catch { options.onFailure(error) }
    }

    /// Ends all WebSockets.
    public func stop() { notifier.stop() }

    /// Moves what was written into the database; nobody asks any more.
    func close() {
        do { try store.use { try $0.moveLog() } } catch { options.onFailure(error) }
    }

    // MARK: - Requests

    /// What becomes of a request.
    public func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        do throws(ChannelProblem) { return try dispose(head) } catch {
            return refusal(answer(error), head)
        }
    }

    /// The answer to what was no request.
    public func response(to fault: HTTPFault) -> HTTPResponse {
        answer(
            fault.status == 413
                ? ChannelProblem(.tooLarge(bytes: 0, limit: 0))
                : ChannelProblem(fault.status, fault.code, fault.message))
    }

    private func dispose(_ head: HTTPRequestHead) throws(ChannelProblem) -> HTTPDisposition {
        guard let target = ChannelTarget(head.path) else {
            throw ChannelProblem(404, "unknown-path", "there is nothing at this path")
        }
        if case .proof = target, proofs == nil {
            throw ChannelProblem(404, "unknown-path", "no proofs are taken here")
        }
        if head.method == "OPTIONS" { return .answer(preflight(target)) }
        guard target.methods.contains(head.method) else {
            throw ChannelProblem(
                405, "method-not-allowed", "this path has \(target.methods.joined(separator: ", "))"
            )
        }
        let credentials = try ChannelCredentials(head, target)
        guard
            gate.admits(
                credentials.bearer ?? credentials.basic ?? head.peer.network, at: options.now())
        else { throw ChannelProblem(429, "rate-limited", "too many requests", retryAfter: 60) }
        if case .notifications(let channel) = target {
            return try follow(channel, credentials.bearer)
        }
        if head.method == "POST", case .messages = target,
            (head.headers["Content-Type"] ?? "").isEmpty
        {
            throw ChannelProblem(415, "missing-content-type", "'Content-Type' is missing")
        }
        var limit = Limits.channelMessageBytes
        if case .proof = target { limit = Limits.channelProofBytes }
        return .gather(limit: limit) { body, responder in
            self.begin(
                ChannelCall(
                    head: head, target: target, credentials: credentials, body: body,
                    responder: responder))
        }
    }

    /// A refusal before the body was read: a short one is read, so that the connection stays.
    private func refusal(_ response: HTTPResponse, _ head: HTTPRequestHead) -> HTTPDisposition {
        guard let bytes = head.bodyBytes, (1...Limits.channelMessageBytes).contains(bytes) else {
            return .answer(response)
        }
        return .gather(limit: bytes) { _, responder in responder.send(response) }
    }

    /// Passwords and proofs are slow to check: the store does not wait for them.
    private func begin(_ call: ChannelCall) {
        if call.target.account != nil || call.target == .identity {
            return users.check(call.credentials, call.head.peer.network, options.now()) { result in
                do throws(ChannelProblem) {
                    let user = try result.get()
                    guard let account = call.target.account else {
                        let body = Array(#"{"account":\#(user)}"#.utf8)
                        return call.responder.send(self.dressed(.json(body)))
                    }
                    guard user == account else { throw ChannelProblem(.forbidden) }
                    self.submit(call)
                } catch { call.responder.send(self.answer(error)) }
            }
        }
        guard let proofs, call.mayBeCallback(options) else { return submit(call) }
        guard waitingProofs.add(1, ordering: .relaxed).newValue <= Self.proofsLimit else {
            waitingProofs.subtract(1, ordering: .relaxed)
            return call.responder.send(answer(.busy))
        }
        proofQueue.async {
            defer { self.waitingProofs.subtract(1, ordering: .relaxed) }
            do {
                // A stranger's claims are nobody's concern.
                if case .messages(let id) = call.target {
                    try self.lookups.use {
                        try $0.checkWriter(call.credentials.bearer, of: id)
                    }
                }
                if let response = try proofs.answer(call, now: self.options.now()) {
                    call.responder.send(self.dressed(response))
                } else {
                    self.submit(call)
                }
            } catch { call.responder.send(self.answer(self.problem(error))) }
        }
    }

    private func submit(_ call: ChannelCall) {
        let queue = ["GET", "HEAD"].contains(call.head.method) ? reading : writing
        let work = ChannelQueue.Work(run: { try self.outcome(call, $0) }) { result in
            switch result {
            case .success(let outcome): call.responder.send(self.dressed(outcome.response))
            case .failure(let error): call.responder.send(self.answer(self.problem(error)))
            }
        }
        if !queue.add(work) { call.responder.send(answer(.busy)) }
    }

    private func outcome(_ call: ChannelCall, _ store: ChannelStore) throws -> ChannelOutcome {
        guard call.target.account == nil else {
            return try AccountOperations(
                store: store, json: ChannelJSON(base: base(call.head)), body: call.body
            ).outcome(call.head, call.target, notifier)
        }
        return try MessageOperations(
            store: store, now: options.now(), bearer: call.credentials.bearer, body: call.body
        ).outcome(call.head, call.target) { channel, message in
            self.notifier.tell(
                channel, author: message.author,
                self.options.tellsStrings
                    ? "\"\(ChannelJSON.arrival)\"" : ChannelJSON.notification(channel, message))
        }
    }

    private func problem(_ error: any Error) -> ChannelProblem {
        let problem = error as? ChannelProblem ?? ChannelProblem(error)
        if problem.status >= 500 { options.onFailure(error) }
        return problem
    }

    private func base(_ head: HTTPRequestHead) -> String {
        let scheme = options.isSecure ? "https://" : "http://"
        return (options.publicURL ?? scheme + (head.headers["Host"] ?? "localhost"))
            + "/api/v1/channel/"
    }

    // MARK: - Following

    private func follow(
        _ id: String, _ bearer: String?
    ) throws(ChannelProblem) -> HTTPDisposition {
        let channel: Channel
        let token: ChannelToken?
        do {
            channel = try lookups.use { try $0.channel(id) }
            token = try bearer.map { try reader($0, channel) }
        } catch { throw problem(error) }
        let isAdmitted = token != nil || channel.publicRead
        return .upgrade { socket in
            ChannelSocket(self, socket, channel, token: token?.id, isAdmitted: isAdmitted)
        }
    }

    /// The token of somebody who may read a channel.
    func reader(_ bearer: String, _ channel: Channel) throws -> ChannelToken {
        let caller = try lookups.use { try $0.caller(bearer, of: channel, isPublic: false) }
        guard let token = caller.token, token.canRead else {
            throw ChannelError.notAllowed(right: "read")
        }
        return token
    }

    /// Whether a token has not ended; nil: whether anybody may read.
    func mayFollow(_ id: String, token: Int?) -> Bool {
        let isGood = try? lookups.use { store in
            guard let token else { return try store.channel(id).publicRead }
            return try store.isGood(token: token, of: id)
        }
        return isGood ?? false
    }

    // MARK: - What every answer has

    /// Names an answer, and tells nothing else.
    private func trace() -> String {
        "\(firstTrace)-\(traces.add(1, ordering: .relaxed).newValue)"
    }

    private func answer(_ problem: ChannelProblem) -> HTTPResponse {
        dressed(problem.response(trace: trace()))
    }

    private func preflight(_ target: ChannelTarget) -> HTTPResponse {
        let methods = (target.methods + ["OPTIONS"]).joined(separator: ", ")
        return dressed(
            HTTPResponse(
                status: 204,
                headers: [
                    "Allow": methods, "Access-Control-Allow-Methods": methods,
                    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
                    "Access-Control-Max-Age": "600",
                ]))
    }

    private func dressed(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        for (name, value) in Self.fields { response.headers.add(name, value) }
        return response
    }

    private static let fields: KeyValuePairs = [
        "Cache-Control": "no-store", "Content-Security-Policy": "frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
        "Strict-Transport-Security": "max-age=31536000", "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "authorization,etag",
    ]
}
