// Whoever looks a handle up, and pays it.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network

/// Asks the servers of Paymail. Calls block.
public struct PaymailClient: Sendable {
    /// How servers are reached.
    public struct Reach: Sendable {
        /// For servers that the user has named himself; private addresses too.
        public var named: any HTTPSender
        /// For all others: public addresses only.
        public var strange: any HTTPSender

        /// With senders of one's own.
        public init(named: any HTTPSender, strange: any HTTPSender) {
            self.named = named
            self.strange = strange
        }

        /// Over one loop.
        public init(loop: EventLoop, trust: TLSTrust = .system) {
            var limits = ClientLimits()
            limits.bodyBytes = PaymailLimits.answerBytes
            named = HTTPClient(
                loop: loop, trust: trust, allowsPrivateAddresses: true, limits: limits)
            strange = HTTPClient(
                loop: loop, trust: trust, allowsPrivateAddresses: false, limits: limits)
        }
    }

    let reach: Reach
    let places: PaymailPlaces
    let memory: any PaymailMemory
    let now: @Sendable () -> Timestamp
    /// What stands behind the path of the capabilities on networks for tests, such as `-testnet`.
    let suffix: String

    /// A client.
    /// - Parameters:
    ///   - named: servers that the user has named for domains, instead of what DNS says.
    ///   - suffix: asked first where it is not empty, as `-testnet`.
    public init(
        _ reach: Reach, services: any ServiceResolver, named: [String: WebURL] = [:],
        memory: any PaymailMemory, random: any RandomSource,
        now: @escaping @Sendable () -> Timestamp, suffix: String = ""
    ) {
        self.reach = reach
        places = PaymailPlaces(named: named, services: services, random: random)
        self.memory = memory
        self.now = now
        self.suffix = suffix
    }

    // MARK: - Capabilities

    /// What a domain's server offers: from memory while that is fresh.
    /// - Throws: `PaymailError`, `NetworkError`; failures of memory.
    public func capabilities(of domain: String) throws -> CapabilityDocument {
        try remembered(domain).document
    }

    func remembered(_ domain: String) throws -> RememberedCapabilities {
        let known = try memory.capabilities(of: domain)
        let isStill = places.named[domain].map { $0 == known?.server } ?? true
        if let known, isStill, now() < known.expires { return known }
        let found = try places.find(domain)
        var last: any Error = PaymailError.noService(domain: domain, reason: "no server is known")
        for place in found.places {
            do {
                let fresh = try ask(place, domain, known?.server == place ? known : nil)
                try memory.keep(fresh, of: domain)
                return fresh
            } catch {
                last = error
                // Another server is asked only where this one cannot be reached.
                guard error is NetworkError else { break }
            }
        }
        if let foreign = found.foreign {
            throw PaymailError.foreignServer(
                domain: domain, target: foreign,
                reason: "the record is not verified (DNSSEC), and the domain does not answer itself"
            )
        }
        throw last
    }

    private func ask(
        _ place: WebURL, _ domain: String, _ known: RememberedCapabilities?
    ) throws -> RememberedCapabilities {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let tag = known?.tag { headers.add("If-None-Match", tag) }
        var response: HTTPResponse?
        for path in suffix.isEmpty ? [""] : [suffix, ""] {
            let url = place.appending(path: CapabilityDocument.path + path)
            response = try fetch(HTTPRequest("GET", url, headers: headers), domain)
            if response?.status != 404 { break }
        }
        guard let response else { throw PaymailError.noService(domain: domain, reason: "") }
        let expires = expiry(response)
        if response.status == 304, var known {
            known.expires = expires
            return known
        }
        guard response.status == 200 else {
            throw PaymailError.noService(
                domain: domain, reason: "its server answers with status \(response.status)")
        }
        return RememberedCapabilities(
            document: try CapabilityDocument(response.body), server: place,
            tag: response.headers["ETag"].flatMap { $0.utf8.count <= 256 ? $0 : nil },
            expires: expires)
    }

    private func expiry(_ response: HTTPResponse) -> Timestamp {
        var seconds = PaymailLimits.usualCacheSeconds
        for value in response.headers.values("Cache-Control") {
            for part in value.lowercased().split(separator: ",") {
                let word = part.split(separator: " ").joined()
                if word.hasPrefix("max-age="), let age = Int64(word.dropFirst(8)) { seconds = age }
            }
        }
        let bounds = PaymailLimits.cacheSeconds
        let bounded = min(max(seconds, bounds.lowerBound), bounds.upperBound)
        return now().adding(milliseconds: bounded * 1_000) ?? .latest
    }

    // MARK: - Asking

    /// Where a capability of a handle is to be asked for.
    /// - Throws: `PaymailError.noCapability`, `.unsafeRedirection`.
    func place(
        _ capability: Capability, of handle: PaymailHandle, publicKey: [UInt8]? = nil
    ) throws -> WebURL {
        let known = try remembered(handle.domain)
        guard let template = known.document.template(capability) else {
            throw PaymailError.noCapability(
                domain: handle.domain, capability: capability.title)
        }
        let url = try CapabilityDocument.url(template, for: handle, publicKey: publicKey)
        // Only a server that the user has named may go without TLS.
        guard url.scheme == "https" || isNamed(url, handle.domain) else {
            throw PaymailError.unsafeRedirection(url: url.description)
        }
        return url
    }

    func isNamed(_ url: WebURL, _ domain: String) -> Bool {
        guard let named = places.named[domain] else { return false }
        return url.scheme == named.scheme && url.host == named.host && url.port == named.port
            && url.socket == named.socket
    }

    /// One answer. Redirections are followed for questions alone, and never to another server.
    func fetch(_ request: HTTPRequest, _ domain: String) throws -> HTTPResponse {
        var request = request
        for _ in 0...PaymailLimits.redirections {
            let sender = isNamed(request.url, domain) ? reach.named : reach.strange
            let response = try sender.send(request)
            guard response.body.count <= PaymailLimits.answerBytes else {
                throw PaymailError.tooLarge(limitBytes: PaymailLimits.answerBytes)
            }
            guard [301, 302, 303, 307, 308].contains(response.status),
                let location = response.headers["Location"]
            else { return response }
            guard request.method == "GET",
                let next = Self.redirected(from: request.url, to: location)
            else { throw PaymailError.unsafeRedirection(url: String(location.prefix(200))) }
            request.url = next
        }
        throw PaymailError.unsafeRedirection(url: request.url.description)
    }

    private static func redirected(from place: WebURL, to location: String) -> WebURL? {
        if location.hasPrefix("/"), !location.hasPrefix("//") {
            let parts = location.split(
                separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            var root = place
            root.path = "/"
            return root.appending(
                path: String(parts[0]), query: parts.count == 2 ? String(parts[1]) : nil)
        }
        guard let next = try? WebURL(location), next.scheme == place.scheme,
            next.host == place.host, next.port == place.port
        else { return nil }
        return next
    }

    /// The body of an answer that says yes.
    /// - Throws: `PaymailError.refused`, in the server's words.
    static func accepted(_ response: HTTPResponse) throws(PaymailError) -> [UInt8] {
        guard response.status == 200 || response.status == 201 else {
            throw refusal(response)
        }
        return response.body
    }

    static func refusal(_ response: HTTPResponse) -> PaymailError {
        let value = try? ForeignJSON(response.body)
        let words = ["message", "error", "title"].lazy.compactMap { value?[$0]?.string }
        return .refused(
            status: response.status, code: value?.text("code", limit: 100) ?? "",
            message: String((words.first { !$0.isEmpty } ?? "").prefix(300)))
    }
}
