// A server as its clients see it.
import Foundation
import Testing

@testable import Network

@Suite struct HTTPServerTests {
    private func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    private func post(_ target: String, _ body: String) -> String {
        "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func `a connection serves one request after the other`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        for number in 0..<5 {
            let (head, body) = client.ask(get("/hello?\(number)"))
            #expect(
                head
                    == "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                    + "Content-Length: 7\r\n\r\n")
            #expect(body == "hello \(number)")
        }
        #expect(client.ask(get("/bare")).head.hasPrefix("HTTP/1.1 204 "))
        #expect(client.ask(post("/echo", "body")).body == "body")
        #expect(client.ask(get("/peer")).body == "127.0.0.1 true")
    }

    @Test func `requests sent at once are answered in order`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send((0..<6).map { post("/later?\($0)", "x") }.joined() + get("/hello?end"))
        for number in 0..<6 { #expect(client.response().body == "later \(number) 1") }
        #expect(client.response().body == "hello end")
    }

    @Test func `a request may come byte by byte`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        for byte in Array(post("/echo", "slowly").utf8) { client.send([byte]) }
        #expect(client.response().body == "slowly")
    }

    @Test func `bodies come and go in chunks`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send(
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\n")
        #expect(client.response().body == "abcdefgh")
        client.send(get("/open"))
        #expect(
            client.receive(until: "\r\n\r\n")
                == "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                + "X-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(client.receive(until: "0\r\n\r\n") == "3\r\none\r\n5\r\nthree\r\n0\r\n\r\n")
        #expect(client.ask(get("/hello?still")).body == "hello still")
    }

    @Test func `HTTP 1.0 gets no chunks, and no second response`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send("GET /open HTTP/1.0\r\n\r\n")
        let all = client.receiveAllText()
        #expect(all.hasSuffix("Connection: close\r\n\r\nonethree"))
        #expect(!all.contains("chunked"))
    }

    @Test func `a response to HEAD has a length and no body`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send("HEAD /hello?you HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.receive(until: "\r\n\r\n").contains("Content-Length: 9\r\n"))
        client.send("HEAD /open HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.receive(until: "\r\n\r\n").contains("chunked"))
        #expect(client.ask(get("/hello?2")).body == "hello 2")
    }

    @Test func `a client is told to go on only where its body is wanted`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        let expecting = "Content-Length: 4\r\nExpect: 100-continue\r\n"
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(expecting)\r\n")
        #expect(client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("body")
        #expect(client.response().body == "body")
        client.send("POST /hello HTTP/1.1\r\nHost: a\r\n\(expecting)\r\n")
        let (head, body) = client.response()
        #expect(head.hasPrefix("HTTP/1.1 200 ") && head.contains("Connection: close\r\n"))
        #expect(body == "hello ")
        #expect(client.receive().isEmpty)
    }

    @Test func `a client that sends nothing more still gets its responses`() throws {
        let rig = try Rig()
        for request in [
            get("/hello?a") + post("/later?0", "x"), get("/open"), get("/large?3000000"),
        ] {
            let client = try rig.connect()
            client.send(request)
            client.endSending()
            let all = client.receiveAll()
            let text = String(decoding: all.prefix(20_000), as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 200 OK"))
            if request.contains("/later") { #expect(text.hasSuffix("later 0 1")) }
            if request.contains("/open") { #expect(text.hasSuffix("0\r\n\r\n")) }
            if request.contains("/large") { #expect(all.count > 3_000_000) }
        }
    }

    @Test func `a response arrives though the body before it is not read`() throws {
        let rig = try Rig()
        for _ in 0..<10 {
            let client = try rig.connect()
            client.send(
                "POST /hello?early HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n")
            client.send([UInt8](repeating: 0x61, count: 3_000_000))
            #expect(client.receiveAllText().hasSuffix("hello early"))
        }
    }

    @Test func `what a response says last counts: the connection closes`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send(get("/bye") + get("/hello"))
        let all = client.receiveAllText()
        #expect(all.contains("Connection: close\r\n") && all.hasSuffix("bye"))
        let other = try rig.connect()
        other.send(get("/hello", "Connection: close\r\n") + get("/hello"))
        #expect(other.receiveAllText().components(separatedBy: "HTTP/1.1 200").count == 2)
    }

    @Test func `only the first response of a responder is sent`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        #expect(client.ask(post("/twice", "")).body == "first")
        #expect(client.ask(get("/hello?3")).body == "hello 3")
    }

    @Test func `a body is handed on as it comes, and only while it is wanted`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send("POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(client.receive(until: "\r\n\r\n").contains("chunked"))
        client.send("2\r\nab\r\n")
        #expect(client.receive(until: "AB\r\n") == "2\r\nAB\r\n")
        rig.handler.controls[0].pause()
        // The pause is in force once a later order has been carried out.
        _ = rig.loop.core.ask { true }
        client.send("2\r\ncd\r\n")
        let other = try rig.connect()
        for _ in 0..<20 { #expect(other.ask(get("/hello?x")).body == "hello x") }
        #expect(rig.handler.notes == ["received 2"])
        rig.handler.controls[0].resume()
        #expect(client.receive(until: "CD\r\n") == "2\r\nCD\r\n")
        client.send("0\r\n\r\n")
        #expect(client.receive(until: "0\r\n\r\n") == "0\r\n\r\n")
        #expect(rig.handler.notes.last == "ended")
        #expect(client.ask(get("/hello?y")).body == "hello y")
    }

    @Test func `whoever hands a body on, or takes one, learns that the client is gone`() throws {
        let rig = try Rig()
        do {
            let client = try rig.connect()
            client.send("POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("2\r\nab\r\n")
            _ = client.receive(until: "AB\r\n")
            let other = try rig.connect()
            other.send(get("/open?endless"))
            _ = other.receive(until: "three\r\n")
            // A reset, which is seen while nothing is read.
            var reset = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                other.descriptor, SOL_SOCKET, SO_LINGER, &reset,
                socklen_t(MemoryLayout<linger>.size))
        }
        #expect(eventually { rig.handler.notes.contains("failed") })
        #expect(eventually { rig.handler.notes.contains("gone") })
    }

    @Test func `a response for somebody who has gone is dropped`() throws {
        let rig = try Rig()
        do {
            let client = try rig.connect()
            client.send(post("/never", "x"))
            #expect(eventually { rig.handler.kept.count == 1 })
        }
        rig.handler.kept[0].send(.text("too late"))
        let writer = rig.handler.kept[0].open(status: 200, headers: [:])
        writer.write([1])
        writer.finish()
        #expect(try rig.connect().ask(get("/hello?z")).body == "hello z")
    }

    @Test func `several servers share a loop`() throws {
        let rig = try Rig(["127.0.0.1:0", "127.0.0.1:0"])
        let second = HTTPServer(
            loop: rig.loop, addresses: [try ListenAddress("127.0.0.1:0")], clock: { 0 },
            handler: TestHandler())
        let address = try second.start()[0]
        for place in rig.addresses + [address] {
            #expect(try RawSocket(place).ask(get("/hello?a")).body == "hello a")
        }
        second.stop(graceSeconds: 5)
        #expect(throws: RawSocket.Refused.self) { try RawSocket(address) }
        #expect(try rig.connect().ask(get("/hello?b")).body == "hello b")
    }

    @Test func `an address in use is refused`() throws {
        let rig = try Rig()
        let other = HTTPServer(
            loop: rig.loop, addresses: [try ListenAddress("127.0.0.1:0"), rig.address],
            clock: { 0 }, handler: TestHandler())
        #expect(
            throws: NetworkError.cannotListen(
                address: rig.address.description, reason: "Address already in use")
        ) { try other.start() }
    }
}
