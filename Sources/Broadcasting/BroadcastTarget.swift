// Where a transaction is sent: a miner's service, or a node.
import Bytes
import Cryptography
import Headers
import Network

/// A way to the miners.
public enum BroadcastTarget: Sendable, Hashable, CustomStringConvertible {
    /// A service that speaks ARC.
    case arc(WebURL)
    /// A service that speaks the Merchant API (BRFC 8eeed98377bd).
    case mapi(WebURL)
    /// A node, asked as another node would.
    case node(host: String, port: Int)

    private static let arcPrefix = "arc+"
    private static let mapiPrefix = "mapi+"

    /// Reads `arc+https://HOST[/PREFIX]`, `mapi+https://HOST[/PREFIX]` (`http` too) or
    /// `node://HOST[:PORT]`.
    /// - Parameter network: whose port stands for one that is left out.
    /// - Throws: `NetworkError.invalidURL`.
    public init(_ text: String, _ network: ChainNetwork) throws(NetworkError) {
        if text.hasPrefix(Self.arcPrefix) {
            self = .arc(try Self.service(text, Self.arcPrefix))
        } else if text.hasPrefix(Self.mapiPrefix) {
            self = .mapi(try Self.service(text, Self.mapiPrefix))
        } else if NodeAddress.isMeant(by: text) {
            let address = try NodeAddress(text, usual: network.port)
            self = .node(host: address.host, port: address.port)
        } else {
            throw .invalidURL(
                text: text,
                reason: "a target is 'arc+https://HOST', 'mapi+https://HOST' or 'node://HOST'")
        }
    }

    private static func service(
        _ text: String, _ prefix: String
    ) throws(NetworkError) -> WebURL {
        let url = try WebURL(String(text.dropFirst(prefix.count)))
        guard url.scheme == "http" || url.scheme == "https", url.query == nil else {
            throw .invalidURL(
                text: text, reason: "a miner's service is at 'http' or 'https', without a query")
        }
        return url
    }

    /// As it is read.
    public var description: String {
        switch self {
        case .arc(let url): Self.arcPrefix + url.description
        case .mapi(let url): Self.mapiPrefix + url.description
        case .node(let host, let port): NodeAddress(host: host, port: port).description
        }
    }
}

/// A target with what it takes to be let in. The token is in no text.
public struct BroadcastEndpoint: Sendable {
    /// Where.
    public let target: BroadcastTarget
    /// Shown to a service as `Authorization: Bearer`; nil for none.
    public let token: SecretBytes?
    /// The key that a Merchant API must sign with, compressed; nil where any will do, or none.
    public let minerKey: [UInt8]?

    /// A target.
    /// - Throws: `NetworkError.invalidURL` where a token cannot be one (RFC 6750 §2.1).
    public init(
        _ target: BroadcastTarget, token: SecretBytes? = nil, minerKey: [UInt8]? = nil
    ) throws(NetworkError) {
        if let token, !Self.isBearer(token) {
            throw .invalidURL(
                text: target.description,
                reason: "the token is empty, too long, or has characters of no token")
        }
        self.target = target
        self.token = token
        self.minerKey = minerKey
    }

    private static func isBearer(_ token: SecretBytes) -> Bool {
        token.count > 0 && token.count <= Limits.minerTokenBytes
            && token.withUnsafeBytes { bytes in
                bytes.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ",") }
            }
    }

    /// The value of `Authorization`.
    var authorization: String? {
        token.map { token in
            "Bearer " + token.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
    }
}
