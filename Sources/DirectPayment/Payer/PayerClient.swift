// Whoever pays: terms are fetched and judged, a payment is sent, what is answered is read.
import Bytes
import Cryptography
import Documents
import Network

/// Terms as a payer has got them.
public struct PaymentOffer: Sendable {
    /// What is asked for. Where a signature is there, this is what has been signed.
    public let terms: PaymentTerms
    /// What a payment has to be written in.
    public let dialect: PaymentDialect
    /// By whom they are signed; `.refused` never gets here.
    public let signature: SignedEnvelope.Verdict
    /// Where they came from.
    public let source: WebURL
    /// Where the payment goes.
    public let paymentURL: WebURL
    /// The terms as they came.
    public let bytes: [UInt8]
}

/// What became of a payment.
public enum PaymentOutcome: Sendable, Equatable {
    /// The payee has taken it.
    case acknowledged(PaymentAcknowledgement)
    /// A proxy keeps it until the payee's wallet comes back; the same payment sent again tells.
    case stored(memo: String, retrySeconds: Int)
}

/// Bounds of a payer.
public struct PayerLimits: Sendable {
    // limit: bytes of terms and acknowledgements (BRC-55: 10 MB, 11 MB)
    /// Bytes of an answer.
    public var answerBytes = 11_534_336
    // limit: redirections that are followed
    /// Redirections that are followed.
    public var redirections = 3
    // limit: how long a wallet at a socket has
    /// Milliseconds that a wallet at a socket has to answer.
    public var answerMilliseconds = 15_000

    /// The usual limits.
    public init() {}
}

/// Fetches terms and pays.
public struct PayerClient: Sendable {
    /// How servers are reached.
    public struct Reach: Sendable {
        /// For what the user has named himself; private addresses too.
        public var named: any HTTPSender
        /// For what a server leads to; public addresses only.
        public var strange: any HTTPSender
        /// The same for sockets.
        public var namedSockets: WebSocketClient
        /// For sockets that a server leads to.
        public var strangeSockets: WebSocketClient

        /// Over one loop.
        public init(loop: EventLoop, trust: TLSTrust = .system) {
            let sender = { (allows: Bool) in
                HTTPClient(loop: loop, trust: trust, allowsPrivateAddresses: allows)
            }
            let sockets = { (allows: Bool) in
                WebSocketClient(loop: loop, trust: trust, allowsPrivateAddresses: allows)
            }
            named = sender(true)
            strange = sender(false)
            namedSockets = sockets(true)
            strangeSockets = sockets(false)
        }

        /// With senders of one's own.
        public init(
            named: any HTTPSender, strange: any HTTPSender, namedSockets: WebSocketClient,
            strangeSockets: WebSocketClient
        ) {
            self.named = named
            self.strange = strange
            self.namedSockets = namedSockets
            self.strangeSockets = strangeSockets
        }
    }

    let reach: Reach
    let random: any RandomSource
    let now: @Sendable () -> Timestamp
    let limits: PayerLimits

    /// A payer.
    public init(
        _ reach: Reach, random: any RandomSource, now: @escaping @Sendable () -> Timestamp,
        limits: PayerLimits = PayerLimits()
    ) {
        self.reach = reach
        self.random = random
        self.now = now
        self.limits = limits
    }

    /// The terms behind a payment address: `http(s)://…`, or `ws(s)://…/ws/ID` for a proxy's
    /// socket.
    /// - Parameter url: as the user has named it.
    /// - Throws: `PayerError`, `NetworkError`, `DirectPaymentError`.
    public func terms(at url: WebURL) throws -> PaymentOffer {
        if url.isSocket { return try socketTerms(at: url) }
        var place = url
        for _ in 0...limits.redirections {
            let response = try sender(place, named: url).send(
                HTTPRequest("GET", place, headers: ["Accept": Self.accepted]))
            guard (300...399).contains(response.status),
                let location = response.headers["Location"]
            else { return try offer(response, place, named: url) }
            place = try redirected(from: place, to: location)
        }
        throw PayerError.redirections(url: url.description, limit: limits.redirections)
    }

    /// BIP272 and BIP273 name the first; all servers answer the second.
    private static let accepted = "application/bitcoinsv-paymentrequest, application/json"

