// Responses as bytes.

import Testing

@testable import Network

@Suite struct HTTPResponseParserTests {
    private func read(
        _ text: String, to method: String = "GET", isClosed: Bool = false
    ) throws -> ResponseTranscript {
        let bytes = try VectorBytes.latin(text)
        let whole = Codec.response([bytes], to: method, isClosed: isClosed)
        let single = Codec.response(Codec.single(bytes), to: method, isClosed: isClosed)
        #expect(single == whole, "\(text)")
        return whole
    }

    @Test func `a response is read as it was meant`() throws {
        let read = try read("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\nabc")
        #expect(
            read.heads == [
                HTTPResponseHead(
                    status: 200, reason: "OK", headers: ["A": "b", "Content-Length": "3"],
                    keepsAlive: true)
            ])
        #expect(read.body == Array("abc".utf8) && read.ends == 1 && read.fault == nil)
    }

    @Test(arguments: [
        // Head, method, body, whether the connection goes on.
        ("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "GET", "", true),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "GET", "", true),
        ("HTTP/1.1 404 Not  there\r\ncontent-length: 2\r\n\r\nab", "GET", "ab", true),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", "GET", "a", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", "GET", "a", false),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n0\r\nA: b\r\n\r\n",
            "GET", "ab", true
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", "", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD", "", true),
        ("HTTP/1.1 200 OK\r\n\r\n", "HEAD", "", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", "GET", "", true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "GET", "", true),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "POST", "a", true
        ),
    ]) func `bodies end where the standard has it`(
        text: String, method: String, body: String, keeps: Bool
    ) throws {
        let read = try read(text, to: method)
        #expect(read.fault == nil && read.ends == 1 && read.rest.isEmpty)
        #expect(read.body == Array(body.utf8))
        #expect(read.heads.map(\.keepsAlive) == [keeps])
        let more = try self.read(text + "more", to: method, isClosed: true)
        #expect(more.rest == Array("more".utf8) && more.body == read.body && more.ends == 1)
    }

    @Test func `a body of unknown length ends with the connection`() throws {
        let text = "HTTP/1.1 200 OK\r\n\r\nabc\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
        let open = try read(text)
        #expect(open.ends == 0 && open.heads.map(\.keepsAlive) == [false])
        let closed = try read(text, isClosed: true)
        #expect(closed.ends == 1 && closed.body == Array(text.utf8.dropFirst(19)))
        let empty = try read("HTTP/1.1 200 OK\r\n\r\n", isClosed: true)
        #expect(empty.ends == 1 && empty.body.isEmpty)
    }

    @Test func `the other protocol begins behind 101`() throws {
        let read = try read("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n\u{81}\0")
        #expect(read.heads.map(\.status) == [101])
        #expect(read.ends == 1 && read.rest == [0x81, 0])
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ]) func `a response that breaks off is no response`(text: String) throws {
        #expect(try read(text).fault == nil)
        #expect(try read(text, isClosed: true).fault?.code == "malformed-response")
    }

    @Test(arguments: [
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 +20 OK\r\n\r\n", "HTTP/1.1 200 \u{ff}\r\n\r\n", "HTTP/1.1\r\n\r\n", "\r\n",
        "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 O\rK\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1,1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    ]) func `what can be read in two ways is refused`(text: String) throws {
        let fault = try read(text).fault
        #expect(fault?.status == 502 && fault?.code == "malformed-response")
    }

    @Test func `one past each limit is refused`() throws {
        let start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
        let field = "a: " + String(repeating: "b", count: 8_189) + "\r\n"
        let hundred = start + String(repeating: "a: b\r\n", count: 99)
        let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 16)
        for text in [start + field, hundred, interim + start] {
            #expect(try read(text + "\r\n").ends == 1)
        }
        let long = start + "a" + field
        for text in [long, start + field + field + field + field, hundred + "a: b\r\n"] {
            #expect(try read(text + "\r\n").fault?.code == "head-too-large")
        }
        #expect(
            try read(interim + "HTTP/1.1 100 Continue\r\n\r\n").fault?.code
                == "malformed-response")
    }
}
