// Where a connection goes: names turned into addresses, once.
import Glibc

/// A server, found: the addresses are those that were judged, so nobody can change them after.
struct Destination: Sendable {
    /// What connections to the same server have in common.
    struct Origin: Sendable, Hashable {
        let host: String
        let port: Int
        let socket: String?
        let hasTLS: Bool

        init(_ url: WebURL) {
            host = url.host
            port = url.port
            socket = url.socket
            hasTLS = url.scheme == "https" || url.scheme == "wss"
        }

        /// For messages.
        var name: String { socket.map { "unix:\($0)" } ?? host }
    }

    let origin: Origin
    /// As libwebsockets takes them: numeric addresses, or a path behind a plus sign.
    let addresses: [String]

    /// Asks the system for the host's addresses; blocks.
    /// - Parameter allowsPrivate: Whether it may be a machine that not everybody reaches.
    /// - Throws: `NetworkError.unknownHost`, `.privateAddress`.
    init(_ url: WebURL, allowsPrivate: Bool, limit: Int) throws(NetworkError) {
        origin = Origin(url)
        if let socket = url.socket {
            guard allowsPrivate else {
                throw .privateAddress(host: origin.name, address: socket)
            }
            addresses = ["+" + socket]
            return
        }
        let found = try Resolver.addresses(of: url.host)
        if !allowsPrivate, let address = found.first(where: { !$0.isPublic }) {
            throw .privateAddress(host: url.host, address: address.description)
        }
        addresses = found.prefix(limit).map(\.description)
    }
}
