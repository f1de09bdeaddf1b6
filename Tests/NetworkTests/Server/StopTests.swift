// The end of a server.
import Dispatch
import Testing

@testable import Network

@Suite struct StopTests {
    private let hello = "GET /hello?x HTTP/1.1\r\nHost: a\r\n\r\n"

    /// Stops the server on another thread; the semaphore is signalled when it has stopped.
    private func stop(_ rig: Rig, seconds: Int) -> DispatchSemaphore {
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            rig.server.stop(graceSeconds: seconds)
            done.signal()
        }
        return done
    }

    @Test func `running requests are finished, what rests is closed, nobody is let in`() throws {
        let rig = try Rig()
        let idle = try rig.connect()
        #expect(idle.ask(hello).body == "hello x")
        let busy = try rig.connect()
        busy.send("POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" + hello)
        let streaming = try rig.connect()
        streaming.send("POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(!streaming.receive(until: "\r\n\r\n").contains("Connection: close"))
        #expect(eventually { rig.handler.kept.count == 1 })
        let done = stop(rig, seconds: 60)
        #expect(idle.receive().isEmpty)
        #expect(eventually { (try? rig.connect()) == nil })
        rig.handler.kept[0].send(.text("in time"))
        // The request behind it is not served any more.
        let all = busy.receiveAllText()
        #expect(all.contains("Connection: close\r\n") && all.hasSuffix("in time"))
        streaming.send("1\r\na\r\n0\r\n\r\n")
        #expect(streaming.receiveAllText() == "1\r\nA\r\n0\r\n\r\n")
        done.wait()
    }

    @Test func `what is not finished in time is cut off`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send("POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        #expect(eventually { rig.handler.kept.count == 1 })
        rig.server.stop(graceSeconds: 0)
        #expect(client.receiveAll().isEmpty)
        rig.handler.kept[0].send(.text("too late"))
    }

    @Test func `WebSockets are closed with 1001`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        client.send(
            "GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        _ = client.receive(until: "\r\n\r\n")
        let done = stop(rig, seconds: 60)
        #expect(client.receive(exactly: 4).suffix(2) == [3, 0xe9])
        client.send(WebSocketEncoder(role: .client).close(code: 1001, mask: 7))
        _ = client.receiveAll()
        done.wait()
        #expect(rig.handler.notes.last == "closed 1001")
    }

    @Test func `a loop that stops takes its servers along`() throws {
        let rig = try Rig()
        let client = try rig.connect()
        #expect(client.ask(hello).body == "hello x")
        rig.loop.stop()
        #expect(client.receive().isEmpty)
        rig.server.stop(graceSeconds: 60)
        rig.loop.execute { Issue.record("the loop has ended") }
    }
}
