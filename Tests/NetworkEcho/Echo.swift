// What the server does.
import Network

/// `/` is a WebSocket, `/body` returns what it is sent, everything else says hello.
struct EchoHandler: HTTPHandler {
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

/// Sends back what comes.
struct EchoSink: WebSocketSink {
    let channel: any WebSocketChannel

    func received(_ message: WebSocketMessage) { channel.send(message) }

    func drained() {}

    func closed(code: Int) {}
}
