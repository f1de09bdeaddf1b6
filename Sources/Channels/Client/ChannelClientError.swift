// Why a question to a channel server has no answer that could be used.
import Bytes
import Documents
import Network

/// An answer that is a refusal.
public struct ChannelRefusal: Error, Sendable, Equatable {
    /// The HTTP status.
    public let status: Int
    /// A stable code where the server has one; else `http-<status>`.
    public let code: String
    /// What the server says, bounded; for people.
    public let message: String
    /// Seconds after which to ask again; nil where nothing was said.
    public let retryAfterSeconds: Int?

    /// A refusal.
    public init(status: Int, code: String, message: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Whether the same question may be answered later.
    public var isTemporary: Bool { [408, 425, 429].contains(status) || status >= 500 }

    /// Reads what is not the answer that was hoped for: the shape of RFC 7807
    /// (`{type,title,status}`), `{code,message}`, or anything else. Old servers send 400 where the
    /// body's own `status` says what they mean.
    init(_ response: HTTPResponse) {
        let object = try? ForeignJSON(response.body)
        let stated = object?["status"]?.integer.flatMap { (400...599).contains($0) ? $0 : nil }
        status = response.status == 400 ? stated ?? 400 : response.status
        let text = object?["message"]?.string ?? object?["title"]?.string ?? ""
        message =
            text.isEmpty || text.utf8.count > Limits.channelDescriptionBytes
            ? Self.sentence(status) : text
        code = object?["code"]?.string.flatMap { Self.isCode($0) ? $0 : nil } ?? "http-\(status)"
        retryAfterSeconds = response.headers["Retry-After"].flatMap { Int($0) }.flatMap {
            (0...86_400).contains($0) ? $0 : nil
        }
    }

    /// What a status says where the answer says nothing, as that to a HEAD.
    private static func sentence(_ status: Int) -> String {
        switch status {
        case 401: "the token, or user and password, are missing or false"
        case 403: "the token is for something else"
        case 404: "there is nothing at this address"
        default: "the answer has the status \(status)"
        }
    }

    private static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
    }
}

/// What may come of asking a channel server, beside the answer.
public enum ChannelClientError: Error, Sendable, Equatable {
    /// The server was not reached, or broke off.
    case network(NetworkError)
    /// It refuses.
    case refused(ChannelRefusal)
    /// It answers with what it must not.
    case unreadable(what: String, reason: String)
    /// The WebSocket has ended; 1006 where nothing was said before.
    case ended(code: Int)

    /// The stable code.
    public var code: String {
        switch self {
        case .network(let error): error.code
        case .refused(let refusal): refusal.code
        case .unreadable: "unreadable-answer"
        case .ended: "connection-ended"
        }
    }
}
