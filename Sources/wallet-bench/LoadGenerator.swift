// Many connections that ask one thing after the other, on one thread that costs as little as it can.
import Glibc

/// What a load has brought.
struct LoadResult {
    var seconds = 0.0
    /// Seconds from the first byte sent to the last byte received, ascending.
    var latencies: [Double] = []
    /// How often each status was answered.
    var statuses: [Int: Int] = [:]
    /// The bodies, as far as they were to be kept.
    var bodies: [[UInt8]] = []

    var rate: Double { Double(latencies.count) / seconds }
    func percentile(_ share: Double) -> Double {
        latencies.isEmpty
            ? 0 : latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]
    }
}

/// A client of HTTP/1.1 that keeps connections busy: each sends its next request when the answer to
/// the last one is there.
struct LoadGenerator {
    let port: UInt16

    private struct Connection {
        let socket: Int32
        var buffer: [UInt8] = []
        var start = 0.0
    }

    /// A connected, non-blocking socket on this machine.
    static func connect(_ port: UInt16) throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            throw BenchError("cannot connect: \(String(cString: strerror(errno)))")
        }
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(4))
        return socket
    }

    /// Sends `count` requests over `connections` connections.
    func run(
        _ count: Int, connections: Int, keepsBodies: Bool = false, _ request: (Int) -> [UInt8]
    ) throws -> LoadResult {
        var all: [Connection] = []
        defer { for connection in all { close(connection.socket) } }
        for _ in 0..<connections { all.append(Connection(socket: try Self.connect(port))) }
        var result = LoadResult()
        var next = 0
        let begin = Stopwatch.now()
        for index in 0..<min(connections, count) {
            try send(&all[index], request(next))
            next += 1
        }
        var polled = all.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while result.latencies.count < count {
            guard poll(&polled, nfds_t(polled.count), 10_000) > 0 else {
                throw BenchError("the server does not answer")
            }
            for index in all.indices where polled[index].revents != 0 {
                let received = recv(all[index].socket, &chunk, chunk.count, 0)
                guard received > 0 else { throw BenchError("the server has closed a connection") }
                all[index].buffer.append(contentsOf: chunk[..<received])
                guard let answer = Self.answer(all[index].buffer) else { continue }
                result.latencies.append(Stopwatch.now() - all[index].start)
                result.statuses[answer.status, default: 0] += 1
                if keepsBodies { result.bodies.append(Array(all[index].buffer[answer.body])) }
                all[index].buffer.removeAll(keepingCapacity: true)
                if next < count {
                    try send(&all[index], request(next))
                    next += 1
                }
            }
        }
        result.seconds = Stopwatch.now() - begin
        result.latencies.sort()
        return result
    }

    private func send(_ connection: inout Connection, _ bytes: [UInt8]) throws {
        connection.start = Stopwatch.now()
        try Self.sendAll(connection.socket, bytes)
    }

    static func sendAll(_ socket: Int32, _ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    socket, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw BenchError("the server takes no more") }
            sent += count
        }
    }

    /// The whole answer, if it is there: answers have a `Content-Length`.
    static func answer(_ bytes: [UInt8]) -> (status: Int, body: Range<Int>)? {
        guard let head = end(of: "\r\n\r\n", in: bytes, from: 0),
            var at = end(of: "Content-Length: ", in: bytes, from: 0)
        else { return nil }
        var length = 0
        while (0x30...0x39).contains(bytes[at]) {
            length = length * 10 + Int(bytes[at] - 0x30)
            at += 1
        }
        guard bytes.count >= head + length else { return nil }
        let status = (9..<12).reduce(0) { $0 * 10 + Int(bytes[$1] - 0x30) }
        return (status, head..<head + length)
    }

    /// Where the first occurrence of a text ends.
    private static func end(of text: String, in bytes: [UInt8], from: Int) -> Int? {
        let mark = Array(text.utf8)
        guard bytes.count >= mark.count else { return nil }
        for at in from...bytes.count - mark.count where bytes[at] == mark[0] {
            if mark.indices.allSatisfy({ bytes[at + $0] == mark[$0] }) { return at + mark.count }
        }
        return nil
    }
}
