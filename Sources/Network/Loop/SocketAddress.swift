// Addresses as the kernel has them.
import Glibc

/// A `sockaddr` of any family.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    private init() {}

    /// An IP address and a port.
    init(_ address: IPAddress, port: Int) {
        let network = in_port_t(truncatingIfNeeded: port).bigEndian
        if address.bytes.count == 4 {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = network
            withUnsafeMutableBytes(of: &name.sin_addr) { $0.copyBytes(from: address.bytes) }
            set(name)
        } else {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = network
            withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: address.bytes) }
            set(name)
        }
    }

    /// A Unix socket's path; nil where it is too long.
    init?(path: String) {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let isHeld = withUnsafeMutableBytes(of: &name.sun_path) { room in
            guard bytes.count < room.count else { return false }
            room.copyBytes(from: bytes)
            return true
        }
        guard isHeld else { return nil }
        set(name)
    }

    /// What the kernel has written.
    init(_ pointer: UnsafePointer<sockaddr>, length: socklen_t) {
        let count = min(Int(length), MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: count))
        }
        self.length = socklen_t(count)
    }

    private mutating func set<Name>(_ name: Name) {
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: name, as: Name.self) }
        length = socklen_t(MemoryLayout<Name>.size)
    }

    /// `AF_INET`, `AF_INET6` or `AF_UNIX`.
    var family: CInt { CInt(storage.ss_family) }

    /// The IP address; nil of a Unix socket.
    var address: IPAddress? {
        let bytes: [UInt8] = withUnsafeBytes(of: storage) { storage in
            switch family {
            case AF_INET: Array(storage[4..<8])
            case AF_INET6: Array(storage[8..<24])
            default: []
            }
        }
        return IPAddress(bytes: bytes)
    }

    /// The port; 0 of a Unix socket.
    var port: Int {
        guard family != AF_UNIX else { return 0 }
        return withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    // MARK: system calls

    mutating func bind(_ descriptor: CInt) -> Bool {
        let length = length
        return withPointer { Glibc.bind(descriptor, $0, length) == 0 }
    }

    mutating func connect(_ descriptor: CInt) -> Bool {
        let length = length
        return withPointer { Glibc.connect(descriptor, $0, length) == 0 }
    }

    /// A connection that waits on a listening socket, and who it is; nil where there is none, with
    /// the reason in `errno`.
    static func accept(_ descriptor: CInt) -> (descriptor: CInt, peer: SocketAddress)? {
        var peer = SocketAddress()
        var length = peer.length
        let accepted = peer.withPointer {
            Glibc.accept(descriptor, $0, &length)
        }
        guard accepted >= 0 else { return nil }
        peer.length = length
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return (accepted, peer)
    }

    /// Where a socket is bound.
    static func own(_ descriptor: CInt) -> SocketAddress? {
        var name = SocketAddress()
        var length = name.length
        guard name.withPointer({ getsockname(descriptor, $0, &length) }) == 0 else { return nil }
        name.length = length
        return name
    }

    private mutating func withPointer<R>(_ body: (UnsafeMutablePointer<sockaddr>) -> R) -> R {
        withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
        }
    }
}

extension PeerAddress {
    /// Whoever connected from there.
    init(_ socket: SocketAddress) {
        guard let given = socket.address else {
            self = .unix
            return
        }
        let address = given.mapped ?? given
        self.init(
            text: address.description, network: address.network, isLocal: address.isLoopback)
    }
}
