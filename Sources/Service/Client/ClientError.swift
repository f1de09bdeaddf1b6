// What may come of asking a processor, beside the answer.
import Network

/// An error object of a processor: `{"error":{"code","details","message"}}`.
public struct StatedError: Error, Sendable, Equatable {
    /// The HTTP status.
    public let status: Int
    /// The stable code; `http-<status>` where the answer holds no error object.
    public let code: String
    /// A sentence for people, as the other side says it.
    public let message: String
    /// Values for programs.
    public let details: [String: String]
    /// Seconds after which to ask again; nil where nothing was said.
    public let retryAfterSeconds: Int?

    /// An error.
    public init(
        status: Int, code: String, message: String, details: [String: String] = [:],
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Whether the document itself was judged, so that sending it again gives the same answer.
    public var isVerdict: Bool { [400, 409, 413, 415, 422].contains(status) }

    /// Whether the same question may be answered later.
    public var isTemporary: Bool { [408, 425, 429].contains(status) || status >= 500 }
}

/// Why a question to a processor has no answer that could be used.
public enum ClientError: Error, Sendable, Equatable {
    /// The other side was not reached, or broke off.
    case network(NetworkError)
    /// It answers with an error.
    case stated(StatedError)
    /// It answers with what it must not.
    case unreadable(what: String, reason: String)
}
