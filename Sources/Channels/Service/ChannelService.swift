// A channel server: the answer to every request.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

/// What a channel server is told.
public struct ChannelOptions: Sendable {
    /// What addresses of channels begin with; nil: with what the request was sent to.
    public var publicURL: String?
    /// Whether followers are told with a JSON string, as the reference server does, instead of an
    /// object.
    public var tellsStrings = false
    /// Requests of one account, token or address in a minute; 0: no bound.
    public var requestsPerMinute = 6_000
    /// WebSockets at once.
    public var followers = 20_000
    /// Milliseconds since 1970.
    public var now: @Sendable () -> Int64
    /// Told what went wrong here.
    public var onFailure: @Sendable (any Error) -> Void

    public init(
        now: @escaping @Sendable () -> Int64, onFailure: @escaping @Sendable (any Error) -> Void
    ) {
        self.now = now
        self.onFailure = onFailure
    }
}

/// Serves channels. The store is used by one thread at a time; what only looks a token up has a
/// connection of its own, so that nobody waits for a disk on the loop's thread.
public final class ChannelService: HTTPHandler {
    /// A store that is lent to one at a time.
    private final class Shared: @unchecked Sendable {  // Safe: the lock lends the store.
        private let lock = Mutex(())
        private let store: ChannelStore

        init(_ store: ChannelStore) { self.store = store }

        func use<Result>(_ body: (ChannelStore) throws -> Result) rethrows -> Result {
            try lock.withLock { _ in try body(store) }
        }
    }

    let options: ChannelOptions
    let notifier: ChannelNotifier
    private let shared: Shared
    private let lookups: Shared
    private let queue = DispatchQueue(label: "channels")
    private let waiting = Atomic<Int>(0)
    /// Credentials that were right, by their digest under a key of this process: a password is slow
    /// to check.
    private let known = Mutex<[Digest256: Int]>([:])
    private let knownKey: [UInt8]
    private let gate: RequestGate

    /// Requests that wait for the store; more are told to come again.
    private static let waitingLimit = 1_024

    /// - Parameters:
    ///   - store: for everything.
    ///   - lookups: another connection to the same database.
    public init(_ store: ChannelStore, lookups: ChannelStore, _ options: ChannelOptions) throws {
        self.options = options
        shared = Shared(store)
        self.lookups = Shared(lookups)
        notifier = ChannelNotifier(limit: options.followers)
        knownKey = try store.random.bytes(32)
        gate = RequestGate(perMinute: options.requestsPerMinute)
    }

    /// To be called now and then: deletes what has outlived its retention.
    public func tick() {
        do {
            _ = try shared.use { try $0.prune(now: options.now()) }
        } catch { options.onFailure(error) }
    }

    /// Ends all WebSockets.
    public func stop() { notifier.stop() }

    // MARK: - Requests

