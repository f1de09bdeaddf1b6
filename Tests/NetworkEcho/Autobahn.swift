// What the client does: runs the cases of an Autobahn server.
import Dispatch
import Network
import Synchronization

/// Counts the cases, runs them all, has the report written.
func autobahn(_ url: String, agent: String) throws {
    let loop = try EventLoop()
    var limits = ClientLimits()
    limits.messageBytes = 32 * 1_048_576
    let client = WebSocketClient(loop: loop, allowsPrivateAddresses: true, limits: limits)
    let counter = Collector()
    _ = try client.open(try WebURL("\(url)/getCaseCount"), sink: counter)
    let count = Int(counter.text()) ?? 0
    for number in 1...max(1, count) {
        let ended = Ending()
        do {
            _ = try client.open(try WebURL("\(url)/runCase?case=\(number)&agent=\(agent)")) {
                EchoCase(channel: $0, ended: ended)
            }
            ended.wait()
        } catch {
            print("case \(number): \(error)")
        }
    }
    let ended = Ending()
    _ = try client.open(try WebURL("\(url)/updateReports?agent=\(agent)")) {
        EchoCase(channel: $0, ended: ended)
    }
    ended.wait()
    print("\(count) cases")
    loop.stop()
}

/// Waits for a connection's end.
final class Ending: Sendable {
    private let signal = DispatchSemaphore(value: 0)

    func give() { signal.signal() }

    func wait() { signal.wait() }
}

/// Echoes until the server closes.
struct EchoCase: WebSocketSink {
    let channel: any WebSocketChannel
    let ended: Ending

    func received(_ message: WebSocketMessage) { channel.send(message) }

    func drained() {}

    func closed(code: Int) { ended.give() }
}

/// Takes one text.
final class Collector: WebSocketSink {
    private let ended = Ending()
    private let content = Mutex("")

    func received(_ message: WebSocketMessage) {
        if case .text(let text) = message { content.withLock { $0 += text } }
    }

    func drained() {}

    func closed(code: Int) { ended.give() }

    /// What came, when the connection is over.
    func text() -> String {
        ended.wait()
        return content.withLock { $0 }
    }
}
