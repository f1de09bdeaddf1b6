// Where a node of a peer-to-peer network is, as people write it.

/// `node://HOST[:PORT]`.
public struct NodeAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or a numeric address.
    public let host: String
    /// Above 0.
    public let port: Int

    private static let scheme = "node://"

    /// An address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Whether a text is meant as such an address, right or wrong.
    public static func isMeant(by text: String) -> Bool { text.hasPrefix(scheme) }

    /// Reads an address.
    /// - Parameter usual: stands for a port that is left out.
    /// - Throws: `NetworkError.invalidURL`.
    public init(_ text: String, usual: UInt16) throws(NetworkError) {
        var rest = String(text.dropFirst(Self.scheme.count))
        if rest.hasSuffix("/") { rest.removeLast() }
        let hasPort =
            rest.hasPrefix("[") ? !rest.hasSuffix("]") : rest.utf8.contains(UInt8(ascii: ":"))
        let address = try ListenAddress(hasPort ? rest : "\(rest):\(usual)")
        guard Self.isMeant(by: text), case .network(let host, let port) = address, !host.isEmpty,
            port > 0
        else {
            throw .invalidURL(text: text, reason: "the host or the port of the node is missing")
        }
        self.init(host: host, port: port)
    }

    /// As it is read.
    public var description: String {
        Self.scheme + ListenAddress.network(host: host, port: port).description
    }
}
