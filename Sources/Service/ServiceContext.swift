// What all requests share.
import Bytes
import Documents
import Network

/// The domain and everything that stands around it.
final class ServiceContext: Sendable {
    let domain: any ServedDomain
    let options: ServiceOptions
    let pool: WorkPool
    let gate: Gate
    let hub: EventHub
    let lines = LineMetrics()
    let catalogue = Catalogue()
    /// What leads nowhere is counted too.
    let elsewhere = RouteMetrics(method: "*", template: "*")
    let nanoseconds: @Sendable () -> UInt64

    init(_ domain: any ServedDomain, _ options: ServiceOptions) {
        self.domain = domain
        self.options = options
        let nanoseconds =
            options.nanoseconds
            ?? { UInt64(max(0, domain.now.milliseconds)) &* 1_000_000 }
        self.nanoseconds = nanoseconds
        pool = WorkPool(width: options.poolWidth)
        gate = Gate(options, domain) { Int64(nanoseconds() / 1_000_000) }
        hub = EventHub(domain, pool)
    }

    /// Who asks.
    func peer(of head: HTTPRequestHead) -> PeerAddress {
        guard options.isBehindProxy, head.peer.isLocal else { return head.peer }
        return PeerAddress(forwarded: head.headers) ?? head.peer
    }

    /// Adds the fields that every response has.
    func dressed(_ response: HTTPResponse, for head: HTTPRequestHead) -> HTTPResponse {
        var response = response
        dress(&response.headers, for: head)
        return response
    }

    /// Adds the fields that every response has.
    func dress(_ headers: inout HTTPHeaders, for head: HTTPRequestHead) {
        headers.add("X-Content-Type-Options", "nosniff")
        guard !options.corsOrigins.isEmpty else { return }
        let isForAll = options.corsOrigins.contains("*")
        if !isForAll { headers.add("Vary", "Origin") }
        guard let origin = head.headers["Origin"],
            isForAll || options.corsOrigins.contains(origin)
        else { return }
        headers.add("Access-Control-Allow-Origin", isForAll ? "*" : origin)
        headers.add("Access-Control-Expose-Headers", "ETag, Location, Retry-After")
    }

    /// The user whose token stands in the head. Blocks.
    /// - Throws: 401; `ServiceFailure`.
    func user(_ head: HTTPRequestHead) throws -> ServedUser {
        guard let field = head.headers["Authorization"] else {
            throw ServiceError.unauthorized("a bearer token is needed", isInvalid: false)
        }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            (1...ServiceLimits.tokenBytes).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy(Self.isTokenByte),
            let user = try domain.user(token: String(parts[1]))
        else { throw ServiceError.unauthorized("the bearer token is nobody's", isInvalid: true) }
        return user
    }

    /// RFC 6750 §2.1.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "-._~+/=".utf8.contains(byte)
        }
    }

    /// Whether a call may go on. Blocks where a token has to be looked up.
    /// - Throws: 401; `ServiceFailure`.
    func authorise(_ call: Call) throws {
        if case .area(let area) = call.route.access, isProtected(area) {
            _ = try user(call.head)
        }
    }

    func isProtected(_ area: ProtectedArea) -> Bool {
        options.requiresAuthentication.contains(area)
    }
}
