// A client that says exactly what a test wants it to say.
import Glibc
import Testing

@testable import Network

/// A blocking socket. Nothing waits longer than 20 seconds.
final class RawSocket: Sendable {
    let descriptor: CInt

    /// Connects to where a server listens.
    init(_ address: ListenAddress, receiveBuffer: Int? = nil) throws {
        var name: SocketAddress
        switch address {
        case .network(let host, let port):
            let ip = try #require(IPAddress(host))
            name = SocketAddress(ip, port: port)
        case .unix(let path):
            name = try #require(SocketAddress(path: path))
        }
        descriptor = socket(name.family, Int32(SOCK_STREAM.rawValue), 0)
        if let receiveBuffer {
            var size = CInt(receiveBuffer)
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard name.connect(descriptor) else {
            let code = errno
            Glibc.close(descriptor)
            throw Refused(code: code)
        }
    }

    /// Takes over a socket.
    init(descriptor: CInt) {
        self.descriptor = descriptor
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { Glibc.close(descriptor) }

    /// Nobody listens.
    struct Refused: Error {
        let code: CInt
    }

    /// Sends all bytes; false where the other side is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Says that nothing more is sent.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes next; empty at the end of the connection, however it came.
    func receive(_ limit: Int = 65_536) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &bytes, limit, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Everything up to the end of the connection.
    func receiveAll() -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = receive()
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    func receiveAllText() -> String { String(decoding: receiveAll(), as: UTF8.self) }

    /// What comes until it ends with `mark`, or the connection ends.
    func receive(until mark: String) -> String {
        var all: [UInt8] = []
        let end = Array(mark.utf8)
        while !all.suffix(end.count).elementsEqual(end) {
            let bytes = receive(1)
            if bytes.isEmpty { break }
            all += bytes
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// `count` bytes, fewer where the connection ends.
    func receive(exactly count: Int) -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let bytes = receive(count - all.count)
            if bytes.isEmpty { break }
            all += bytes
        }
        return all
    }

    /// The next response: head, and as much body as it says.
    func response() -> (head: String, body: String) {
        let head = receive(until: "\r\n\r\n")
        let length =
            head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
            .flatMap { Int($0.dropFirst(16)) } ?? 0
        return (head, String(decoding: receive(exactly: length), as: UTF8.self))
    }

    /// Sends a request and waits for its response.
    func ask(_ request: String) -> (head: String, body: String) {
        send(request)
        return response()
    }
}
