// A connection to a node, for a thread of its own that may wait.
import Glibc

/// Bytes both ways, for a thread that may wait: a connection, or a test's stand-in.
public protocol NodeLink: AnyObject {
    /// Sends all of it.
    /// - Throws: `NetworkError.disconnected`, `.timedOut`.
    func send(_ bytes: [UInt8]) throws(NetworkError)
    /// What has come; nil where nothing comes within so many milliseconds.
    /// - Throws: `NetworkError.disconnected`.
    func receive(milliseconds: Int32) throws(NetworkError) -> [UInt8]?
}

/// A TCP connection that is read with patience. It ends with the last owner.
public final class NodeSocket: NodeLink {
    private let descriptor: Int32
    private let host: String

    private static let pieceBytes = 65_536
    private static let connectMilliseconds: Int32 = 10_000

    /// Connects to the first address that answers.
    /// - Parameters:
    ///   - host: a name or an address; whoever names a node means it, private addresses too.
    ///   - port: 1 to 65535.
    /// - Throws: `NetworkError.unknownHost`, `.unreachable`.
    public init(host: String, port: Int) throws(NetworkError) {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            throw .unknownHost(host: host, reason: String(cString: gai_strerror(status)))
        }
        defer { freeaddrinfo(list) }
        var reason = "the host has no address"
        var entry = list
        while let item = entry?.pointee {
            let descriptor = socket(
                item.ai_family,
                item.ai_socktype | Int32(SOCK_NONBLOCK.rawValue)
                    | Int32(SOCK_CLOEXEC.rawValue), item.ai_protocol)
            if descriptor >= 0, let code = Self.connected(descriptor, item) {
                reason = String(cString: strerror(code))
                close(descriptor)
            } else if descriptor >= 0 {
                self.descriptor = descriptor
                self.host = host
                return
            }
            entry = item.ai_next
        }
        throw .unreachable(host: host, reason: reason)
    }

    deinit { close(descriptor) }

    /// The error's number; nil where it is connected.
    private static func connected(_ descriptor: Int32, _ item: addrinfo) -> Int32? {
        if connect(descriptor, item.ai_addr, item.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return errno }
        var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let count = poll(&waited, 1, connectMilliseconds)
        guard count > 0 else { return count == 0 ? ETIMEDOUT : errno }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return errno }
        return code == 0 ? nil : code
    }

    /// Sends all of it.
    /// - Throws: `NetworkError.disconnected`, `.timedOut`.
    public func send(_ bytes: [UInt8]) throws(NetworkError) {
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
                    Int32(MSG_NOSIGNAL))
            }
            if put >= 0 {
                done += put
            } else if errno == EAGAIN {
                var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&waited, 1, Self.connectMilliseconds) != 0 else {
                    throw .timedOut(
                        host: host, what: "request", seconds: Int(Self.connectMilliseconds) / 1000)
                }
            } else if errno != EINTR {
                throw .disconnected(host: host)
            }
        }
    }

    /// What has come; nil where nothing comes in time.
    /// - Throws: `NetworkError.disconnected`.
    public func receive(milliseconds: Int32) throws(NetworkError) -> [UInt8]? {
        var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waited, 1, milliseconds) > 0 else { return nil }
        var got = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, count in
            got = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            count = max(0, got)
        }
        if got > 0 { return bytes }
        if got < 0, errno == EAGAIN || errno == EINTR { return nil }
        throw .disconnected(host: host)
    }
}