    public func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        do throws(ChannelProblem) { return try dispose(head) } catch {
            return refusal(finished(error.response(trace: trace()), head), head)
        }
    }

    public func response(to fault: HTTPFault) -> HTTPResponse {
        dressed(ChannelProblem(fault.status, fault.code, fault.message).response(trace: trace()))
    }

    private func dispose(_ head: HTTPRequestHead) throws(ChannelProblem) -> HTTPDisposition {
        guard let target = ChannelTarget(head.path) else {
            throw ChannelProblem(404, "unknown-path", "there is nothing at this path")
        }
        if head.method == "OPTIONS" { return .answer(preflight(target)) }
        guard target.methods.contains(head.method) else {
            throw ChannelProblem(
                405, "method-not-allowed", "this path has \(target.methods.joined(separator: ", "))"
            )
        }
        let credentials = try ChannelCredentials(head)
        guard gate.admits(credentials.bearer ?? head.peer.network, at: options.now()) else {
            throw ChannelProblem(429, "rate-limited", "too many requests")
        }
        if case .notifications(let channel) = target {
            return try follow(channel, credentials.bearer)
        }
        if head.method == "POST", case .messages = target,
            (head.headers["Content-Type"] ?? "").isEmpty
        {
            throw ChannelProblem(415, "missing-content-type", "'Content-Type' is missing")
        }
        return .gather(limit: Limits.channelMessageBytes + 1) { body, responder in
            self.submit(responder, head) { try self.answer(head, target, credentials, body) }
        }
    }

    /// A refusal before the body was read: a short one is read, so that the connection stays.
    private func refusal(_ response: HTTPResponse, _ head: HTTPRequestHead) -> HTTPDisposition {
        guard let bytes = head.bodyBytes, (1...Limits.channelMessageBytes).contains(bytes) else {
            return .answer(response)
        }
        return .gather(limit: bytes) { _, responder in responder.send(response) }
    }

    private func submit(
        _ responder: any HTTPResponder, _ head: HTTPRequestHead,
        _ work: @escaping @Sendable () throws -> HTTPResponse
    ) {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.waitingLimit else {
            waiting.subtract(1, ordering: .relaxed)
            var response = ChannelProblem(503, "busy", "too much is waiting")
                .response(trace: trace())
            response.headers.add("Retry-After", "1")
            return responder.send(finished(response, head))
        }
        queue.async {
            defer { self.waiting.subtract(1, ordering: .relaxed) }
            do {
                responder.send(self.finished(try work(), head))
            } catch {
                let problem = error as? ChannelProblem ?? ChannelProblem(error)
                if problem.status == 500 { self.options.onFailure(error) }
                responder.send(self.finished(problem.response(trace: self.trace()), head))
            }
        }
    }

    private func answer(
        _ head: HTTPRequestHead, _ target: ChannelTarget, _ credentials: ChannelCredentials,
        _ body: [UInt8]
    ) throws -> HTTPResponse {
        if let account = target.account {
            let user = try self.account(of: credentials)
            guard user == account else { throw ChannelError.forbidden }
            return try shared.use {
                try AccountOperations(store: $0, json: ChannelJSON(base: base(head)), body: body)
                    .answer(head, target, self.notifier)
            }
        }
        return try shared.use {
            try MessageOperations(
                store: $0, now: options.now(), bearer: credentials.bearer, body: body
            ).answer(head, target) { channel, message in
                self.notifier.tell(
                    channel, author: message.author,
                    self.options.tellsStrings
                        ? "\"\(ChannelJSON.arrival)\""
                        : ChannelJSON.notification(channel, message))
            }
        }
    }

    private func account(of credentials: ChannelCredentials) throws -> Int {
        guard let user = credentials.user else { throw ChannelError.unauthenticated }
        let digest = Hash.hmacSHA256(key: knownKey, message: Array((credentials.basic ?? "").utf8))
        if let account = known.withLock({ $0[digest] }) { return account }
        guard
            let account = try shared.use({
                try $0.account(user: user.name, password: SecretBytes(user.password))
            })
        else { throw ChannelError.unauthenticated }
        known.withLock { known in
            if known.count >= Limits.channelKnownUsers { known.removeAll() }
            known[digest] = account
        }
        return account
    }

    private func base(_ head: HTTPRequestHead) -> String {
        (options.publicURL ?? "http://" + (head.headers["Host"] ?? "localhost"))
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
        } catch { throw ChannelProblem(error) }
        let isAdmitted = token != nil || channel.publicRead
        return .upgrade { socket in
            ChannelSocket(
                self, socket, channel,
                isAdmitted
                    ? ChannelNotifier.Follower(
                        channel: channel.id, socket: socket, token: token?.id) : nil)
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

    // MARK: - What every answer has

    private func trace() -> String {
        // A number that is shown here and in the answer, and tells nothing.
        String(UInt64.random(in: 0...UInt64.max), radix: 16)
    }

    private func preflight(_ target: ChannelTarget) -> HTTPResponse {
        let methods = (target.methods + ["OPTIONS"]).joined(separator: ", ")
        return dressed(
            HTTPResponse(
                status: 204,
                headers: [
                    "Allow": methods, "Access-Control-Allow-Methods": methods,
                    "Access-Control-Allow-Headers": "Authorization, Content-Type",
                    "Access-Control-Max-Age": "600",
                ]))
    }

    private func finished(_ response: HTTPResponse, _ head: HTTPRequestHead) -> HTTPResponse {
        dressed(response)
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

/// One follower's connection: where it came without a token, its first message is one.
private final class ChannelSocket: WebSocketSink, Sendable {
    private let service: ChannelService
    private let socket: any WebSocketChannel
    private let channel: Channel
    private let follower: Mutex<ChannelNotifier.Follower?>

    init(
        _ service: ChannelService, _ socket: any WebSocketChannel, _ channel: Channel,
        _ follower: ChannelNotifier.Follower?
    ) {
        self.service = service
        self.socket = socket
        self.channel = channel
        self.follower = Mutex(nil)
        if let follower { admit(follower) }
    }

    private func admit(_ new: ChannelNotifier.Follower) {
        guard service.notifier.add(new) else {
            return socket.close(code: 1013, reason: "too many follow")
        }
        follower.withLock { $0 = new }
    }

    func received(_ message: WebSocketMessage) {
        // Those who are admitted have nothing to say.
        guard follower.withLock({ $0 == nil }), case .text(let text) = message else { return }
        guard let token = try? service.reader(text, channel) else {
            return socket.close(code: 1008, reason: "no token of this channel")
        }
        admit(
            ChannelNotifier.Follower(channel: channel.id, socket: socket, token: token.id))
    }

    func drained() {}

    func closed(code: Int) {
        if let gone = follower.withLock({ $0 }) { service.notifier.remove(gone) }
    }
}

/// How many requests somebody may send.
private final class RequestGate: Sendable {
    private struct Window {
        var minute: Int64 = 0
        var counts: [String: Int] = [:]
    }

    private let perMinute: Int
    private let window = Mutex(Window())

    init(perMinute: Int) { self.perMinute = perMinute }

    func admits(_ who: String, at now: Int64) -> Bool {
        guard perMinute > 0 else { return true }
        return window.withLock { window in
            if window.minute != now / 60_000 {
                window = Window(minute: now / 60_000)
            }
            window.counts[who, default: 0] += 1
            return window.counts[who, default: 0] <= perMinute
        }
    }
}
