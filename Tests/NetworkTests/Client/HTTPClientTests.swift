// A client, before our own server and before ones that misbehave.
import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Network

@Suite struct HTTPClientTests {
    private let loop: EventLoop

    init() throws { loop = try EventLoop() }

    private func client(
        allowsPrivate: Bool = true, _ change: (inout ClientLimits) -> Void = { _ in }
    ) -> HTTPClient {
        var limits = ClientLimits()
        change(&limits)
        return HTTPClient(loop: loop, allowsPrivateAddresses: allowsPrivate, limits: limits)
    }

    /// What a client makes of a server that answers so and closes.
    private func outcome(
        of response: String, method: String = "GET",
        _ change: (inout ClientLimits) -> Void = { _ in }
    ) throws -> Result<HTTPResponse, NetworkError> {
        let server = try ScriptedServer(answering: response)
        defer { server.stop() }
        let request = HTTPRequest(method, try server.url())
        return Result { () throws(NetworkError) in try client(change).send(request) }
    }

    @Test func `requests of all kinds go to and fro`() throws {
        let rig = try Rig()
        let client = client()
        #expect(
            try client.send(HTTPRequest("GET", rig.url("http", "/hello?1"))).body
                == Array("hello 1".utf8))
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let echoed = try client.send(HTTPRequest("POST", rig.url("http", "/echo"), body: body))
        #expect(echoed.body == body)
        let head = try client.send(HTTPRequest("HEAD", rig.url("http", "/hello?1")))
        #expect(head.headers["content-length"] == "7" && head.body.isEmpty)
        let open = try client.send(HTTPRequest("GET", rig.url("http", "/open")))
        #expect(open.body == Array("onethree".utf8) && open.headers["x-a"] == "1")
        let large = try client.send(HTTPRequest("GET", rig.url("http", "/large?9000000")))
        #expect(large.body.count == 9_000_000)
        #expect(try client.send(HTTPRequest("GET", rig.url("http", "/nothing"))).status == 404)
        #expect(try client.send(HTTPRequest("GET", rig.url("http", "/bye"))).closes)
        #expect(try client.send(HTTPRequest("GET", rig.url("http", "/bare"))).status == 204)
    }

    @Test func `a Unix socket is a server like others`() throws {
        let scratch = Scratch()
        let rig = try Rig(["unix:\(scratch.path)/s"])
        var url = try WebURL("unix:\(scratch.path)/s")
        url.path = "/peer"
        for _ in 0..<3 {
            #expect(try client().send(HTTPRequest("GET", url)).body == Array("unix true".utf8))
        }
        _ = rig
    }

    @Test func `a connection is kept for the next request`() throws {
        let server = try ScriptedServer { client, _ in
            for _ in 0..<3 {
                _ = client.receive(until: "\r\n\r\n")
                client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let client = client()
        for _ in 0..<3 {
            #expect(try client.send(HTTPRequest("GET", server.url())).body == [0x6f, 0x6b])
        }
        #expect(server.connections == 1)
        server.stop()
    }

    @Test func `several threads share a client`() throws {
        let rig = try Rig()
        let client = client()
        let url = try rig.url("http", "/later?3")
        let good = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<20 {
                let response = try? client.send(HTTPRequest("POST", url, body: [1, 2, 3]))
                if response?.body == Array("later 3 3".utf8) {
                    good.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(good.load(ordering: .relaxed) == 160)
    }

    @Test(arguments: ["GET", "POST"])
    func `what may be asked twice is asked again when a kept connection ends`(
        method: String
    ) throws {
        let server = try ScriptedServer { client, number in
            _ = client.receive(until: "\r\n\r\n")
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
            // The second request is read, and never answered.
            if number == 0 { _ = client.receive(until: "\r\n\r\n") }
        }
        let client = client()
        #expect(try client.send(HTTPRequest("GET", server.url())).body == [0x30])
        let second = Result { () throws(NetworkError) in
            try client.send(HTTPRequest(method, try server.url(typed: ())))
        }
        if method == "GET" {
            #expect(try second.get().body == [0x31])
        } else {
            #expect(second == .failure(.disconnected(host: "127.0.0.1")))
        }
        server.stop()
    }

    @Test func `a redirect is the caller's concern`() throws {
        let response = try outcome(
            of: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        #expect(try response.get().status == 302)
    }

    @Test func `a body may end with the connection, or in chunks`() throws {
        #expect(
            try outcome(of: "HTTP/1.0 200 OK\r\n\r\nall of it").get().body
                == Array("all of it".utf8))
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(
            try outcome(of: chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").get().body
                == Array("abcde".utf8))
        #expect(
            try outcome(of: chunked + "3\r\nabc\r\n2\r\n")
                == .failure(.disconnected(host: "127.0.0.1")))
    }

    @Test func `what is no response is refused`() throws {
        for text in [
            "HTTP/2 200 OK\r\n\r\n", "SSH-2.0-x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        ] {
            guard case .failure(.malformed(host: "127.0.0.1", _)) = try outcome(of: text) else {
                Issue.record("'\(text)' is taken")
                continue
            }
        }
        let disconnected = Result<HTTPResponse, NetworkError>.failure(
            .disconnected(host: "127.0.0.1"))
        #expect(try outcome(of: "") == disconnected)
        #expect(try outcome(of: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd") == disconnected)
    }

    @Test func `a body has a bound`() throws {
        let limit = { (limits: inout ClientLimits) in limits.bodyBytes = 4 }
        #expect(
            try outcome(of: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", limit).get().body
                .count
                == 4)
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nabcde",
        ] {
            #expect(
                try outcome(of: text, limit)
                    == .failure(.tooLarge(host: "127.0.0.1", limitBytes: 4)))
        }
    }

    @Test func `a server that says nothing, or goes on for ever, is given up`() throws {
        let server = try ScriptedServer { client, number in
            if number == 1 {
                client.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while client.send("x") { usleep(10_000) }
            }
            _ = client.receiveAll()
        }
        let client = client {
            $0.responseMilliseconds = 150
            $0.bytesPerSecond = 1_000
        }
        for _ in 0..<2 {
            #expect(
                throws: NetworkError.timedOut(host: "127.0.0.1", what: "response", seconds: 0)
            ) { try client.send(HTTPRequest("GET", server.url())) }
        }
        server.stop()
    }

    @Test func `more than was asked for ends the connection`() throws {
        let server = try ScriptedServer { client, number in
            _ = client.receive(until: "\r\n\r\n")
            let response = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
            client.send(response + "\(number)" + response + "x")
            _ = client.receiveAll()
        }
        let client = client()
        for number in 0..<3 {
            #expect(
                try client.send(HTTPRequest("GET", server.url())).body == Array("\(number)".utf8))
        }
        server.stop()
    }

    @Test func `where nobody listens, nobody is reached`() throws {
        let server = try ScriptedServer { _, _ in }
        let url = try server.url()
        server.stop()
        let socket = try ListeningSocket(.network(host: "127.0.0.1", port: 0), mode: 0)
        close(socket.descriptor)
        let closed = try WebURL("http://\(socket.address)/")
        _ = url
        for url in [closed, try WebURL("unix:/nowhere/at/all")] {
            guard case .failure(.unreachable) = outcome(url) else {
                Issue.record("'\(url)' is reached")
                continue
            }
        }
        guard
            case .failure(.unknownHost(host: "nowhere.invalid", _)) = outcome(
                try WebURL("http://nowhere.invalid/"))
        else {
            Issue.record("there is no such name (RFC 6761)")
            return
        }
    }

    private func outcome(_ url: WebURL) -> Result<HTTPResponse, NetworkError> {
        Result { () throws(NetworkError) in try client().send(HTTPRequest("GET", url)) }
    }

    @Test(arguments: [
        "http://127.0.0.1/", "http://localhost/", "https://[::1]/", "http://10.1.2.3/",
        "http://192.168.1.1/", "http://169.254.169.254/", "http://[::ffff:127.0.0.1]/",
        "http://[fd00::1]/", "http://0.0.0.0/", "unix:/run/socket",
    ])
    func `private addresses are refused where strangers give them`(text: String) throws {
        let url = try WebURL(text)
        let client = client(allowsPrivate: false)
        guard
            case .failure(.privateAddress) = Result(catching: { () throws(NetworkError) in
                try client.send(HTTPRequest("GET", url))
            })
        else {
            Issue.record("'\(text)' is asked")
            return
        }
    }

    @Test func `a loop that stops ends what waits`() throws {
        let rig = try Rig()
        let loop = loop
        let client = client()
        let url = try rig.url("http", "/never")
        DispatchQueue.global().async {
            _ = eventually { rig.handler.kept.count == 1 }
            loop.stop()
        }
        for _ in 0..<2 {
            #expect(throws: NetworkError.disconnected(host: "127.0.0.1")) {
                try client.send(HTTPRequest("GET", url))
            }
        }
    }
}

extension ScriptedServer {
    /// The URL, for those who may throw nothing else.
    func url(typed: Void) throws(NetworkError) -> WebURL {
        do { return try url() } catch { throw .invalidURL(text: "", reason: "\(error)") }
    }
}
