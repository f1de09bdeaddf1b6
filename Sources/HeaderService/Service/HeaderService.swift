// A service of headers: the answer to every request, in the dialect of whoever asks.
import Bytes
import Cryptography
import Dispatch
import Documents
import Headers
import Network
import Synchronization

/// What a service of headers is told.
public struct HeaderOptions: Sendable {
    /// Whether nobody may read without a token.
    public var isPrivate = false
    /// Whether webhooks may lead into private networks.
    public var allowsPrivateWebhooks = false
    /// Seconds since 1970.
    public var now: @Sendable () -> Int64
    /// Tokens and names of connections.
    public var random: any RandomSource
    /// Calls webhooks; refuses private addresses unless they are allowed.
    public var http: any HTTPSender
    /// The sources that answer at the moment.
    public var peers: @Sendable () -> [String]
    /// Told what went wrong here.
    public var onFailure: @Sendable (any Error) -> Void

    /// Readers need no token; webhooks lead to the world.
    public init(
        now: @escaping @Sendable () -> Int64, random: any RandomSource, http: any HTTPSender,
        peers: @escaping @Sendable () -> [String] = { [] },
        onFailure: @escaping @Sendable (any Error) -> Void
    ) {
        self.now = now
        self.random = random
        self.http = http
        self.peers = peers
        self.onFailure = onFailure
    }
}

/// Serves a chain.
public final class HeaderService: HTTPHandler {
    let chain: SharedChain
    let options: HeaderOptions
    let tokens: AccessTokens
    let webhooks: Webhooks
    let feed: HeaderFeed
    private let queue = DispatchQueue(label: "headers")
    private let waiting = Atomic<Int>(0)
    private let ticks = Atomic<Int>(0)

    /// - Parameter directory: where tokens and webhooks are kept.
    /// - Throws: failures of storage and of randomness.
    public init(_ chain: SharedChain, directory: String, _ options: HeaderOptions) throws {
        self.chain = chain
        self.options = options
        tokens = try AccessTokens(directory + "/access", options.random)
        webhooks = try Webhooks(directory + "/webhooks", options.http, now: options.now)
        feed = HeaderFeed(epoch: Hexadecimal.encode(try options.random.bytes(8)))
        chain.observe { [feed, webhooks] change in
            var events = zip(change.added, change.works).map {
                HeaderJSON.event($0, work: $1)
            }
            if let fork = change.fork {
                events.insert(HeaderJSON.reorganisation(change, fork: fork), at: 0)
            }
            feed.tell(events)
            webhooks.tell(events)
        }
    }

    /// The administrator's token, random, where there is none yet: it is kept as a hash alone, so
    /// that it is told once.
    /// - Throws: failures of storage and of randomness.
    public func makeAdministrator() throws -> String? {
        tokens.hasAdministrator ? nil : try tokens.make(.administrator, now: options.now())
    }

    /// To be called once a second.
    public func tick() {
        do { try chain.refresh() } catch { options.onFailure(error) }
        let count = ticks.add(1, ordering: .relaxed).newValue
        if count % CentrifugeReply.pingSeconds == 0 { feed.ping() }
    }

    /// Ends all WebSockets, and calls nobody any more.
    public func stop() {
        feed.stop()
        webhooks.stop()
    }

    // MARK: - Requests

    /// What the server itself refuses, in the shape of all refusals.
    public func response(to fault: HTTPFault) -> HTTPResponse {
        Self.dressed(HeaderProblem(fault.status, fault.code, fault.message).response)
    }

