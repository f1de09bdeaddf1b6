// The relay's paths.
import Bytes
import Cryptography
import Documents
import Network

extension ProxyService {
    /// What becomes of a request, as `HTTPHandler` has it.
    public func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        let id = stamp().identifier(0)
        // ElectrumSV asks the root with OPTIONS whether anybody is there.
        if head.method == "OPTIONS" { return .answer(Self.preflight(id)) }
        let parts = head.path.split(separator: "/", omittingEmptySubsequences: false)
            .dropFirst().map(String.init)
        switch (parts.count, parts.first) {
        case (1, ""), (1, "health"):
            return only(["GET"], head, id)
                ?? .answer(Self.dressed(HTTPResponse(status: 204), id))
        case (1, "metrics"): return only(["GET"], head, id) ?? metrics(id)
        case (2, "ws"): return only(["GET"], head, id) ?? socket(parts[1], head, id)
        case (4, "api") where parts[1] == "v1" && parts[2] == "payment":
            guard options.mode == .hybrid else { return refuse(.unknownPath, id) }
            return only(["GET", "POST"], head, id) ?? payment(parts[3], head, id)
        case (4, "api") where parts[1] == "v1" && parts[2] == "proofs":
            return only(["POST"], head, id) ?? proof(parts[3], head, id)
        default: return refuse(.unknownPath, id)
        }
    }

    /// A fault in the shape of the originals, as `HTTPHandler` has it.
    public func response(to fault: HTTPFault) -> HTTPResponse {
        let id = stamp().identifier(0)
        let problem = ProxyProblem(
            status: fault.status, code: fault.code, title: "Refused", message: fault.message)
        return Self.response(problem.answer(id), id)
    }

    func refuse(_ problem: ProxyProblem, _ id: String) -> HTTPDisposition {
        .answer(Self.response(problem.answer(id), id))
    }

    private func only(
        _ methods: [String], _ head: HTTPRequestHead, _ id: String
    ) -> HTTPDisposition? {
        let wanted = head.method == "HEAD" ? "GET" : head.method
        guard !methods.contains(wanted) else { return nil }
        let problem = ProxyProblem(
            status: 405, code: "M00001", title: "Method Not Allowed",
            message: "this path has \(methods.joined(separator: ", "))")
        var response = Self.response(problem.answer(id), id)
        response.headers.add("Allow", methods.joined(separator: ", "))
        return .answer(response)
    }

    private func metrics(_ id: String) -> HTTPDisposition {
        let text = state.withLock { $0.metrics.text($0.core) }
        return .answer(
            Self.dressed(
                HTTPResponse(
                    status: 200, headers: ["Content-Type": "text/plain; version=0.0.4"],
                    body: Array(text.utf8)), id))
    }

    private func payment(
        _ channel: String, _ head: HTTPRequestHead, _ id: String
    ) -> HTTPDisposition {
        guard ProxyCore.isName(channel) else { return refuse(.unknownInvoice, id) }
        if head.method != "POST" {
            return .gather(limit: 0) { [self] _, responder in
                ask(ProxyQuestion(channel: channel, kind: .terms), responder, id)
            }
        }
        guard Self.isJSON(head) else { return refuse(.mediaType, id) }
        return .gather(limit: options.frameBytes) { [self] body, responder in
            weigh(body.count) { [self] in
                switch ProxyPaymentBody(body) {
                case .payment(let json):
                    ask(ProxyQuestion(channel: channel, kind: .payment, json), responder, id)
                case .refused(let problem):
                    responder.send(Self.response(problem.answer(id), id))
                case .incomplete(let fields):
                    responder.send(Self.response(ProxyAnswer(status: 400, fields), id))
                }
            }
        }
    }

    private func proof(
        _ transaction: String, _ head: HTTPRequestHead, _ id: String
    ) -> HTTPDisposition {
        guard let channel = QueryItems(query: head.query)?["i"] else {
            return refuse(.malformed("the invoice is missing: ?i="), id)
        }
        guard ProxyCore.isName(channel) else { return refuse(.unknownInvoice, id) }
        guard transaction.utf8.count == 64,
            Hexadecimal.decode(transaction.lowercased()) != nil
        else {
            return refuse(.malformed("a transaction id has 64 hexadecimal digits"), id)
        }
        guard Self.isJSON(head) else { return refuse(.mediaType, id) }
        return .gather(limit: options.frameBytes) { [self] body, responder in
            weigh(body.count) { [self] in
                guard let json = try? ForeignJSON(body), json.members != nil else {
                    let problem = ProxyProblem.malformed("the body is no JSON object")
                    return responder.send(Self.response(problem.answer(id), id))
                }
                let kind = ProxyQuestion.Kind.proof(transaction: transaction.lowercased())
                ask(ProxyQuestion(channel: channel, kind: kind, json), responder, id)
            }
        }
    }

    private func ask(
        _ question: ProxyQuestion, _ responder: any HTTPResponder, _ id: String
    ) {
        act { state in
            state.lastQuestion += 1
            state.responders[state.lastQuestion] = (responder, id)
            return state.core.ask(question, number: state.lastQuestion, self.stamp())
        }
    }

    private static func isJSON(_ head: HTTPRequestHead) -> Bool {
        let type = (head.headers["Content-Type"] ?? "application/json")
            .prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return type == "application/json" || type == "application/bitcoinsv-payment"
    }

    // MARK: - Responses

    static func response(_ answer: ProxyAnswer, _ id: String) -> HTTPResponse {
        var response = HTTPResponse(status: answer.status, body: answer.body)
        if !answer.body.isEmpty { response.headers.add("Content-Type", "application/json") }
        if let retryAfter = answer.retryAfter {
            response.headers.add("Retry-After", String(retryAfter))
        }
        return dressed(response, id)
    }

    private static func dressed(_ response: HTTPResponse, _ id: String) -> HTTPResponse {
        var response = response
        response.headers.add("Access-Control-Allow-Origin", "*")
        response.headers.add("X-Request-Id", id)
        response.headers.add("Cache-Control", "no-store")
        response.headers.add("X-Content-Type-Options", "nosniff")
        return response
    }

    private static func preflight(_ id: String) -> HTTPResponse {
        dressed(
            HTTPResponse(
                status: 204,
                headers: [
                    "Allow": "GET, HEAD, OPTIONS, POST",
                    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
                    "Access-Control-Allow-Headers": "Origin, Content-Type, Accept",
                ]), id)
    }
}
