// WebSockets of a server, frame by frame and with our own client.
import Dispatch
import Glibc
import Testing

@testable import Network

@Suite struct WebSocketServerTests {
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    private func upgrade(_ fields: String = "Sec-WebSocket-Version: 13\r\n") -> String {
        "GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: \(Self.key)\r\n\(fields)\r\n"
    }

    private func open(_ rig: Rig) throws -> RawSocket {
        let before = rig.handler.channels.count
        let client = try rig.connect()
        client.send(upgrade())
        let head = client.receive(until: "\r\n\r\n")
        #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(eventually { rig.handler.channels.count > before })
        return client
    }

    private let frames = WebSocketEncoder(role: .client)

    private func text(_ text: String) -> [UInt8] {
        frames.message(.text(text), mask: 0x0102_0304)
    }

    @Test func `messages are echoed, also those that came with the request`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send(Array(upgrade().utf8) + text("early"))
        _ = client.receive(until: "\r\n\r\n")
        #expect(client.receive(exactly: 7) == [0x81, 5] + Array("early".utf8))
        for byte in text("slow") { client.send([byte]) }
        #expect(client.receive(exactly: 6) == [0x81, 4] + Array("slow".utf8))
        client.send(frames.ping([1, 2, 3], mask: 7))
        #expect(client.receive(exactly: 5) == [0x8a, 3, 1, 2, 3])
        client.send(frames.close(code: 1001, reason: "over", mask: 7))
        #expect(client.receiveAll() == [0x88, 2, 3, 0xe9])
        #expect(eventually { rig.handler.notes.last == "closed 1001" })
        #expect(rig.handler.notes.filter { $0.hasPrefix("closed") }.count == 1)
    }

    @Test func `the server begins to close`() throws {
        let rig = try Rig()
        let client = try open(rig)
        client.send(text("close 4000"))
        #expect(client.receive(exactly: 9) == [0x88, 7, 0x0f, 0xa0] + Array("asked".utf8))
        rig.handler.channels[0].send(.text("too late"))
        client.send(frames.close(code: 4000, mask: 7))
        #expect(client.receiveAll().isEmpty)
        #expect(eventually { rig.handler.notes.last == "closed 4000" })
    }

    @Test func `whoever breaks the standard is told why`() throws {
        let rig = try Rig { $0.messageBytes = 100 }
        let server = WebSocketEncoder(role: .server)
        let cases: [(frame: [UInt8], code: Int)] = [
            (server.message(.text("no mask")), 1002),
            ([0xc1, 0x80, 0, 0, 0, 0], 1002),
            (frames.frame(.text, [0xc3, 0x28], mask: 7), 1007),
            (frames.message(.binary([UInt8](repeating: 0, count: 101)), mask: 7), 1009),
        ]
        for (frame, code) in cases {
            let client = try open(rig)
            client.send(frame)
            let answer = client.receiveAll()
            #expect(answer.first == 0x88)
            #expect(answer.dropFirst(2).prefix(2) == [UInt8(code >> 8), UInt8(code & 0xff)])
            #expect(eventually { rig.handler.notes.last == "closed \(code)" })
        }
        let client = try open(rig)
        client.send(frames.message(.binary([UInt8](repeating: 0, count: 100)), mask: 7))
        #expect(client.receive(exactly: 102).count == 102)
    }

    @Test func `a connection that ends without a closing frame ends with 1006`() throws {
        let rig = try Rig()
        _ = try open(rig)
        #expect(eventually { rig.handler.notes == ["closed 1006"] })
    }

    @Test func `whoever does not answer a ping is cut off, whoever does stays`() throws {
        let rig = try Rig { $0.pingMilliseconds = 100 }
        let silent = try open(rig)
        #expect(silent.receiveAll() == [0x89, 0])
        #expect(eventually { rig.handler.notes.last == "closed 1006" })
        let client = try open(rig)
        for _ in 0..<3 {
            #expect(client.receive(exactly: 2) == [0x89, 0])
            client.send(frames.pong([], mask: 7))
        }
    }

    @Test func `what is no request for a WebSocket gets an answer of HTTP`() throws {
        let rig = try Rig()
        let plain = try rig.connect().ask("GET /socket HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(plain.head.hasPrefix("HTTP/1.1 426 ") && plain.body == "upgrade-required")
        let old = try rig.connect().ask(upgrade("Sec-WebSocket-Version: 8\r\n"))
        #expect(old.head.hasPrefix("HTTP/1.1 426 ") && old.body == "unsupported-version")
        let bad = try rig.connect().ask(
            upgrade("Sec-WebSocket-Version: 13\r\nContent-Length: 2\r\n") + "ab")
        #expect(bad.head.hasPrefix("HTTP/1.1 400 "))
    }

    @Test func `what a slow reader does not take waits, and is counted`() throws {
        let rig = try Rig()
        let client = try rig.connect(receiveBuffer: 8_192)
        client.send(upgrade())
        _ = client.receive(until: "\r\n\r\n")
        client.send(text("flood"))
        #expect(eventually { rig.handler.notes.contains("pending true") })
        #expect(rig.handler.channels[0].pendingBytes > 0)
        #expect(!rig.handler.notes.contains("drained"))
        let frameBytes = 10 + 65_536
        #expect(client.receive(exactly: 160 * frameBytes).count == 160 * frameBytes)
        #expect(eventually { rig.handler.notes.last == "drained" })
        #expect(rig.handler.channels[0].pendingBytes == 0)
    }

    @Test func `nothing is read while the sink does not want it`() throws {
        let rig = try Rig()
        let client = try open(rig)
        rig.handler.channels[0].pause()
        _ = rig.loop.core.ask { true }
        client.send(text("later"))
        rig.handler.channels[0].send(.text("first"))
        #expect(client.receive(exactly: 7) == [0x81, 5] + Array("first".utf8))
        rig.handler.channels[0].resume()
        #expect(client.receive(exactly: 7) == [0x81, 5] + Array("later".utf8))
    }

    @Test func `messages of several threads arrive whole`() throws {
        let rig = try Rig()
        let client = try open(rig)
        let channel = rig.handler.channels[0]
        let threads = 4
        let count = 200
        for thread in 0..<threads {
            DispatchQueue.global().async {
                for number in 0..<count { channel.send(.text("\(thread) \(number)")) }
            }
        }
        var next = [Int](repeating: 0, count: threads)
        for _ in 0..<threads * count {
            let frame = client.receive(exactly: 2)
            guard frame.count == 2, frame[0] == 0x81 else {
                Issue.record("a frame begins with \(frame)")
                return
            }
            let words = String(
                decoding: client.receive(exactly: Int(frame[1])), as: UTF8.self
            ).split(separator: " ").compactMap { Int($0) }
            #expect(words.count == 2 && words[1] == next[words[0]])
            next[words[0]] += 1
        }
    }
}
