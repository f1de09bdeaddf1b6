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
        guard NodeAddress.isMeant(by: text) else {
            let url = try WebURL(text)
            guard url.scheme == "http" || url.scheme == "https" else {
                throw .invalidURL(
                    text: text, reason: "a source is 'node://HOST:PORT' or the URL of a service")
            }
            self = .service(url)
            return
        }
        let address = try NodeAddress(text, usual: network.port)
        self = .node(host: address.host, port: address.port)
    }

    /// As it is read.
    public var description: String {
        switch self {
        case .node(let host, let port):
            NodeAddress(host: host, port: port).description
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
