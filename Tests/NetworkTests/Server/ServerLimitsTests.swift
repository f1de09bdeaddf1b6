// What a client may not do, one past each limit.
import Glibc
import Testing

@testable import Network

@Suite struct ServerLimitsTests {
    private let hello = "GET /hello?x HTTP/1.1\r\nHost: a\r\n\r\n"

    /// The whole answer to what is sent, up to the end of the connection.
    private func answer(
        _ request: String, _ change: (inout ServerLimits) -> Void = { _ in }
    ) throws -> String {
        let rig = try Rig(change)
        let client = try rig.connect()
        client.send(request)
        return withExtendedLifetime(rig) { client.receiveAllText() }
    }

    private func expect(
        _ text: String, _ status: Int, _ code: String, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), sourceLocation: location)
        #expect(text.contains("Connection: close\r\n"), sourceLocation: location)
        #expect(text.hasSuffix("\r\n\r\n\(code)"), sourceLocation: location)
    }

    @Test func `what is no request is told so, then the connection ends`() throws {
        try expect(answer("GE T\r\n\r\n"), 400, "malformed-request")
        try expect(
            answer(hello + "GET / HTTP/2.0\r\nHost: a\r\n\r\n").after(hello: 1), 505,
            "unsupported-version")
        try expect(
            answer("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"),
            400, "malformed-request")
    }

    @Test func `a line, a head and a body have bounds`() throws {
        let limits = { (limits: inout ServerLimits) in
            limits.lineBytes = 60
            limits.headBytes = 100
            limits.fields = 3
        }
        func request(_ target: Int, _ field: Int, _ count: Int) -> String {
            "GET /\(String(repeating: "a", count: target - 14)) HTTP/1.1\r\nHost: a\r\n"
                + (0..<count).map { _ in
                    "X: \(String(repeating: "b", count: field - 3))\r\n"
                }.joined() + "Connection: close\r\n\r\n"
        }
        #expect(try answer(request(60, 4, 1), limits).hasPrefix("HTTP/1.1 404 "))
        try expect(answer(request(61, 4, 1), limits), 414, "target-too-long")
        #expect(try answer(request(20, 4, 1), limits).hasPrefix("HTTP/1.1 404 "))
        try expect(answer(request(20, 4, 2), limits), 431, "head-too-large")
        try expect(answer(request(30, 50, 1), limits), 431, "head-too-large")
        func chunked(_ size: Int) -> String {
            "POST /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n\(size)\r\n"
                + String(repeating: "b", count: size) + "\r\n0\r\n\r\n"
        }
        #expect(try answer(chunked(9)).hasSuffix("abbbbbbbbb"))
        try expect(
            answer("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n12345678901"),
            413, "body-too-large")
        try expect(
            answer(
                "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "9\r\n123456789\r\n2\r\nab\r\n0\r\n\r\n"), 413, "body-too-large")
    }

    @Test func `a head and a body must come in time`() throws {
        let hurry = { (limits: inout ServerLimits) in
            limits.headMilliseconds = 150
            limits.bodyGraceMilliseconds = 150
            limits.bodyBytesPerSecond = 1_000
        }
        try expect(answer("GET /hel", hurry), 408, "too-slow")
        try expect(answer(hello + "GET /hel", hurry).after(hello: 1), 408, "too-slow")
        try expect(
            answer("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12", hurry), 408,
            "too-slow")
        // Whoever asks nothing is told nothing.
        #expect(try answer("", hurry).isEmpty)
    }

    @Test func `a connection that asks nothing more is closed`() throws {
        let text = try answer(hello) { $0.idleMilliseconds = 100 }
        #expect(text.hasSuffix("hello x"))
    }

    @Test func `a connection serves so many requests, and says which is the last`() throws {
        let text = try answer(hello + hello + hello) { $0.requestsOnConnection = 2 }
        let parts = text.components("HTTP/1.1 200 OK")
        #expect(parts.count == 3)
        #expect(!parts[1].contains("close") && parts[2].contains("Connection: close\r\n"))
    }

    @Test func `one address has so many connections, and gets places back`() throws {
        let rig = try Rig { $0.connectionsOfLocal = 2 }
        var clients = [try rig.connect(), try rig.connect()]
        for client in clients { #expect(client.ask(hello).body == "hello x") }
        #expect(try rig.connect().ask(hello).head.isEmpty)
        clients.removeFirst()
        #expect(eventually { (try? rig.connect().ask(hello).body) == "hello x" })
        #expect(clients[0].ask(hello).body == "hello x")
    }

    @Test func `a server has so many connections`() throws {
        let rig = try Rig { $0.connections = 1 }
        let client = try rig.connect()
        #expect(client.ask(hello).body == "hello x")
        #expect(try rig.connect().ask(hello).head.isEmpty)
    }

    @Test func `this machine and Unix sockets have no limit of connections of their own`() throws {
        let scratch = Scratch()
        let rig = try Rig(["127.0.0.1:0", "unix:\(scratch.path)/s"]) { $0.connectionsOfAddress = 1 }
        for address in rig.addresses {
            let clients = try (0..<4).map { _ in try RawSocket(address) }
            for client in clients { #expect(client.ask(hello).body == "hello x") }
        }
    }

    @Test func `whoever takes nothing is cut off`() throws {
        let rig = try Rig { $0.stallMilliseconds = 150 }
        let client = try rig.connect(receiveBuffer: 4_096)
        client.send("GET /large?30000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        // It is closed without having been read; what the kernel holds is all that there is.
        #expect(eventually { !client.send([]) || client.isAtEnd })
        #expect(client.receiveAll().count < 30_000_000)
    }

    @Test func `whoever takes too little is cut off`() throws {
        let rig = try Rig {
            $0.stallMilliseconds = 150
            $0.backlogBytes = 1_000_000
        }
        let client = try rig.connect(receiveBuffer: 4_096)
        client.send("GET /large?30000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        var count = 0
        while true {
            let bytes = client.receive(1_000)
            if bytes.isEmpty { break }
            count += bytes.count
            usleep(2_000)
        }
        #expect(count < 30_000_000)
    }

    @Test func `a thousand that ask nothing hinder nobody`() throws {
        let rig = try Rig()
        let idle = try (0..<1_000).map { _ in try rig.connect() }
        #expect(try rig.connect().ask(hello).body == "hello x")
        for client in idle { client.send(hello) }
        for client in idle { #expect(client.response().body == "hello x") }
    }
}

extension RawSocket {
    /// Whether the other side has ended the connection, whatever still lies in between.
    var isAtEnd: Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLRDHUP_), revents: 0)
        return Glibc.poll(&poll, 1, 0) > 0
            && Int32(poll.revents) & (POLLRDHUP_ | POLLHUP | POLLERR) != 0
    }

    /// `POLLRDHUP`, which the C library shows only to those who ask for GNU's additions.
    private var POLLRDHUP_: Int32 { 0x2000 }
}

extension String {
    /// What follows so many responses to the greeting.
    func after(hello count: Int) -> String {
        components("hello x").dropFirst(count).joined(separator: "hello x")
    }

    func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
