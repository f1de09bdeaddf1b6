// A socket that listens: made by ourselves, because libwebsockets' own knows neither port 0 on
// several addresses nor the care that a Unix socket needs.
import Bytes
import Glibc

/// A bound socket that listens and does not block.
struct ListeningSocket {
    let descriptor: CInt
    /// Where it listens, with the port that the system chose.
    let address: ListenAddress
    /// Which file a Unix socket is, so that no other is removed in its place.
    private let file: (device: dev_t, inode: ino_t)?

    private static let backlog: CInt = 1_024

    /// - Parameter mode: who may use a Unix socket.
    init(_ address: ListenAddress, mode: mode_t) throws(NetworkError) {
        switch address {
        case .unix(let path):
            (descriptor, file) = try Self.unix(path, mode: mode)
            self.address = address
        case .network(let host, let port):
            let (descriptor, bound) = try Self.network(host, port)
            self.descriptor = descriptor
            file = nil
            let name = host.isEmpty || IPAddress(host) == nil ? bound.address : host
            self.address = .network(host: name, port: bound.port)
        }
    }

    /// Removes a Unix socket's file. The descriptor is closed by whoever has it.
    func remove() {
        guard case .unix(let path) = address, let file, let now = Self.file(path),
            now == file
        else { return }
        unlink(path)
    }

    private static func fault(_ address: String, _ reason: String? = nil) -> NetworkError {
        .cannotListen(address: address, reason: reason ?? String(cString: strerror(errno)))
    }

    // MARK: Unix

    private static func unix(
        _ path: String, mode: mode_t
    ) throws(NetworkError) -> (CInt, (device: dev_t, inode: ino_t)?) {
        let text = "unix:\(path)"
        guard var name = SocketAddress(path: path) else {
            throw fault(text, "the path is too long")
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { throw fault(text) }
        // On Linux the file takes over the socket's mode, less the process's mask: it is never open
        // to more than it shall be, and has its own mode before anybody can connect.
        var isBound = fchmod(descriptor, mode) == 0 && name.bind(descriptor)
        if !isBound, errno == EADDRINUSE, isStale(path, &name) {
            unlink(path)
            isBound = name.bind(descriptor)
        }
        guard isBound, chmod(path, mode) == 0, listen(descriptor, backlog) == 0 else {
            let error = fault(text)
            close(descriptor)
            throw error
        }
        return (descriptor, file(path))
    }

    /// Whether a socket lies there that nobody listens on any more.
    private static func isStale(_ path: String, _ name: inout SocketAddress) -> Bool {
        defer { errno = EADDRINUSE }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        return !name.connect(probe) && errno == ECONNREFUSED
    }

    private static func file(_ path: String) -> (device: dev_t, inode: ino_t)? {
        var status = stat()
        return lstat(path, &status) == 0 ? (status.st_dev, status.st_ino) : nil
    }

    private static let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    // MARK: IP

    private static func network(
        _ host: String, _ port: Int
    ) throws(NetworkError) -> (CInt, (address: String, port: Int)) {
        let text = ListenAddress.network(host: host, port: port).description
        var names: [SocketAddress] = []
        if host.isEmpty {
            // All addresses: one socket for both families, where there is IPv6 at all.
            names = [[UInt8](repeating: 0, count: 16), [0, 0, 0, 0]].compactMap {
                IPAddress(bytes: $0).map { SocketAddress($0, port: port) }
            }
        } else if let address = IPAddress(host) {
            names = [SocketAddress(address, port: port)]
        } else {
            do throws(NetworkError) {
                names = try Resolver.addresses(of: host).map { SocketAddress($0, port: port) }
            } catch {
                throw fault(text, "the host's address is not known")
            }
        }
        var error = fault(text, "there is no address")
        for var name in names {
            if let descriptor = open(&name, isDual: host.isEmpty) {
                let bound = SocketAddress.own(descriptor)
                return (descriptor, (bound?.address?.description ?? host, bound?.port ?? port))
            }
            error = fault(text)
        }
        throw error
    }

    private static func open(_ name: inout SocketAddress, isDual: Bool) -> CInt? {
        let family = name.family
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { return nil }
        var one: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        if family == AF_INET6 {
            var only: CInt = isDual ? 0 : 1
            setsockopt(
                descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &only,
                socklen_t(MemoryLayout<CInt>.size))
        }
        if name.bind(descriptor), listen(descriptor, backlog) == 0 { return descriptor }
        let code = errno
        close(descriptor)
        errno = code
        return nil
    }
}
