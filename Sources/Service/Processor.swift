// A payment processor: the answer to every request.
import Network

/// Serves a domain. Requests are matched, checked and, where they cost little, answered on the
/// loop's thread; everything else goes to a pool.
///
/// Whoever owns it calls `tick()` once a second and `stop()` before he leaves.
public final class Processor: HTTPHandler {
    let context: ServiceContext
    let routes: [Route]
    private let table: PathTable

    /// A processor of `domain`.
    public init(domain: any ServedDomain, options: ServiceOptions) {
        context = ServiceContext(domain, options)
        routes = RouteTable.all
        table = PathTable(routes)
        context.catalogue.complete(
            routes, openAPI: OpenAPIDocument(routes, options, domain.identity).bytes)
        context.hub.start()
    }

    /// To be called once a second, on any thread: heartbeats of event streams.
    public func tick() { context.hub.tick() }

    /// Ends all event streams and takes no new ones.
    public func stop() { context.hub.stop() }

    /// Those who follow the events.
    public var subscribers: Int { context.hub.count }

    /// What is to be done with a request.
    public func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        let start = context.nanoseconds()
        let found: (route: Route, values: [Substring])
        do {
            switch try find(head) {
            case .route(let route, let values): found = (route, values)
            case .options(let allow): return .answer(options(head, allow))
            }
        } catch {
            context.elsewhere.note(
                status: error.status, nanoseconds: context.nanoseconds() &- start)
            return refusal(context.dressed(error.response, for: head), head)
        }
        let peer = context.peer(of: head)
        let call: Call
        do {
            try context.gate.enter(found.route.cost, from: peer)
            try Self.checkBody(head, found.route)
            call = try Call(
                head, found.route, pathValues: found.values, peer: peer, startNanoseconds: start,
                context)
        } catch {
            found.route.metrics.note(
                status: error.status, nanoseconds: context.nanoseconds() &- start)
            return refusal(context.dressed(error.response, for: head), head)
        }
        return dispose(call)
    }

    /// The response to what the server itself refuses.
    public func response(to fault: HTTPFault) -> HTTPResponse {
        var error = ServiceError(fault.status, fault.code, fault.message)
        if fault.status == 503 { error.retryAfterSeconds = 1 }
        context.elsewhere.note(status: fault.status, nanoseconds: 0)
        var response = error.response
        response.headers.add("X-Content-Type-Options", "nosniff")
        return response
    }

    private func dispose(_ call: Call) -> HTTPDisposition {
        do {
            switch call.route.handler {
            case .atOnce(let answer): return .answer(call.finished(try answer(call)))
            case .pooled(let answer):
                return .gather(limit: 0) { _, responder in
                    call.onPool(responder) {
                        try call.context.authorise(call)
                        return try answer(call)
                    }
                }
            case .own(let dispose): return try dispose(call)
            }
        } catch {
            return refusal(call.finished(ServiceError(error).response), call.head)
        }
    }

    private enum Found {
        case route(Route, [Substring])
        case options(String)
    }

    private func find(_ head: HTTPRequestHead) throws(ServiceError) -> Found {
        if head.path == "*", head.method == "OPTIONS" {
            return .options("GET, HEAD, OPTIONS, POST")
        }
        // No template has room for more.
        guard head.path.utf8.count <= ServiceLimits.pathBytes, let match = table.match(head.path)
        else {
            throw ServiceError(404, "unknown-path", "there is nothing at this path")
        }
        if head.method == "OPTIONS" { return .options(match.resource.allow) }
        guard let route = match.resource.route(head.method) else {
            var error = ServiceError(
                405, "method-not-allowed",
                "'\(match.resource.template)' has no \(Self.shown(head.method))",
                ["allowed": match.resource.allow])
            error.allow = match.resource.allow
            throw error
        }
        return .route(route, match.values)
    }

    private static func shown(_ method: String) -> String { "'\(method.prefix(32))'" }

    /// A question has no body: a reader that saw it otherwise would be fooled.
    private static func checkBody(_ head: HTTPRequestHead, _ route: Route) throws(ServiceError) {
        guard let body = route.body else {
            guard head.bodyBytes == 0 else {
                throw ServiceError(400, "unexpected-body", "this request has no body")
            }
            return
        }
        // A stream has no end that could be too far away.
        guard let bytes = head.bodyBytes, bytes > body.limitBytes,
            !ContentType(head).isLines
        else { return }
        throw ServiceError(
            413, "body-too-large", "a body of more than \(body.limitBytes) bytes",
            ["limit": String(body.limitBytes)])
    }

    /// A refusal before the body was read: a short one is read, so that the connection stays.
    private func refusal(_ response: HTTPResponse, _ head: HTTPRequestHead) -> HTTPDisposition {
        guard let bytes = head.bodyBytes, (1...Self.readableBytes).contains(bytes) else {
            return .answer(response)
        }
        return .gather(limit: bytes) { _, responder in responder.send(response) }
    }

    private static let readableBytes = 65_536

    /// What may be done here; to a browser's preflight, from where (Fetch, section 3.2).
    private func options(_ head: HTTPRequestHead, _ allow: String) -> HTTPResponse {
        var response = HTTPResponse(status: 204, headers: ["Allow": allow])
        if head.headers["Access-Control-Request-Method"] != nil,
            !context.options.corsOrigins.isEmpty
        {
            response.headers.add("Access-Control-Allow-Methods", allow)
            response.headers.add(
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, If-None-Match, Last-Event-ID")
            response.headers.add("Access-Control-Max-Age", "600")
        }
        context.elsewhere.note(status: 204, nanoseconds: 0)
        return context.dressed(response, for: head)
    }
}
