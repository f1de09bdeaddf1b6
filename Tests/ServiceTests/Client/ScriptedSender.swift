// A transport that answers from a script.
import Network
import Synchronization

@testable import Service

/// Answers what a closure says, and remembers what was asked.
final class ScriptedSender: HTTPSender {
    private let answer: @Sendable (HTTPRequest) throws(NetworkError) -> HTTPResponse
    private let held = Mutex<[HTTPRequest]>([])

    init(_ answer: @escaping @Sendable (HTTPRequest) throws(NetworkError) -> HTTPResponse) {
        self.answer = answer
    }

    /// The requests in order: method, URL.
    var asked: [String] {
        held.withLock { $0.map { "\($0.method) \($0.url)" } }
    }

    var bodies: [[UInt8]] { held.withLock { $0.map(\.body) } }

    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        held.withLock { $0.append(request) }
        return try answer(request)
    }
}

extension HTTPResponse {
    init(_ status: Int, _ body: String, _ headers: HTTPHeaders = HTTPHeaders()) {
        self.init(status: status, headers: headers, body: Array(body.utf8))
    }
}
