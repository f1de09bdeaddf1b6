// Where a server listens.
import Bytes

/// An address to listen on.
public enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host, as name or numeric address, and a port; 0 lets the system choose one. An empty host
    /// stands for all addresses of the machine.
    case network(host: String, port: Int)
    /// The path of a Unix socket.
    case unix(path: String)

    /// Reads `HOST:PORT`, `[ADDRESS]:PORT` for IPv6, `:PORT` for all addresses, or `unix:PATH`.
    /// - Throws: `NetworkError.invalidURL`.
    public init(_ text: String) throws(NetworkError) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard (1...CodecLimits.socketPathBytes).contains(path.utf8.count),
                !path.utf8.contains(0)
            else {
                throw .invalidURL(
                    text: text,
                    reason: "a socket's path has 1 to \(CodecLimits.socketPathBytes) bytes")
            }
            self = .unix(path: path)
            return
        }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else {
            throw .invalidURL(text: text, reason: "the port is missing, as in '127.0.0.1:8080'")
        }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port < 65_536
        else { throw .invalidURL(text: text, reason: "the port is no number up to 65535") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard let address = IPAddress(host), address.bytes.count == 16 else {
                throw .invalidURL(text: text, reason: "'\(host)' is no IPv6 address")
            }
        } else if host.utf8.contains(UInt8(ascii: ":")) || host.utf8.contains(where: { $0 <= 0x20 })
        {
            throw .invalidURL(text: text, reason: "an IPv6 address stands in brackets")
        }
        guard host.utf8.count <= CodecLimits.hostBytes else {
            throw .invalidURL(text: text, reason: "the host's name is too long")
        }
        self = .network(host: host, port: port)
    }

    /// As it is read.
    public var description: String {
        switch self {
        case .network(let host, let port):
            host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
