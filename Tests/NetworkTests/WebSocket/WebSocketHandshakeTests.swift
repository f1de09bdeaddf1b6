// How a connection becomes a WebSocket.

import Cryptography
import Testing

@testable import Network

@Suite struct WebSocketHandshakeTests {
    /// The standard's example (RFC 6455 §1.3).
    private let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private let answer = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    private func head(_ changes: [(String, String?)] = []) -> HTTPRequestHead {
        var fields: [HTTPHeaders.Field] = [
            .init("Host", "a"), .init("Upgrade", "websocket"), .init("Connection", "Upgrade"),
            .init("Sec-WebSocket-Key", key), .init("Sec-WebSocket-Version", "13"),
        ]
        for (name, value) in changes {
            fields.removeAll { $0.name == name }
            if let value { fields.append(.init(name, value)) }
        }
        return HTTPRequestHead(method: "GET", path: "/", headers: HTTPHeaders(fields))
    }

    private func status(_ head: HTTPRequestHead) -> Int {
        do throws(HTTPFault) {
            return try WebSocketHandshake.accept(head).isEmpty ? 0 : 101
        } catch {
            return error.status
        }
    }

    @Test func `the standard's example is answered as there`() throws {
        let expected =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(answer)\r\n\r\n"
        #expect(try WebSocketHandshake.accept(head()) == Array(expected.utf8))
        #expect(WebSocketHandshake.key(Array("the sample nonce".utf8)) == key)
    }

    @Test func `what asks wrongly is refused`() {
        #expect(status(head([("Upgrade", "h2c, WebSocket")])) == 101)
        #expect(status(head([("Connection", "keep-alive, upgrade")])) == 101)
        #expect(status(head([("Sec-WebSocket-Extensions", "permessage-deflate")])) == 101)
        #expect(status(head([("Upgrade", nil)])) == 426)
        #expect(status(head([("Upgrade", "h2c")])) == 426)
        #expect(status(head([("Sec-WebSocket-Version", nil)])) == 426)
        #expect(status(head([("Sec-WebSocket-Version", "8")])) == 426)
        #expect(status(head([("Connection", nil)])) == 400)
        #expect(status(head([("Connection", "keep-alive")])) == 400)
        for wrong in [nil, "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25j", key + "AAAA"] {
            #expect(status(head([("Sec-WebSocket-Key", wrong)])) == 400)
        }
        var other = head()
        other.headers.add("Sec-WebSocket-Key", key)
        #expect(status(other) == 400)
        other = head()
        other.headers.add("Sec-WebSocket-Version", "13")
        #expect(status(other) == 426)
        other = head()
        other.method = "POST"
        #expect(status(other) == 400)
        for bytes in [1, nil] {
            other = head()
            other.bodyBytes = bytes
            #expect(status(other) == 400)
        }
        other = head()
        other.keepsAlive = false
        #expect(status(other) == 400)
    }

    private func checked(
        _ status: Int = 101, _ fields: HTTPHeaders
    ) -> String? {
        let head = HTTPResponseHead(status: status, reason: "", headers: fields, keepsAlive: true)
        do throws(HTTPFault) {
            try WebSocketHandshake.check(head, key: key)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a client takes only the answer to its key`() {
        let base: HTTPHeaders = ["Upgrade": "WebSocket", "connection": "upgrade"]
        var right = base
        right.add("Sec-WebSocket-Accept", answer)
        #expect(checked(right) == nil)
        #expect(checked(200, right) == "malformed-response")
        #expect(checked(base) == "malformed-response")
        for (name, value) in [
            ("Sec-WebSocket-Accept", answer), ("Sec-WebSocket-Protocol", "a"),
            ("Sec-WebSocket-Extensions", "b"),
        ] {
            var wrong = right
            wrong.add(name, value)
            #expect(checked(wrong) == "malformed-response")
        }
        var wrong = base
        wrong.add("Sec-WebSocket-Accept", answer.lowercased())
        #expect(checked(wrong) == "malformed-response")
        let bare: HTTPHeaders = ["Upgrade": "websocket", "Sec-WebSocket-Accept": answer]
        #expect(checked(bare) == "malformed-response")
    }

    private func checked(_ fields: HTTPHeaders) -> String? { checked(101, fields) }

    @Test func `both sides of ours agree`() throws {
        var random = CodecRandom()
        for _ in 0..<50 {
            let key = WebSocketHandshake.key(random.bytes(16))
            let url = try WebURL("ws://a.example:8080/events?since=3")
            let asked = WebSocketHandshake.requestHead(
                url, key: key, headers: ["Origin": "x\r\ny", "Host": "z"])
            let read = Codec.requests([asked])
            let head = try #require(read.requests.first).head
            #expect(head.headers["Host"] == "a.example:8080" && head.query == "since=3")
            #expect(head.headers["Origin"] == "x  y")
            let answered = Codec.response([try WebSocketHandshake.accept(head) + [0x81]])
            try WebSocketHandshake.check(try #require(answered.heads.first), key: key)
            #expect(answered.rest == [0x81], random.comment)
        }
    }
}
