// What a server clears, shows and holds, over real connections from another process.
import Dispatch
import Files
import Glibc

extension Benchmark {
    /// Connections that pay and ask.
    private static let connections = 64
    private static let questions = 100_000
    private static let idle = 10_000

    /// Measures `wallet serve` against bulk clearing on the same wallet in the same run.
    func serving() throws {
        let wallet = directory + "/served"
        _ = try ProcessRun.check([program, "init", "--no-passphrase", "--domain", "served", wallet])
        let workload = try Workload(domain: "served", payers: options.payers)
        let input = directory + "/served.ndjson"
        try workload.writeIssues(to: input)
        _ = try ProcessRun.check([program, "-C", wallet, "clear", input])
        let count = options.transactions
        try workload.writePayments(count, first: 0, to: input)
        let bulk = try ProcessRun.check([program, "-C", wallet, "clear", "-"], input: input)
        let rate = Double(count) / bulk.seconds
        show("bulk clear", "\(format1(rate)) a second")
        let server = try ServedWallet(program, wallet, directory)
        defer { server.stop() }
        let hashes = try paying(workload, server, rate, first: count)
        try streaming(workload, server, rate, first: 2 * count)
        try reading(server, hashes)
        try idling(server)
    }

    private func paying(
        _ workload: Workload, _ server: ServedWallet, _ bulk: Double, first: Int
    ) throws -> [[UInt8]] {
        let lines = workload.payments(options.transactions, first: first)
        let requests = lines.map { line in
            Array(
                "POST /transaction HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: \(line.count)\r\n\r\n"
                    .utf8) + line
        }
        let load = try LoadGenerator(port: server.port).run(
            lines.count, connections: Self.connections, keepsBodies: true
        ) { requests[$0] }
        guard load.statuses == [201: lines.count] else {
            throw BenchError("not everything has cleared: \(load.statuses)")
        }
        show(
            "payments over HTTP, \(Self.connections) connections", "\(format1(load.rate)) a second")
        ratio("  of the bulk rate", load.rate / bulk, atLeast: 0.5)
        show(
            "  median, p99",
            milliseconds(load.percentile(0.5)) + ", " + milliseconds(load.percentile(0.99)))
        ratio("  p99 of 50 ms", load.percentile(0.99) / 0.05, atMost: 1)
        memory("  memory of the server", server.mebibytes())
        return load.bodies.compactMap { Self.hash($0) }
    }

    /// The hash of a transaction: the last that stands before its `meta`.
    private static func hash(_ body: [UInt8]) -> [UInt8]? {
        let mark = Array("\"},\"meta\":".utf8)
        guard let end = body.firstRange(of: mark)?.lowerBound, end >= 64 else { return nil }
        return Array(body[(end - 64)..<end])
    }

    private func streaming(
        _ workload: Workload, _ server: ServedWallet, _ bulk: Double, first: Int
    ) throws {
        let lines = workload.payments(options.transactions, first: first)
        let size = lines.reduce(0) { $0 + $1.count + 1 }
        let socket = try LoadGenerator.connect(server.port)
        defer { close(socket) }
        let head =
            "POST /transaction HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-ndjson\r\nContent-Length: \(size)\r\nConnection: close\r\n\r\n"
        let seconds = try Stopwatch.time {
            // What is sent and what comes back flow at the same time.
            let reader = SocketReader(socket)
            try LoadGenerator.sendAll(socket, Array(head.utf8))
            for line in lines { try LoadGenerator.sendAll(socket, line + [0x0a]) }
            reader.wait()
        }
        let rate = Double(lines.count) / seconds
        show("payments as a stream of NDJSON", "\(format1(rate)) a second")
        ratio("  of the bulk rate", rate / bulk, atLeast: 0.8)
    }

    private func reading(_ server: ServedWallet, _ hashes: [[UInt8]]) throws {
        let requests = hashes.map {
            Array("GET /transaction/".utf8) + $0 + Array(" HTTP/1.1\r\nHost: bench\r\n\r\n".utf8)
        }
        guard !requests.isEmpty else { throw BenchError("no transaction to ask for") }
        let load = try LoadGenerator(port: server.port).run(
            Self.questions, connections: Self.connections
        ) { requests[($0 * 7919) % requests.count] }
        guard load.statuses == [200: Self.questions] else {
            throw BenchError("not every question was answered: \(load.statuses)")
        }
        show("GET /transaction/{hash}", "\(format1(load.rate)) a second")
        ratio("  of 20000 a second", load.rate / 20_000, atLeast: 1)
    }

    private func idling(_ server: ServedWallet) throws {
        let before = server.mebibytes()
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        let head =
            "GET /events HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        var chunk = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<Self.idle {
            let socket = try LoadGenerator.connect(server.port)
            sockets.append(socket)
            try LoadGenerator.sendAll(socket, Array(head.utf8))
            guard recv(socket, &chunk, chunk.count, 0) > 12, chunk[9] == UInt8(ascii: "1") else {
                throw BenchError("no WebSocket after \(sockets.count)")
            }
        }
        let after = server.mebibytes()
        show(
            "\(Self.idle) idle WebSockets",
            "\(format1(after)) MiB, \(format1(after - before)) of them new")
        ratio("  of 300 MB", after * 1.048576 / 300, atMost: 1)
    }

    private func milliseconds(_ seconds: Double) -> String { "\(format2(seconds * 1000)) ms" }
}

/// A thread that takes what comes until the end.
private final class SocketReader: Sendable {
    private let finished = DispatchSemaphore(value: 0)

    init(_ socket: Int32) {
        DispatchQueue(label: "reader").async { [finished] in
            var chunk = [UInt8](repeating: 0, count: 1_048_576)
            while recv(socket, &chunk, chunk.count, 0) > 0 {}
            finished.signal()
        }
    }

    func wait() { finished.wait() }
}

/// A server as a process, until it is stopped.
final class ServedWallet {
    let port: UInt16
    private let process: pid_t

    convenience init(_ program: String, _ wallet: String, _ directory: String) throws {
        try self.init(
            running: [
                program, "-C", wallet, "-c", "serve.rate=0", "-c", "serve.address-rate=0", "-c",
                "serve.connections-per-address=1000000", "serve", "--listen", "127.0.0.1:0",
            ], said: directory + "/serve.log")
    }

    /// A server that says where it listens.
    init(running words: [String], said: String) throws {
        process = try ProcessRun.start(words, errors: said)
        var found: UInt16?
        for _ in 0..<500 where found == nil {
            usleep(20_000)
            let text = String(
                decoding: (try? FileSystem.read(said, limit: 65_536)) ?? [], as: UTF8.self)
            found = text.split(separator: "http://127.0.0.1:").dropFirst().first.flatMap {
                UInt16($0.prefix { $0.isNumber })
            }
        }
        guard let found else {
            kill(process, SIGKILL)
            throw BenchError("the server does not listen: see '\(said)'")
        }
        port = found
    }

    /// The resident size.
    func mebibytes() -> Double {
        // Files of /proc say that they are empty.
        let file = open("/proc/\(process)/statm", O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = max(0, read(file, &bytes, bytes.count))
        let words = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
        let pages = words.dropFirst().first.flatMap { Double($0) } ?? 0
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
    }

    func stop() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}
