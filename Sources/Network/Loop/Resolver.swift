// Names of hosts.
import Glibc

/// Asks the system for addresses; blocks.
enum Resolver {
    /// The addresses of a host, the preferred first, no address twice.
    /// - Throws: `NetworkError.unknownHost`.
    static func addresses(of host: String) throws(NetworkError) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            throw .unknownHost(host: host, reason: String(cString: gai_strerror(status)))
        }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var entry = list
        while let item = entry?.pointee {
            if let pointer = item.ai_addr,
                let address = SocketAddress(pointer, length: item.ai_addrlen).address,
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            entry = item.ai_next
        }
        guard !addresses.isEmpty else {
            throw .unknownHost(host: host, reason: "the host has no address")
        }
        return addresses
    }
}
