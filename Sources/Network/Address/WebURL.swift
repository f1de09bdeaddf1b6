// Where something is on the Web.
import Bytes

/// A URL of the schemes `http`, `https`, `ws`, `wss`, without user and fragment (RFC 3986), or
/// `unix:PATH` for a server on this machine.
public struct WebURL: Sendable, Hashable, CustomStringConvertible {
    /// `http`, `https`, `ws`, `wss` or `unix`.
    public let scheme: String
    /// The host without brackets, lower case; empty for `unix`.
    public let host: String
    /// The port, also where the text leaves it out; 0 for `unix`.
    public let port: Int
    /// The path, percent-encoded; begins with a slash. Of `unix`, the path inside the server.
    public var path: String
    /// What follows the question mark; nil where there is none.
    public var query: String?
    /// The socket's path; nil but for `unix`.
    public let socket: String?

    init(
        scheme: String, host: String, port: Int, path: String, query: String?, socket: String?
    ) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
        self.socket = socket
    }

    /// The URL as text, the port left out where it is the scheme's own.
    public var description: String {
        if let socket { return "unix:\(socket)" }
        let isUsual = port == Self.usualPort(scheme)
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(scheme)://\(name)" + (isUsual ? "" : ":\(port)") + path
            + (query.map { "?\($0)" } ?? "")
    }

    static func usualPort(_ scheme: String) -> Int {
        scheme == "https" || scheme == "wss" ? 443 : 80
    }
}