    /// Sends a payment. The same payment again does no harm: whoever has lost the answer asks so.
    /// - Throws: `PayerError.refused`, with what the other side says; `NetworkError`.
    public func pay(_ payment: Payment, _ offer: PaymentOffer) throws -> PaymentOutcome {
        let body = payment.json(offer.dialect)
        if offer.paymentURL.isSocket { return try socketPay(body, offer) }
        let response = try sender(offer.paymentURL, named: offer.source).send(
            HTTPRequest(
                "POST", offer.paymentURL,
                headers: [
                    "Content-Type": "application/json", "Accept": "application/json",
                ], body: body.bytes))
        return try PaymentAnswer(response, limit: limits.answerBytes).outcome()
    }

    // MARK: - Where one may be led

    /// Where the user has named the server himself, it may be on his own network.
    func sender(_ url: WebURL, named: WebURL) -> any HTTPSender {
        url.hasServer(of: named) ? reach.named : reach.strange
    }

    private func redirected(from place: WebURL, to location: String) throws -> WebURL {
        if location.hasPrefix("/"), !location.hasPrefix("//") {
            let parts = location.split(
                separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            return place.appending(
                String(parts[0]), query: parts.count == 2 ? String(parts[1]) : nil)
        }
        let next = try WebURL(location)
        guard next.isWeb, !(place.isSecure && !next.isSecure) else {
            throw PayerError.unsafeRedirection(url: location)
        }
        return next
    }

    // MARK: - Terms

    private func offer(
        _ response: HTTPResponse, _ place: WebURL, named: WebURL
    ) throws -> PaymentOffer {
        guard response.body.count <= limits.answerBytes else {
            throw PayerError.tooLarge(limitBytes: limits.answerBytes)
        }
        guard response.status == 200 else {
            throw PaymentAnswer(response, limit: limits.answerBytes).refusal
        }
        return try offer(response.body, place)
    }

    func offer(_ bytes: [UInt8], _ place: WebURL) throws -> PaymentOffer {
        let value: ForeignJSON
        do throws(JSONError) { value = try ForeignJSON(bytes) } catch {
            throw DirectPaymentError.malformed(
                document: "terms", reason: "\(error.reason), at byte \(error.offset)")
        }
        let (outer, dialect, outerVerdict) = try PaymentTerms.read(value)
        var (terms, verdict) = (outer, outerVerdict)
        if let inner = value[DeskClerk.signedMember] {
            // What is signed counts, not what a proxy has written beside it.
            guard SignedEnvelope(inner) != nil else {
                throw DirectPaymentError.malformed(
                    document: "terms", reason: "what is signed is no envelope")
            }
            (terms, _, verdict) = try PaymentTerms.read(inner)
        }
        if let expires = terms.expires, expires <= now() {
            throw PayerError.expired(expires.text)
        }
        return PaymentOffer(
            terms: terms, dialect: dialect, signature: verdict, source: place,
            paymentURL: try paymentURL(terms, outer, place), bytes: bytes)
    }

    private func paymentURL(
        _ terms: PaymentTerms, _ outer: PaymentTerms, _ place: WebURL
    ) throws -> WebURL {
        let text = terms.paymentURL.isEmpty ? outer.paymentURL : terms.paymentURL
        // Terms that say nothing are paid where they were fetched.
        guard !text.isEmpty else { return place }
        let url: WebURL
        if text.hasPrefix("/") { url = place.appending(text) } else { url = try WebURL(text) }
        guard url.isWeb || url.isSocket || url.hasServer(of: place) else {
            throw PayerError.unsafeRedirection(url: text)
        }
        guard !(place.isSecure && !url.isSecure) else {
            throw PayerError.unsafeRedirection(url: text)
        }
        return url
    }
}

extension WebURL {
    var isWeb: Bool { scheme == "http" || scheme == "https" }
    var isSocket: Bool { scheme == "ws" || scheme == "wss" }
    var isSecure: Bool { scheme == "https" || scheme == "wss" || scheme == "unix" }

    func hasServer(of other: WebURL) -> Bool {
        host == other.host && port == other.port && socket == other.socket
    }

    /// Another path at the same server.
    fileprivate func appending(_ path: String, query: String? = nil) -> WebURL {
        var root = self
        root.path = "/"
        return root.appending(path: path, query: query)
    }
}
