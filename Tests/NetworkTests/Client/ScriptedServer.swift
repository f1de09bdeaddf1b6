// A server that says exactly what a test wants it to say.
import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Network

/// Accepts connections and hands each to a script, one after the other.
final class ScriptedServer: Sendable {
    private let socket: ListeningSocket
    private let stopped = Mutex(false)
    private let accepted = Mutex(0)
    private let done = DispatchSemaphore(value: 0)

    /// - Parameter script: gets the connection and its number, from 0.
    init(_ script: @escaping @Sendable (RawSocket, Int) -> Void) throws {
        socket = try ListeningSocket(.network(host: "127.0.0.1", port: 0), mode: 0o600)
        _ = fcntl(socket.descriptor, F_SETFL, 0)
        DispatchQueue(label: "scripted").async { [self] in
            while !stopped.withLock({ $0 }) {
                guard let (descriptor, _) = SocketAddress.accept(socket.descriptor) else { break }
                let number = accepted.withLock { count in
                    count += 1
                    return count - 1
                }
                script(RawSocket(descriptor: descriptor), number)
            }
            done.signal()
        }
    }

    /// Answers the first connection's only request with `response`, and closes.
    convenience init(answering response: String) throws {
        try self.init { client, _ in
            _ = client.receive(until: "\r\n\r\n")
            client.send(response)
        }
    }

    deinit { close(socket.descriptor) }

    /// Connections so far.
    var connections: Int { accepted.withLock { $0 } }

    func url(_ scheme: String = "http", _ path: String = "/") throws -> WebURL {
        try WebURL("\(scheme)://\(socket.address)\(path)")
    }

    func stop() {
        stopped.withLock { $0 = true }
        shutdown(socket.descriptor, Int32(SHUT_RDWR))
        done.wait()
    }
}
