// A server of Paymail: the answer to every request.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

/// Answers for the aliases of one domain.
public final class PaymailService: HTTPHandler {
    let desk: any PaymailDesk
    private let settings: Mutex<PaymailOptions>
    private let peers: Mutex<TokenBuckets<String>?>
    private let aliases: Mutex<TokenBuckets<String>?>
    private let queue = DispatchQueue(label: "paymail", attributes: .concurrent)
    private let waiting = Atomic<Int>(0)

    /// A service.
    public init(_ desk: any PaymailDesk, _ options: PaymailOptions) {
        self.desk = desk
        settings = Mutex(options)
        peers = Mutex(options.peerAllowance.map { TokenBuckets($0) })
        aliases = Mutex(options.aliasAllowance.map { TokenBuckets($0) })
    }

    var options: PaymailOptions { settings.withLock { $0 } }

    /// Where clients reach it, if nobody has said so before.
    func namePublicURL(_ url: String) {
        settings.withLock { if $0.publicURL.isEmpty { $0.publicURL = url } }
    }

    // MARK: - HTTPHandler

    /// What the server itself refuses, in the shape of all refusals.
    public func response(to fault: HTTPFault) -> HTTPResponse {
        Self.dressed(PaymailProblem(fault.status, "error-\(fault.code)", fault.message).response)
    }

    /// What becomes of a request.
    public func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        let options = options
        do throws(PaymailProblem) {
            if head.method == "OPTIONS" { return .answer(Self.preflight) }
            try admit(head, options)
            let target = try PaymailTarget(head.path, options)
            let method = head.method == "HEAD" ? "GET" : head.method
            guard target.methods.contains(method) else {
                throw PaymailProblem(
                    405, "error-method-not-allowed",
                    "this path has \(target.methods.joined(separator: ", "))")
            }
            switch target {
            case .capabilities: return .answer(Self.capabilities(head, options))
            case .health: return .answer(Self.dressed(HTTPResponse(status: 204)))
            case .handle, .key: break
            }
            return .gather(limit: target.bodyLimit) { body, responder in
                self.submit(responder) { try self.answer(target, body, options) }
            }
        } catch {
            let response = Self.dressed(error.response)
            // A short body is read, so that the connection stays.
            guard let bytes = head.bodyBytes, (1...PaymailLimits.requestBytes).contains(bytes)
            else { return .answer(response) }
            return .gather(limit: bytes) { _, responder in responder.send(response) }
        }
    }

    private func submit(
        _ responder: any HTTPResponder, _ work: @escaping @Sendable () throws -> HTTPResponse
    ) {
        guard waiting.add(1, ordering: .relaxed).newValue <= PaymailLimits.waiting else {
            waiting.subtract(1, ordering: .relaxed)
            return responder.send(Self.dressed(PaymailProblem.busy.response))
        }
        queue.async {
            defer { self.waiting.subtract(1, ordering: .relaxed) }
            do {
                responder.send(Self.dressed(try work()))
            } catch let problem as PaymailProblem {
                responder.send(Self.dressed(problem.response))
            } catch let refusal as PaymailRefusal {
                responder.send(Self.dressed(PaymailProblem(refusal).response))
            } catch {
                self.options.onFailure(error)
                responder.send(Self.dressed(PaymailProblem.unknown.response))
            }
        }
    }

    // MARK: - Admission

    private func admit(
        _ head: HTTPRequestHead, _ options: PaymailOptions
    ) throws(PaymailProblem) {
        var peer = head.peer
        if options.isBehindProxy, peer.isLocal {
            peer = PeerAddress(forwarded: head.headers) ?? peer
        }
        let network = peer.network
        let now = options.now().milliseconds
        if let wait = peers.withLock({ $0?.take(1, of: network, at: now) }) { throw .tooMany(wait) }
    }

    /// A whole crowd may not wear out one alias: outputs that are promised are kept.
    func admit(_ alias: String, _ options: PaymailOptions) throws(PaymailProblem) {
        let now = options.now().milliseconds
        if let wait = aliases.withLock({ $0?.take(1, of: alias, at: now) }) { throw .tooMany(wait) }
    }

    // MARK: - Answers

    private static func capabilities(
        _ head: HTTPRequestHead, _ options: PaymailOptions
    ) -> HTTPResponse {
        let body = PaymailTarget.document(options).bytes
        let tag = "\"\(Hash.sha256(body).hexadecimal.prefix(32))\""
        let known = head.headers.values("If-None-Match").flatMap { $0.split(separator: ",") }
            .map { $0.split(separator: " ").joined() }
        let isKnown = known.contains { $0 == tag || $0 == "W/" + tag || $0 == "*" }
        return dressed(
            HTTPResponse(
                status: isKnown ? 304 : 200,
                headers: [
                    "Content-Type": "application/json", "ETag": tag,
                    "Cache-Control": "public, max-age=\(options.cacheSeconds)",
                ], body: isKnown ? [] : body))
    }

    private static let preflight = dressed(
        HTTPResponse(
            status: 204,
            headers: [
                "Allow": "GET, HEAD, OPTIONS, POST",
                "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
                "Access-Control-Allow-Headers": "Origin, Content-Type, Accept",
                "Access-Control-Max-Age": "86400",
            ]))

    static func json(_ value: ForeignJSON, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"], body: value.bytes)
    }

    private static func dressed(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        if response.headers["Cache-Control"] == nil {
            response.headers.add("Cache-Control", "no-store")
        }
        response.headers.add("Access-Control-Allow-Origin", "*")
        response.headers.add("X-Content-Type-Options", "nosniff")
        return response
    }
}
