// Turning an HTTP connection into a WebSocket (RFC 6455 §4).

import Bytes
import Cryptography

/// The opening handshake of both sides, without extensions and subprotocols.
enum WebSocketHandshake {
    /// The only version there is.
    private static let version = "13"
    private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// What a server answers to a client's head (§4.2).
    /// - Returns: The head of a response 101.
    /// - Throws: 426 where no WebSocket of version 13 is asked for; the response has then
    ///   `Upgrade: websocket`, `Sec-WebSocket-Version: 13`. 400 where it is asked for wrongly.
    static func accept(_ head: HTTPRequestHead) throws(HTTPFault) -> [UInt8] {
        guard head.headers.has("websocket", in: "Upgrade") else {
            throw HTTPFault(426, "upgrade-required", "here is a WebSocket")
        }
        func malformed(_ message: String) -> HTTPFault {
            HTTPFault(400, "malformed-request", message)
        }
        guard head.method == "GET", head.bodyBytes == 0, head.keepsAlive,
            head.headers.has("upgrade", in: "Connection")
        else {
            throw malformed("a WebSocket is asked for with GET and 'Connection: Upgrade'")
        }
        guard head.headers.values("Sec-WebSocket-Version") == [version] else {
            throw HTTPFault(426, "unsupported-version", "a version other than 13 of WebSocket")
        }
        let keys = head.headers.values("Sec-WebSocket-Key")
        guard keys.count == 1, let key = keys.first, Base64.decode(key)?.count == 16 else {
            throw malformed("'Sec-WebSocket-Key' is not 16 bytes in base64")
        }
        var response: [UInt8] = []
        response.append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
        response.append("Connection: Upgrade\r\nSec-WebSocket-Accept: \(answer(to: key))\r\n\r\n")
        return response
    }

    /// A client's key.
    /// - Parameter random: 16 random bytes.
    static func key(_ random: [UInt8]) -> String {
        precondition(random.count == 16)
        return Base64.encode(random)
    }

    /// What a client asks (§4.1).
    static func requestHead(
        _ url: WebURL, key: String, headers: HTTPHeaders = HTTPHeaders()
    ) -> [UInt8] {
        var head = HTTPWriter.requestLine("GET", url)
        HTTPWriter.append(headers, to: &head)
        head.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ")
        head.append(clean: key)
        head.append("\r\nSec-WebSocket-Version: \(version)\r\n\r\n")
        return head
    }

    /// Whether a server's answer makes the connection a WebSocket (§4.1).
    /// - Throws: 502 where it does not.
    static func check(_ head: HTTPResponseHead, key: String) throws(HTTPFault) {
        func refused(_ message: String) -> HTTPFault {
            HTTPFault(502, "malformed-response", message)
        }
        guard head.status == 101 else {
            throw refused("the server answers \(head.status) instead of a WebSocket")
        }
        guard head.headers.has("websocket", in: "Upgrade"),
            head.headers.has("upgrade", in: "Connection")
        else { throw refused("the server changes to something else than a WebSocket") }
        guard head.headers.values("Sec-WebSocket-Accept") == [answer(to: key)] else {
            throw refused("the server's 'Sec-WebSocket-Accept' is not the answer to our key")
        }
        guard head.headers["Sec-WebSocket-Extensions"] == nil,
            head.headers["Sec-WebSocket-Protocol"] == nil
        else { throw refused("the server chose an extension or a protocol that nobody offered") }
    }

    private static func answer(to key: String) -> String {
        Base64.encode(Hash.sha1(Array((key + suffix).utf8)))
    }
}
