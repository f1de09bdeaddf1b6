// Where headers come from.
import Headers
import Network

/// A node of the network, or another service of headers.
public enum HeaderSource: Sendable, Hashable, CustomStringConvertible {
    case node(host: String, port: Int)
    case service(WebURL)

    /// Reads `node://HOST[:PORT]` or the URL of a service.
    /// - Parameter network: whose port stands for one that is left out.
    /// - Throws: `NetworkError.invalidURL`.
    public init(_ text: String, _ network: ChainNetwork) throws(NetworkError) {
        let scheme = "node://"
        guard text.hasPrefix(scheme) else {
            let url = try WebURL(text)
            guard url.scheme == "http" || url.scheme == "https" else {
                throw .invalidURL(
                    text: text, reason: "a source is 'node://HOST:PORT' or the URL of a service")
            }
            self = .service(url)
            return
        }
        var rest = String(text.dropFirst(scheme.count))
        if rest.hasSuffix("/") { rest.removeLast() }
        let hasPort =
            rest.hasPrefix("[") ? !rest.hasSuffix("]") : rest.utf8.contains(UInt8(ascii: ":"))
        let address = try ListenAddress(hasPort ? rest : "\(rest):\(network.port)")
        guard case .network(let host, let port) = address, !host.isEmpty, port > 0 else {
            throw .invalidURL(text: text, reason: "the host or the port of the node is missing")
        }
        self = .node(host: host, port: port)
    }

    /// As it is read.
    public var description: String {
        switch self {
        case .node(let host, let port):
            host.utf8.contains(UInt8(ascii: ":"))
                ? "node://[\(host)]:\(port)" : "node://\(host):\(port)"
        case .service(let url): url.description
        }
    }
}

/// What a follower tells of a source.
public enum FollowEvent: Sendable {
    /// A node has answered: its name for itself, and the height that it claims.
    case connected(agent: String, height: Int)
    /// Headers were taken in.
    case added(count: Int, tip: PlacedHeader)
    /// Another branch has taken the place of what stood above a height.
    case reorganised(fork: Int, removed: Int, tip: PlacedHeader)
    /// The source has nothing more for now.
    case caughtUp(tip: PlacedHeader)
    /// It failed, and is tried again after so many milliseconds; nil: it is not.
    case failed(any Error, retryMilliseconds: Int64?)
    /// It sent what is false: nothing is asked of it any more.
    case dropped(any Error)
}

/// How a source ended.
public enum FollowOutcome: Sendable {
    case caughtUp
    case stopped
    case failed(any Error)
    case dropped(any Error)
}
