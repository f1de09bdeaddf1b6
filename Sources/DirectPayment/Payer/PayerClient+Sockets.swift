// Paying over a proxy's socket: the payer joins, and asks the wallet himself.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

extension PayerClient {
    func socketTerms(at url: WebURL) throws -> PaymentOffer {
        try checkPath(url)
        let reply: SocketMessage
        do {
            reply = try exchange(
                url, named: url, SocketMessage.TermsKind.request.create, .null,
                answers: SocketMessage.TermsKind.allCases.flatMap { [$0.response, $0.error] })
        } catch PayerError.silent {
            // ElectrumSV has another word for it.
            reply = try exchange(
                url, named: url, SocketMessage.TermsKind.terms.create, .null,
                answers: SocketMessage.TermsKind.allCases.flatMap { [$0.response, $0.error] })
        }
        if reply.type.hasSuffix(".error") { throw Self.refusal(reply.body) }
        return try offer(reply.body.bytes, url)
    }

    func socketPay(_ body: ForeignJSON, _ offer: PaymentOffer) throws -> PaymentOutcome {
        try checkPath(offer.paymentURL)
        let reply = try exchange(
            offer.paymentURL, named: offer.source, SocketMessage.Kind.payment, body,
            answers: [SocketMessage.Kind.acknowledgement, SocketMessage.Kind.paymentError])
        if reply.type == SocketMessage.Kind.paymentError { throw Self.refusal(reply.body) }
        let acknowledgement = try PaymentAcknowledgement(reply.body)
        guard acknowledgement.error == 0 else {
            throw PayerError.refused(
                status: 422, code: "", title: "", message: acknowledgement.memo)
        }
        return .acknowledged(acknowledgement)
    }

    /// `^(wss?://…/ws)/([A-Za-z0-9]{6,})$`, as payd has it.
    private func checkPath(_ url: WebURL) throws {
        let parts = url.path.split(separator: "/", omittingEmptySubsequences: false)
        guard url.query == nil, parts.count >= 3, parts[parts.count - 2] == "ws",
            ProxyCore.isName(String(parts[parts.count - 1]))
        else {
            throw NetworkError.invalidURL(
                text: url.description, reason: "the address of a channel ends in '/ws/ID'")
        }
    }

    private static func refusal(_ body: ForeignJSON) -> PayerError {
        .refused(
            status: 0, code: body["code"]?.string ?? "", title: body["title"]?.string ?? "",
            message: body["message"]?.string ?? "")
    }

    /// Joins, asks one thing and waits for its answer.
    private func exchange(
        _ url: WebURL, named: WebURL, _ type: String, _ body: ForeignJSON, answers: [String]
    ) throws -> SocketMessage {
        let channel = url.path.split(separator: "/").last.map(String.init) ?? ""
        let correlation = try identifier()
        var message = SocketMessage(
            type: type, channel: channel, correlation: correlation, application: "wallet",
            body: body, id: try identifier(), timestamp: now().text)
        let origin = try identifier()
        message.headers = [("X-Origin-Id", [origin])]
        let inbox = PayerInbox(correlation: correlation, answers: answers)
        let sockets = url.hasServer(of: named) ? reach.namedSockets : reach.strangeSockets
        let socket = try sockets.open(
            url,
            headers: [SocketMessage.frameBytesHeader: String(Limits.proxyFrameBytes)],
            sink: inbox)
        defer { socket.close(code: 1000, reason: "") }
        socket.send(.text(String(decoding: message.bytes, as: UTF8.self)))
        return try inbox.wait(milliseconds: limits.answerMilliseconds)
    }

    private func identifier() throws -> String {
        ProxyStamp(now: 0, seed: try random.bytes(16)).identifier(0)
    }
}

/// Waits for one answer among all that goes over a channel.
private final class PayerInbox: WebSocketSink {
    private let correlation: String
    private let answers: [String]
    private let outcome = Mutex<Result<SocketMessage, PayerError>?>(nil)
    private let arrival = DispatchSemaphore(value: 0)

    init(correlation: String, answers: [String]) {
        self.correlation = correlation
        self.answers = answers
    }

    func received(_ message: WebSocketMessage) {
        guard case .text(let text) = message else { return }
        let frame = Array(text.utf8)
        if let failure = SocketFailure(frame) {
            return finish(
                .failure(
                    .refused(
                        status: 0, code: failure.code, title: failure.title,
                        message: failure.description)))
        }
        guard let message = try? SocketMessage(frame), message.correlation == correlation,
            answers.contains(message.type)
        else { return }
        finish(.success(message))
    }

    func drained() {}

    func closed(code: Int) {
        finish(
            .failure(
                .refused(
                    status: 0, code: String(code), title: "",
                    message: "the proxy closed the connection")))
    }

    private func finish(_ result: Result<SocketMessage, PayerError>) {
        let isFirst = outcome.withLock { outcome in
            defer { if outcome == nil { outcome = result } }
            return outcome == nil
        }
        if isFirst { arrival.signal() }
    }

    func wait(milliseconds: Int) throws -> SocketMessage {
        guard arrival.wait(timeout: .now() + .milliseconds(milliseconds)) == .success,
            let result = outcome.withLock({ $0 })
        else { throw PayerError.silent(seconds: milliseconds / 1_000) }
        return try result.get()
    }
}
