// Heads and chunks as bytes.

import Glibc
import Testing

@testable import Network

@Suite struct HTTPWriterTests {
    private let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    private func response(
        _ status: Int = 200, _ headers: HTTPHeaders = [:], bytes: Int? = 0, keeps: Bool = true,
        takesChunks: Bool = true
    ) -> String {
        String(
            decoding: HTTPWriter.responseHead(
                status: status, headers: headers, bodyBytes: bytes, keepsAlive: keeps, date: date,
                takesChunks: takesChunks), as: UTF8.self)
    }

    @Test func `a response's head says how its body ends`() {
        let start = "HTTP/1.1 200 OK\r\nDate: \(date)\r\n"
        #expect(response() == start + "Content-Length: 0\r\n\r\n")
        #expect(response(bytes: 12) == start + "Content-Length: 12\r\n\r\n")
        #expect(response(bytes: nil) == start + "Transfer-Encoding: chunked\r\n\r\n")
        #expect(response(bytes: nil, takesChunks: false) == start + "Connection: close\r\n\r\n")
        #expect(
            response(["A": "b"], keeps: false)
                == start + "A: b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        #expect(response(204) == "HTTP/1.1 204 No Content\r\nDate: \(date)\r\n\r\n")
        #expect(response(599) == "HTTP/1.1 599 \r\nDate: \(date)\r\nContent-Length: 0\r\n\r\n")
    }

    private func response(_ headers: HTTPHeaders, keeps: Bool = true) -> String {
        response(200, headers, keeps: keeps)
    }

    @Test func `no value adds a line, no field frames but the writer's`() {
        let head = response([
            "A": "b\r\nSet-Cookie: c\r\n\r\n<html>\0", "Content-Length": "7", "date": "x",
            "transfer-encoding": "chunked", "Connection": "upgrade", "B\r\nC": "d", "": "e",
            "F:": "g", "H": "ü\tß\u{7f}",
        ])
        #expect(
            head == "HTTP/1.1 200 OK\r\nDate: \(date)\r\nA: b  Set-Cookie: c    <html> \r\n"
                + "H: ü\tß \r\nContent-Length: 0\r\n\r\n")
    }

    @Test func `a request's head is in origin form`() throws {
        func head(_ method: String, _ text: String, _ bytes: Int? = 0, keeps: Bool = true) throws
            -> String
        {
            let request = HTTPRequest(
                method, try WebURL(text), headers: ["Host": "evil", "A": "b"])
            return String(
                decoding: HTTPWriter.requestHead(request, bodyBytes: bytes, keepsAlive: keeps),
                as: UTF8.self)
        }
        #expect(try head("GET", "http://A.b") == "GET / HTTP/1.1\r\nHost: a.b\r\nA: b\r\n\r\n")
        #expect(
            try head("POST", "https://a.b:444/c?d=e", keeps: false)
                == "POST /c?d=e HTTP/1.1\r\nHost: a.b:444\r\nA: b\r\nContent-Length: 0\r\n"
                + "Connection: close\r\n\r\n")
        #expect(
            try head("PUT", "http://[::1]:80/", nil)
                == "PUT / HTTP/1.1\r\nHost: [::1]\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(
            try head("GET", "unix:/run/w", 1)
                == "GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\nContent-Length: 1\r\n\r\n")
    }

    @Test func `a path or query that was set by hand stays in its line`() throws {
        var url = try WebURL("http://a/")
        url.path = "/b c\r\nX: y\0?#ü%20"
        url.query = "d e\r\n#"
        let head = HTTPWriter.requestHead(HTTPRequest("GET", url), bodyBytes: 0)
        #expect(
            String(decoding: head, as: UTF8.self)
                == "GET /b%20c%0D%0AX:%20y%00%3F%23%C3%BC%20?d%20e%0D%0A%23 HTTP/1.1\r\n"
                + "Host: a\r\n\r\n")
    }

    @Test func `chunks have their size in hexadecimal, and none is empty`() {
        #expect(HTTPWriter.chunk([]) == [])
        #expect(HTTPWriter.chunk([7]) == Array("1\r\n\u{7}\r\n".utf8))
        let large = [UInt8](repeating: 0x61, count: 0x2bc)
        #expect(HTTPWriter.chunk(large) == Array("2bc\r\n".utf8) + large + Array("\r\n".utf8))
        #expect(HTTPWriter.lastChunk == Array("0\r\n\r\n".utf8))
    }

    @Test func `dates are those of the C library`() {
        #expect(HTTPWriter.date(unixSeconds: 784_111_777) == date)
        #expect(HTTPWriter.date(unixSeconds: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(HTTPWriter.date(unixSeconds: -1) == "Wed, 31 Dec 1969 23:59:59 GMT")
        var random = CodecRandom()
        // Each seventh day of 400 years, each at another second, and the years 1000 to 9999.
        let days = stride(from: 0, to: 146_097, by: 7).map { $0 * 86_400 + $0 % 86_400 }
        let others = (0..<3_000).map { _ in random.below(284_012_524_800) - 30_610_224_000 }
        for seconds in days + others {
            var time = time_t(seconds)
            var parts = tm()
            gmtime_r(&time, &parts)
            var buffer = [CChar](repeating: 0, count: 64)
            strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            let expected = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            guard Array(HTTPWriter.date(unixSeconds: Int64(seconds)).utf8) != expected else {
                continue
            }
            Issue.record("\(seconds): \(HTTPWriter.date(unixSeconds: Int64(seconds)))")
        }
    }
}