    /// What becomes of a request.
    public func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        do throws(HeaderProblem) { return try dispose(head) } catch {
            let response = Self.dressed(error.response)
            // A short body is read, so that the connection stays.
            guard let bytes = head.bodyBytes, (1...HeaderServiceLimits.bodyBytes).contains(bytes)
            else { return .answer(response) }
            return .gather(limit: bytes) { _, responder in responder.send(response) }
        }
    }

    private func dispose(_ head: HTTPRequestHead) throws(HeaderProblem) -> HTTPDisposition {
        guard let target = HeaderTarget(head.path) else {
            throw HeaderProblem(404, "unknown-path", "there is nothing at this path")
        }
        if head.method == "OPTIONS" {
            let methods = (target.methods + ["OPTIONS"]).joined(separator: ", ")
            return .answer(
                Self.dressed(
                    HTTPResponse(
                        status: 204,
                        headers: [
                            "Allow": methods, "Access-Control-Allow-Methods": methods,
                            "Access-Control-Allow-Headers": "Authorization, Content-Type",
                        ])))
        }
        guard target.methods.contains(head.method) else {
            let methods = target.methods.joined(separator: ", ")
            throw HeaderProblem(405, "method-not-allowed", "this path has \(methods)")
        }
        let role = try role(head, target)
        switch target {
        case .centrifuge: return try follow(head) { self.centrifuge($0) }
        case .feed:
            let isAdmitted = role != nil || !options.isPrivate
            return try follow(head) { [feed, tokens] socket in
                PlainSocket(feed, socket, isAdmitted: isAdmitted) { tokens.role($0) != nil }
            }
        default: break
        }
        try admit(role, target)
        let call = HeaderCall(
            head: head, target: target,
            dialect: head.headers["Authorization"] == nil ? .headerSV : .blockHeadersService)
        return .gather(limit: HeaderServiceLimits.bodyBytes) { body, responder in
            self.submit(responder) { try self.answer(call, body) }
        }
    }

    /// Whose token came; nil for none.
    private func role(
        _ head: HTTPRequestHead, _ target: HeaderTarget
    ) throws(HeaderProblem) -> AccessTokens.Role? {
        guard let field = head.headers["Authorization"] else { return nil }
        let parts = field.split(separator: " ", omittingEmptySubsequences: true)
        // Clients without a token send an empty one.
        let isEmpty = parts.count == 1 && parts[0].lowercased() == "bearer"
        let mayBeEmpty = !options.isPrivate && target.right == .reader
        if isEmpty, mayBeEmpty || target.right == .anybody { return nil }
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw .invalidAuthorization
        }
        guard let role = tokens.role(String(parts[1])) else {
            // To read no token is needed: one of another service does no harm.
            if mayBeEmpty { return nil }
            throw .invalidToken
        }
        return role
    }

    private func admit(
        _ role: AccessTokens.Role?, _ target: HeaderTarget
    ) throws(HeaderProblem) {
        switch target.right {
        case .anybody: return
        case .reader: if !options.isPrivate { return }
        case .member: break
        case .administrator: if role == .member { throw .unauthorized }
        }
        if role == nil { throw .missingAuthorization }
    }

    private func submit(
        _ responder: any HTTPResponder, _ work: @escaping @Sendable () throws -> HTTPResponse
    ) {
        guard waiting.add(1, ordering: .relaxed).newValue <= HeaderServiceLimits.waiting else {
            waiting.subtract(1, ordering: .relaxed)
            var response = HeaderProblem(503, "busy", "too much is waiting").response
            response.headers.add("Retry-After", "1")
            return responder.send(Self.dressed(response))
        }
        queue.async {
            defer { self.waiting.subtract(1, ordering: .relaxed) }
            do {
                responder.send(Self.dressed(try work()))
            } catch let problem as HeaderProblem {
                responder.send(Self.dressed(problem.response))
            } catch {
                self.options.onFailure(error)
                responder.send(Self.dressed(HeaderProblem.generic.response))
            }
        }
    }

    // MARK: - Following

    private func follow(
        _ head: HTTPRequestHead,
        _ open: @escaping @Sendable (any WebSocketChannel) -> any WebSocketSink
    ) throws(HeaderProblem) -> HTTPDisposition {
        guard head.headers.has("websocket", in: "Upgrade") else {
            throw HeaderProblem(426, "upgrade-required", "this path is for WebSockets")
        }
        guard feed.admit() else { throw HeaderProblem(503, "busy", "too many follow") }
        return .upgrade(open: open)
    }

    private func centrifuge(_ socket: any WebSocketChannel) -> CentrifugeSocket {
        let name = (try? options.random.bytes(16)).map { Hexadecimal.encode($0) } ?? ""
        return CentrifugeSocket(feed, socket, client: name) { [options, tokens] token in
            !options.isPrivate || token.map { tokens.role($0) != nil } ?? false
        }
    }

    private static func dressed(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.add("Cache-Control", "no-store")
        response.headers.add("X-Content-Type-Options", "nosniff")
        response.headers.add("Access-Control-Allow-Origin", "*")
        return response
    }
}

/// A request that was let in.
struct HeaderCall: Sendable {
    let head: HTTPRequestHead
    let target: HeaderTarget
    let dialect: HeaderDialect

    /// Whether bytes are wanted. payd says so in `Content-Type`, although it sends nothing.
    var wantsBytes: Bool {
        ["Accept", "Content-Type"].contains {
            head.headers[$0]?.lowercased().hasPrefix("application/octet-stream") ?? false
        }
    }
}
