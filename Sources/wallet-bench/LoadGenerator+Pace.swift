// Requests at a steady pace, however long the answers take.
import Glibc

extension LoadGenerator {
    private struct Line {
        let socket: Int32
        var buffer: [UInt8] = []
        /// When its request was due; nil while it has none.
        var due: Double?
    }

    /// A line without a request, each in its turn: a server closes one that is never used.
    private static func free(_ lines: [Line], from: Int) -> Int? {
        lines.indices.lazy.map { ($0 + from) % lines.count }.first { lines[$0].due == nil }
    }

    /// Sends `count` requests, so many a second, over connections that are free. Latencies count
    /// from the moment at which a request was due.
    func pace(
        _ count: Int, perSecond: Double, connections: Int, _ request: (Int) -> [UInt8]
    ) throws -> LoadResult {
        var lines = try (0..<connections).map { _ in Line(socket: try Self.connect(port)) }
        defer { for line in lines { close(line.socket) } }
        var result = LoadResult()
        var sent = 0
        var polled = lines.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let begin = Stopwatch.now()
        while result.latencies.count < count {
            while sent < count, begin + Double(sent) / perSecond <= Stopwatch.now(),
                let free = Self.free(lines, from: sent)
            {
                lines[free].due = begin + Double(sent) / perSecond
                try Self.sendAll(lines[free].socket, request(sent))
                sent += 1
            }
            let next = begin + Double(sent) / perSecond - Stopwatch.now()
            // A millisecond too late at most, whoever is asked.
            let pause = sent < count ? Int32(max(1, min(next * 1_000, 1_000))) : 1_000
            _ = poll(&polled, nfds_t(polled.count), pause)
            for index in lines.indices where polled[index].revents != 0 {
                let received = recv(lines[index].socket, &chunk, chunk.count, 0)
                guard received > 0 else { throw BenchError("the server has closed a connection") }
                lines[index].buffer.append(contentsOf: chunk[..<received])
                guard let due = lines[index].due, let answer = Self.answer(lines[index].buffer)
                else { continue }
                result.latencies.append(Stopwatch.now() - due)
                result.statuses[answer.status, default: 0] += 1
                lines[index].buffer.removeAll(keepingCapacity: true)
                lines[index].due = nil
            }
            guard Stopwatch.now() - begin < Double(count) / perSecond + 60 else {
                throw BenchError("the server does not answer")
            }
        }
        result.seconds = Stopwatch.now() - begin
        result.latencies.sort()
        return result
    }
}
