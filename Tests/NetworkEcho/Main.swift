// A partner for conformance tests: echoes what comes over a WebSocket.
import Glibc
import Network

@main
enum Main {
    static func main() throws {
        let loop = try EventLoop()
        let server = HTTPServer(
            loop: loop, addresses: [try ListenAddress(CommandLine.arguments[2])],
            clock: { Int64(time(nil)) }, handler: Echo())
        for address in try server.start() { print(address) }
        fflush(nil)
        while true { pause() }
    }
}

/// Answers everything.
struct Echo: HTTPHandler {
    func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        switch head.path {
        case "/": .upgrade { channel in EchoSink(channel: channel) }
        case "/body":
            .gather(limit: 1 << 20) { body, responder in
                responder.send(HTTPResponse(status: 200, body: body))
            }
        default:
            .answer(
                HTTPResponse(
                    status: 200, headers: ["Content-Type": "text/plain"],
                    body: Array("hello\n".utf8)))
        }
    }

    func response(to fault: HTTPFault) -> HTTPResponse {
        HTTPResponse(status: fault.status, body: Array("\(fault.code): \(fault.message)\n".utf8))
    }
}

struct EchoSink: WebSocketSink {
    let channel: any WebSocketChannel
    func received(_ message: WebSocketMessage) { channel.send(message) }
    func drained() {}
    func closed(code: Int) {}
}
